/** What a run left behind is removed later, whatever ended it: the built program against a target that remembers. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Cli, withCli } from '../support/cli.ts';
import { closedPort } from '../support/faulty-server.ts';
import { type SignalStore, type StoreBehavior, withSignalStore } from '../support/signal-store.ts';

const BY_ID = { url: '{{origin}}/signals/{{response.signal_id}}' };
const BY_TEST = { url: '{{origin}}/tests/{{testId}}' };

const never = () => new Promise<void>(() => {});

interface Place extends Cli {
  readonly store: SignalStore;
  readonly configure: (config: unknown) => Promise<void>;
  /** The text of all files of saved runs. */
  readonly saved: () => Promise<string>;
}

function withPlace<Result>(
  { config, ...behavior }: StoreBehavior & { readonly config: unknown },
  use: (place: Place) => Promise<Result>,
): Promise<Result> {
  return withSignalStore(behavior, (store) =>
    withCli(async (cli) => {
      const configure = (written: unknown) =>
        writeFile(path.join(cli.home, 'prod-e2e.config.json'), JSON.stringify(written));
      await configure(config);
      const saved = async () => {
        const runs = path.join(cli.home, 'data', 'prod-e2e', 'runs');
        const files = await readdir(runs, { recursive: true, withFileTypes: true });
        const texts = files
          .filter((entry) => entry.isFile())
          .map((entry) => readFile(path.join(entry.parentPath, entry.name), 'utf8'));
        return (await Promise.all(texts)).join('\n');
      };
      return use({ ...cli, store, configure, saved });
    }),
  );
}

/** A run that is killed once the target has this many signals. */
async function killedRun(
  config: unknown,
  { at, args }: { readonly at: number; readonly args: readonly string[] },
) {
  let kill = () => {};
  const created = async (count: number) => {
    if (count < at) return;
    if (count === at) kill();
    await never();
  };
  return {
    place: { config, created },
    run: async ({ run, store }: Place) => {
      const { exitCode } = await run(['run', '--url', store.url, ...args], {
        running: (child) => {
          kill = () => child.kill('SIGKILL');
        },
      });
      expect(exitCode).toBeNull();
    },
  };
}

async function cleanup({ run }: Place, ...args: readonly string[]) {
  const { stdout, stderr, exitCode } = await run(['cleanup', '--json', ...args]);
  return { exitCode, stderr, document: JSON.parse(stdout) };
}

describe('a run that was killed', () => {
  it.each([
    ['one after another, by test id', ['-n', '6'], { cleanup: BY_TEST }, 4, 4],
    ['several at a time, by test id', ['-n', '12', '--concurrency', '4'], { cleanup: BY_TEST }, 9, 9],
    ['by the id of the response', ['-n', '6'], { cleanup: BY_ID }, 4, 3],
  ])('leaves no data after clean-up: %s', async (_, args, config, at, removable) => {
    const { place, run } = await killedRun(config, { at, args });
    await withPlace(place, async (here) => {
      const { store } = here;
      await run(here);
      expect(store.calls).toEqual([]);
      const left = [...store.signals.keys()];
      expect(left.length).toBeGreaterThanOrEqual(at);

      const first = await cleanup(here);
      const inFlight = left.length - first.document.done;
      if (config.cleanup === BY_TEST) {
        expect(store.signals.size).toBe(0);
        expect(first.exitCode, first.stderr).toBe(0);
        expect(first.document).toMatchObject({ open: 0, failed: 0, unknown: 0, changed: 0 });
      } else {
        // Without its response nobody knows the id of the last one.
        expect(inFlight).toBe(at - removable);
        expect([...store.signals.keys()]).toEqual(left.slice(removable));
        expect(first.exitCode).toBe(1);
        expect(first.document).toMatchObject({ done: removable, open: 1, unknown: 1 });
        expect(first.document.leftOvers[0].reason).toBe('No response, so there is no response.signal_id');
      }
      const calls = store.calls.length;
      const second = await cleanup(here);
      expect(store.calls.length).toBe(calls);
      expect(second.document).toMatchObject({ done: 0, webhooks: config.cleanup === BY_TEST ? 0 : 1 });
      expect(second.exitCode).toBe(config.cleanup === BY_TEST ? 0 : 1);
    });
  });
});

describe('a run that is killed during its clean-up, or its clean-up', () => {
  it('loses no data, and does not repeat calls', async () => {
    let kill = () => {};
    // Calls that arrive between the kill and the end of the process must not be served either.
    let killsAt = 3;
    const called = async (count: number) => {
      if (count < killsAt) return;
      if (count === killsAt) kill();
      await never();
    };
    const config = { cleanup: [BY_ID] };
    await withPlace({ config, called }, async (here) => {
      const { run, store } = here;
      const running = (child: { kill: (signal: 'SIGKILL') => boolean }) => {
        kill = () => child.kill('SIGKILL');
      };
      const killed = await run(['run', '--url', store.url, '-n', '12', '-r', 'json'], { running });
      expect(killed.exitCode).toBeNull();
      const left = store.signals.size;
      expect(left).toBeLessThan(12);
      expect(left).toBeGreaterThan(0);

      killsAt = store.calls.length + 3;
      expect((await run(['cleanup'], { running })).exitCode).toBeNull();
      killsAt = Number.POSITIVE_INFINITY;
      const { exitCode, document } = await cleanup(here);
      expect(exitCode).toBe(0);
      expect(document).toMatchObject({ open: 0, failed: 0, unknown: 0 });
      expect(store.signals.size).toBe(0);
      // Only what was in flight at a kill is called for again: up to five calls each time.
      const twice = store.calls.length - new Set(store.calls).size;
      expect(twice).toBeLessThanOrEqual(10);
      expect(new Set(store.calls).size).toBe(12);
    });
  });
});

describe('a run that ended', () => {
  it('and removed everything has nothing to clean up, and saves no data for it', async () => {
    await withPlace({ config: { cleanup: BY_ID } }, async (here) => {
      const { run, store, saved } = here;
      const { stdout, exitCode } = await run(['run', '--url', store.url, '-n', '4', '--json']);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout).cleanup).toEqual({ done: 4, failed: 0, unknown: 0, leftOvers: [] });
      expect(store.calls.length).toBe(4);
      expect(await saved()).not.toContain('"type":"sent"');
      const text = await run(['cleanup']);
      expect([text.exitCode, text.stdout]).toEqual([
        0,
        expect.stringMatching(/^Nothing to clean up: run \S+ has left nothing behind\.\n$/),
      ]);
      expect(store.calls.length).toBe(4);
    });
  });

  it('with failed calls prints the command that removes the rest', async () => {
    let broken = true;
    const refuses = (call: string) => (broken && /s[23]$/.test(call) ? 500 : null);
    await withPlace({ config: { cleanup: BY_ID }, refuses }, async (here) => {
      const { run, store } = here;
      const { stdout } = await run(['run', '--url', store.url, '-n', '4']);
      const id = / run (\d{8}-\S+)/.exec(stdout)?.[1] ?? '';
      const said = `2 webhooks left something behind: prod-e2e cleanup ${id}`;
      const flat = (text: string) => text.replaceAll(/\s+/g, ' ');
      expect(flat(stdout)).toContain(said);
      expect((await run(['report', 'list'])).stdout).toContain(said);
      expect((await run(['report', 'show', '-r', 'markdown'])).stdout).toContain(
        `2 webhooks left something behind: <code>prod-e2e cleanup ${id}</code>`,
      );
      expect((await run(['report', 'show', '-r', 'html'])).stdout).toContain(
        `2 webhooks left something behind: <code>prod-e2e cleanup ${id}</code>`,
      );

      const failed = await run(['cleanup', id]);
      expect(failed.exitCode).toBe(1);
      expect(failed.stdout).toBe(
        [
          '0 calls succeeded, 2 calls failed.',
          ...[2, 3].flatMap((number) => [
            `  ${nameOf(failed.stdout, number)}: HTTP 500`,
            `    DELETE ${new URL(store.url).origin}/signals/s${number}, test ${id}-${number}`,
          ]),
          `Still open: 2 webhooks. Try again: prod-e2e cleanup ${id}`,
          '',
        ].join('\n'),
      );

      broken = false;
      const done = await cleanup(here, id.slice(0, -2));
      expect(done.exitCode).toBe(0);
      expect(done.document).toEqual({
        ...{ runId: id, target: store.url, dryRun: false, webhooks: 2, open: 0 },
        ...{ done: 2, notFound: 0, failed: 0, unknown: 0, changed: 0, gaveUp: false, leftOvers: [] },
      });
      expect(store.signals.size).toBe(0);
      const report = JSON.parse((await run(['report', 'show', '--json'])).stdout);
      expect(report.cleanup).toEqual({ done: 4, failed: 0, unknown: 0, leftOvers: [] });
      expect(report.findings).toEqual([]);
      expect((await run(['report', 'list'])).stdout).not.toContain('cleanup');
    });
  });

  it('by Ctrl-C leaves the rest for later', async () => {
    let stop = () => {};
    const created = async (count: number) => {
      if (count !== 3) return;
      stop();
      await never();
    };
    await withPlace({ config: { cleanup: BY_TEST }, created }, async (here) => {
      const { run, store } = here;
      const { exitCode, stdout } = await run(['run', '--url', store.url, '-n', '6', '--json'], {
        running: (child) => {
          stop = () => child.kill('SIGINT');
        },
      });
      expect(exitCode).toBe(130);
      // What had a response is removed at once, what had none is not called for.
      expect(JSON.parse(stdout).cleanup).toMatchObject({ done: 2, unknown: 1, open: 1 });
      expect([...store.signals.keys()]).toEqual(['s3']);
      const { document } = await cleanup(here);
      expect(document).toMatchObject({ webhooks: 1, done: 1, notFound: 0, open: 0 });
      expect(store.signals.size).toBe(0);
    });
  });

  it('without a response in time is cleaned up by the test id', async () => {
    const created = (count: number) => (count === 2 ? never() : undefined);
    await withPlace({ config: { cleanup: BY_TEST }, created }, async (here) => {
      const { run, store } = here;
      const args = ['run', '--url', store.url, '-n', '3', '--timeout', '1s', '--retries', '0', '--json'];
      const { stdout } = await run(args);
      expect(JSON.parse(stdout).cleanup).toMatchObject({ done: 2, unknown: 1, open: 1 });
      expect(store.signals.size).toBe(1);
      expect((await cleanup(here)).exitCode).toBe(0);
      expect(store.signals.size).toBe(0);
      expect(store.calls.length).toBe(3);
    });
  });
});

/** The scenario and ordinal of a test in a text. */
function nameOf(text: string, number: number): string {
  return new RegExp(`  (.*): HTTP 500\\n    DELETE \\S+/s${number},`).exec(text)?.[1] ?? '';
}

describe('output and saved data', () => {
  const TOKEN = 'tok-5ecret-0123456789';
  const ACCOUNT = 'acct-c0nfidential-77';
  const config = {
    payload: { symbol: '{{symbol}}', account: ACCOUNT, note: 'plain-note' },
    redact: ['account'],
    cleanup: {
      ...{ method: 'POST', url: '{{origin}}/tests/{{testId}}' },
      headers: { Authorization: 'Bearer ${env:API_TOKEN}', 'X-Note': '{{request.note}}' },
      body: { id: '{{response.signal_id}}', testId: '{{testId}}' },
    },
  };
  const env = { API_TOKEN: TOKEN };

  it('contain no secret, but the calls do', async () => {
    let broken = true;
    const refuses = () => (broken ? 503 : null);
    await withPlace(
      { config: { ...config, cleanup: { ...config.cleanup, method: 'PUT' } }, refuses },
      async (here) => {
        const { run, store, saved } = here;
        const ran = await run(['run', '--url', store.url, '-n', '2'], { env });
        const dry = await run(['cleanup', '--dry-run'], { env });
        const dryJson = await run(['cleanup', '--dry-run', '--json'], { env });
        expect([dry.exitCode, dryJson.exitCode]).toEqual([0, 0]);
        const calls = store.calls.length;
        expect(calls).toBe(2);
        expect(dry.stdout).toContain('"$API_TOKEN"');
        expect(dry.stdout).toMatch(/^# \S+ #1, test \S+-1\ncurl -sS -i -X PUT '\S+\/tests\/\S+-1' /m);
        const document = JSON.parse(dryJson.stdout);
        expect(document).toMatchObject({ dryRun: true, webhooks: 2 });
        expect(document.calls.map(({ request }: { request: unknown }) => request)).toMatchObject([
          { method: 'PUT', headers: { authorization: '***', 'x-note': 'plain-note' } },
          { method: 'PUT', headers: { authorization: '***', 'x-note': 'plain-note' } },
        ]);
        const failed = await run(['cleanup', '--json'], { env });
        expect(failed.exitCode).toBe(1);
        const texts = [ran, dry, dryJson, failed].flatMap(({ stdout, stderr }) => [stdout, stderr]);
        for (const text of [...texts, await saved()])
          for (const secret of [TOKEN, ACCOUNT]) expect(text).not.toContain(secret);
        expect(await saved()).toContain('"request.note":"plain-note"');
        broken = false;
        expect((await run(['cleanup'], { env })).exitCode).toBe(0);
        expect(store.headers.map(({ authorization }) => authorization)).toEqual(
          Array.from({ length: 6 }, () => `Bearer ${TOKEN}`),
        );
      },
    );
  });

  it.each(['sec-ret-', 's'])(
    'of a secret id, %s1, contain nothing of it, although the call needs it',
    async (prefix) => {
      const place = { config: { redact: ['signal_id'], cleanup: BY_ID }, refuses: () => 503, prefix };
      await withPlace(place, async (here) => {
        await here.run(['run', '--url', here.store.url, '-n', '1']);
        const { exitCode, document } = await cleanup(here);
        expect(exitCode).toBe(1);
        expect(document).toMatchObject({ unknown: 1, failed: 0, open: 1 });
        expect(document.leftOvers[0].reason).toBe(
          'response.signal_id is secret or too long, so it was not saved',
        );
        expect(await here.saved()).not.toContain('"s1"');
      });
    },
  );
});

describe('another configuration', () => {
  const left = { refuses: (_call: string, count: number) => (count <= 2 ? 500 : null) };
  const code = (stdout: string) => JSON.parse(stdout).error?.code;

  it('adds a call by the test id, and the call is made', async () => {
    await withPlace({ config: { cleanup: BY_ID }, namesNoId: true }, async (here) => {
      await here.run(['run', '--url', here.store.url, '-n', '2']);
      expect((await cleanup(here)).document).toMatchObject({ unknown: 2, open: 2 });
      await here.configure({ cleanup: BY_TEST });
      expect((await cleanup(here)).document).toMatchObject({ done: 2, open: 0 });
      expect(here.store.signals.size).toBe(0);
    });
  });

  it.each([
    [
      'a value that was not saved',
      { cleanup: { url: '{{origin}}/signals/{{response.order.id}}' } },
      'response.order.id was not saved with this run: the call was added or changed later',
    ],
    [
      'no such scenario',
      { scenarios: [{ name: 'OTHER', cleanup: BY_ID }] },
      'Scenario CHOP is not in this config',
    ],
    [
      'no clean-up of the scenario',
      { scenarios: [{ name: 'CHOP' }, { name: 'OTHER', cleanup: BY_ID }] },
      'Scenario CHOP has no clean-up in this config',
    ],
  ])('with %s exits with 2 and sends nothing', async (_, changed, reason) => {
    await withPlace({ config: { cleanup: BY_ID }, ...left }, async (here) => {
      await here.run(['run', '--url', here.store.url, '-n', '2', '-s', 'CHOP']);
      await here.configure(changed);
      const { exitCode, document } = await cleanup(here);
      expect(exitCode).toBe(2);
      expect(document).toMatchObject({ changed: 2, done: 0, open: 2 });
      expect(document.leftOvers[0].reason).toBe(reason);
      expect((await here.run(['cleanup', '--dry-run'])).exitCode).toBe(2);
      expect(here.store.calls.length).toBe(2);
    });
  });

  it.each([
    ['without clean-up', { scenarios: [{ name: 'CHOP' }] }, [], 'NO_CLEANUP'],
    [
      'that allows other hosts',
      { cleanup: BY_ID, allowHosts: ['hooks.example.com'] },
      [],
      'HOST_NOT_ALLOWED',
    ],
    ['and an unknown run', { cleanup: BY_ID }, ['20200101'], 'UNKNOWN_RUN'],
  ])('%s exits with 2 and sends nothing', async (_, changed, args, expected) => {
    await withPlace({ config: { cleanup: BY_ID }, ...left }, async (here) => {
      await here.run(['run', '--url', here.store.url, '-n', '2']);
      await here.configure(changed);
      const { stdout, exitCode } = await here.run(['cleanup', '--json', ...args]);
      expect([exitCode, code(stdout)]).toEqual([2, expected]);
      expect(here.store.calls.length).toBe(2);
    });
  });

  it('of the profile of the run is required', async () => {
    const config = { profiles: { staging: { cleanup: BY_ID } }, cleanup: BY_TEST };
    await withPlace({ config, ...left }, async (here) => {
      const ran = await here.run(['run', '--url', here.store.url, '-n', '2', '--profile', 'staging']);
      const command = /prod-e2e (cleanup \S+ --profile staging)/.exec(ran.stdout)?.[1]?.split(' ') ?? [];
      const { stdout, exitCode } = await here.run(['cleanup', '--json']);
      expect([exitCode, code(stdout)]).toEqual([2, 'CLEANUP_PROFILE']);
      expect((await here.run(command)).exitCode).toBe(0);
      expect(here.store.signals.size).toBe(0);
    });
  });
});

describe('other runs', () => {
  it('in another folder require the same target', async () => {
    await withPlace(
      { config: { cleanup: BY_ID }, refuses: (_, count) => (count <= 1 ? 500 : null) },
      async (here) => {
        const { run, store, home } = here;
        const { stdout } = await run(['run', '--url', store.url, '-n', '1', '--json']);
        const folder = path.join(home, 'elsewhere');
        await cp(path.join(home, 'data', 'prod-e2e', 'runs', JSON.parse(stdout).runId), folder, {
          recursive: true,
        });
        const refused = await run(['cleanup', `${folder}/`, '--json']);
        expect([refused.exitCode, JSON.parse(refused.stdout).error.code]).toEqual([2, 'CLEANUP_TARGET']);
        const other = await run(['cleanup', `${folder}/`, '--url', 'https://other.example.com/', '--json']);
        expect([other.exitCode, JSON.parse(other.stdout).error.code]).toEqual([2, 'CLEANUP_TARGET']);
        expect(store.calls.length).toBe(1);
        expect((await run(['cleanup', `${folder}/`, '--url', store.url])).exitCode).toBe(0);
        expect(store.signals.size).toBe(0);
      },
    );
  });

  it('that are in progress are not cleaned up', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let arrived = () => {};
    const isSent = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const created = async (count: number) => {
      if (count < 2) return;
      arrived();
      await held;
    };
    await withPlace({ config: { cleanup: BY_TEST }, created }, async ({ run, store }) => {
      const running = run(['run', '--url', store.url, '-n', '2']);
      await isSent;
      const { exitCode, stdout } = await run(['cleanup', '--json']);
      expect([exitCode, JSON.parse(stdout).error.code]).toEqual([2, 'RUN_IN_PROGRESS']);
      expect(store.calls).toEqual([]);
      release();
      expect((await running).exitCode).toBe(0);
      expect(store.calls.length).toBe(2);
    });
  });

  it('of replayed payloads are cleaned up, during the run and later', async () => {
    let broken = false;
    const refuses = () => (broken ? 500 : null);
    await withPlace({ config: { cleanup: BY_ID }, refuses }, async (here) => {
      const { run, store, home } = here;
      const lines = ['{"scenario":"ALIEN","n":1}', '{"n":2}'];
      await writeFile(path.join(home, 'payloads.ndjson'), `${lines.join('\n')}\n`);
      const args = ['run', '--url', store.url, '--from', 'payloads.ndjson', '--json'];
      expect(JSON.parse((await run(args)).stdout).cleanup).toMatchObject({ done: 2 });
      expect(store.signals.size).toBe(0);
      broken = true;
      expect(JSON.parse((await run(args)).stdout).cleanup).toMatchObject({ failed: 2, open: 2 });
      broken = false;
      expect((await cleanup(here)).document).toMatchObject({ done: 2, open: 0, changed: 0 });
      expect(store.signals.size).toBe(0);
    });
  });

  it('that were merged from shards are cleaned up through the merged run', async () => {
    let broken = true;
    const refuses = (call: string) => (broken && /s[24]$/.test(call) ? 500 : null);
    await withPlace({ config: { cleanup: BY_ID }, refuses }, async (here) => {
      const { run, store } = here;
      const ids: string[] = [];
      for (const shard of ['1/2', '2/2']) {
        const args = ['run', '--url', store.url, '-n', '6', '--seed', '42', '--shard', shard, '--json'];
        ids.push(JSON.parse((await run(args)).stdout).runId);
      }
      const merged = JSON.parse((await run(['report', 'merge', ...ids, '--json'])).stdout);
      expect(merged.cleanup).toMatchObject({ done: 4, failed: 2, open: 2 });
      broken = false;
      expect((await cleanup(here, merged.runId)).document).toMatchObject({ done: 2, open: 0 });
      expect(store.signals.size).toBe(0);
      const report = JSON.parse((await run(['report', 'show', merged.runId, '--json'])).stdout);
      expect(report.cleanup).toEqual({ done: 6, failed: 0, unknown: 0, leftOvers: [] });
      // The shards do not know of it; what is gone counts as removed.
      const again = await cleanup(here, ids[0] ?? '');
      expect([again.exitCode, again.document.notFound, again.document.open]).toEqual([
        0,
        again.document.done,
        0,
      ]);
    });
  });

  it('are not pruned by keep while data is left behind', async () => {
    let broken = true;
    await withPlace(
      { config: { cleanup: BY_ID, keep: 1 }, refuses: () => (broken ? 500 : null) },
      async (here) => {
        const { run, store } = here;
        const ids: string[] = [];
        for (let count = 0; count < 3; count++)
          ids.push(JSON.parse((await run(['run', '--url', store.url, '-n', '1', '--json'])).stdout).runId);
        const listed = async () =>
          JSON.parse((await run(['report', 'list', '--json'])).stdout).runs.map(
            ({ runId }: { readonly runId: string }) => runId,
          );
        expect(await listed()).toEqual(ids.toReversed());
        broken = false;
        expect((await cleanup(here, ids[0] ?? '')).exitCode).toBe(0);
        const last = JSON.parse((await run(['run', '--url', store.url, '-n', '1', '--json'])).stdout).runId;
        expect(await listed()).toEqual([last, ids[2], ids[1]]);
      },
    );
  });

  it('in the sandbox save nothing, since the sandbox ends with them', async () => {
    await withPlace({ config: { cleanup: { ...BY_ID, status: 599 } } }, async (here) => {
      const ran = await here.run(['run', '--sandbox', '-n', '1', '--json']);
      expect(JSON.parse(ran.stdout).cleanup).toMatchObject({ failed: 1 });
      expect(JSON.parse(ran.stdout).cleanup).not.toHaveProperty('open');
      const { stdout, exitCode } = await here.run(['cleanup', '--json']);
      expect([exitCode, JSON.parse(stdout).error.code]).toEqual([2, 'CLEANUP_NOT_SAVED']);
    });
  });
});

describe('a killed run of 100,000 webhooks', () => {
  /** Enough for the program and for what it knows of each webhook; all records together take more. */
  const SMALL_HEAP = { nodeArgs: ['--max-old-space-size=80'] };
  const WEBHOOKS = 100_000;

  it('is shown and cleaned up with little memory', async () => {
    await withPlace({ config: { cleanup: BY_ID, dataDir: 'data/prod-e2e' } }, async (here) => {
      const { run, store, home } = here;
      const { stdout } = await run(['run', '--url', store.url, '-n', '1', '--json']);
      const { runId, results, ...head } = JSON.parse(stdout);
      const folder = path.join(home, 'data', 'prod-e2e', 'runs', runId);
      await writeFile(path.join(folder, 'run.json'), JSON.stringify({ ...head, runId, cleanup: null }));
      const file = createWriteStream(path.join(folder, 'cleanup.ndjson'), { mode: 0o600 });
      for (let index = 1; index <= WEBHOOKS; index++) {
        const key = { index, send: 0, hidden: [] };
        const sent = {
          ...{ type: 'sent', ...key, testId: `${runId}-${index}`, name: `CHOP #${index}`, scenario: 'CHOP' },
          ...{ replayed: false, calls: ['DELETE {{origin}}/signals/{{response.signal_id}}'], values: {} },
        };
        const responded = {
          type: 'responded',
          ...key,
          values: { 'response.signal_id': `x${index}`.padEnd(200, '-') },
        };
        if (!file.write(`${JSON.stringify(sent)}\n${JSON.stringify(responded)}\n`)) await once(file, 'drain');
      }
      file.end();
      await once(file, 'close');

      const shown = await run(['report', 'show', runId], SMALL_HEAP);
      expect(shown.exitCode, shown.stderr.slice(-500)).toBe(0);
      expect(shown.stdout).toContain('100,000 webhooks left something behind:');
      const dry = await run(['cleanup', runId, '--dry-run'], {
        ...SMALL_HEAP,
        through: '"$@" | grep -c "^curl "',
      });
      expect(dry.stdout, dry.stderr.slice(-500)).toBe(`${WEBHOOKS}\n`);
      // Nobody is there: it gives up, and all of them stay open.
      const port = await closedPort();
      const target = { ...head, runId, cleanup: null, target: `http://127.0.0.1:${port}/webhook` };
      await writeFile(path.join(folder, 'run.json'), JSON.stringify(target));
      const { document, exitCode } = await cleanup({ ...here, run: (args) => run(args, SMALL_HEAP) }, runId);
      expect([exitCode, document.gaveUp, document.open]).toEqual([1, true, WEBHOOKS]);
    });
  });
});
