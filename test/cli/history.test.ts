/** Runs that are saved one after another, whatever the clock says and whatever happens to them. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { runsFolder } from '../../src/lib/report/store/store.ts';
import { type Cli, type CliOptions, type CliResult, ROOT, withCli } from '../support/cli.ts';
import { withOwnId } from '../support/own-ids.ts';
import { withTarget } from '../support/target.ts';

const CLOCK = pathToFileURL(path.join(ROOT, 'test', 'support', 'set-clock.mjs')).href;
const clockAt = (time: string): CliOptions => ({
  nodeArgs: ['--import', CLOCK],
  env: { TEST_CLOCK: time },
});

const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };
const BAD = { status: 'REJECTED', error: 'no' };

interface Behaviour {
  body: unknown;
  /** This many get a response; the others are held, and each is reported. */
  held: { readonly after: number; readonly tell: () => void } | null;
}

interface Setting {
  readonly cli: Cli;
  readonly behaviour: Behaviour;
  readonly url: string;
  readonly run: (args?: readonly string[], options?: CliOptions) => Promise<CliResult>;
  /** Responses what is held, and everything from now on at once. */
  readonly release: () => void;
  readonly saved: () => readonly string[];
}

function withRuns(use: (setting: Setting) => Promise<void>): Promise<void> {
  const behaviour: Behaviour = { body: GOOD, held: null };
  let responded = 0;
  let release = () => {};
  const handler: Parameters<typeof withTarget>[0] = async (_, response) => {
    const { held } = behaviour;
    if (held !== null && responded >= held.after) {
      held.tell();
      await new Promise<void>((resolve) => {
        const before = release;
        release = () => {
          before();
          resolve();
        };
      });
    }
    responded++;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(withOwnId(behaviour.body)));
  };
  return withTarget(handler, ({ url }) =>
    withCli((cli) =>
      use({
        ...{ cli, behaviour, url },
        run: (args = [], options = {}) => {
          responded = 0;
          const defaults = { '--url': url, '--scenario': 'CHOP', '--count': '2' };
          const others = Object.entries(defaults).filter(([flag]) => !args.includes(flag));
          return cli.run(['run', ...others.flat(), ...args], options);
        },
        release: () => {
          behaviour.held = null;
          release();
        },
        saved: () => readdirSync(runsFolder(path.join(cli.home, 'data', 'prod-e2e'))).toSorted(),
      }),
    ),
  );
}

/** Shows the run that the report names. */
function printedCommand({ stdout }: CliResult): readonly string[] {
  const [, id = ''] = / run (\d{8}-\d{6}-\w{5})$/m.exec(stdout) ?? [];
  return ['report', 'show', id];
}

async function shown(cli: Cli, ...run: readonly string[]): Promise<Report> {
  return JSON.parse((await cli.run(['report', 'show', ...run, '--json'])).stdout);
}

describe('a clock that jumps', () => {
  it('removes and hides no run: the last stored run is kept, is the latest, and its command works', () =>
    withRuns(async ({ cli, run, saved }) => {
      const future = [1, 2, 3].map((second) => clockAt(`2099-01-01T00:00:0${second}.000Z`));
      const ids: string[] = [];
      for (const options of [...future, {}, {}, clockAt('1970-01-01T00:00:09.000Z'), {}]) {
        const result = await run(['--keep', '2'], options);
        expect(result.exitCode).toBe(0);
        const [, , id = ''] = printedCommand(result);
        ids.push(id);
        expect(await cli.run(printedCommand(result)), 'the printed run').toMatchObject({ exitCode: 0 });
        expect((await shown(cli)).runId, 'latest').toBe(id);
        expect(saved(), 'the last two').toEqual(ids.slice(-2).toSorted());
        const { runs } = JSON.parse((await cli.run(['report', 'list', '--json'])).stdout);
        expect(runs.map(({ runId }: Report) => runId)).toEqual(ids.slice(-2).toReversed());
      }
      expect(
        ids.map((id) => id.slice(0, 4)).filter((year) => year === '2099' || year === '1970'),
      ).toHaveLength(4);
    }));

  it('does not affect since when a scenario is broken, the trend, or comparisons', () =>
    withRuns(async ({ cli, behaviour, run }) => {
      await run([], clockAt('2099-01-01T00:00:00.000Z'));
      const good = await shown(cli);
      behaviour.body = BAD;
      await run();
      const first = await shown(cli);
      expect(first.brokenSince).toMatchObject([
        { runs: 1, sinceRun: first.runId, lastWorked: { runId: good.runId } },
      ]);
      await run([], clockAt('1970-01-02T00:00:00.000Z'));
      const second = await shown(cli);
      expect(second.brokenSince).toMatchObject([
        { runs: 2, sinceRun: first.runId, lastWorked: { runId: good.runId } },
      ]);
      const { trends } = JSON.parse((await cli.run(['report', 'list', '--json'])).stdout);
      expect(trends).toMatchObject([{ runIds: [good.runId, first.runId, second.runId] }]);
      const compared = JSON.parse((await cli.run(['report', 'compare', 'last-green', '--json'])).stdout);
      expect([compared.base.runId, compared.head.runId]).toEqual([good.runId, second.runId]);
    }));
});

it('a run that ends after others keeps itself, and does not remove one in progress', () =>
  withRuns(async ({ cli, behaviour, run, release, saved }) => {
    const begun = new Promise<void>((tell) => {
      behaviour.held = { after: 1, tell };
    });
    // It must not time out while the others run, however busy the machine is.
    const slow = run(['--keep', '1', '--timeout', '5m']);
    await begun;
    const [slowId = ''] = saved();
    behaviour.held = null;
    const quick: string[] = [];
    for (const options of [{}, clockAt('2099-01-01T00:00:00.000Z')])
      quick.push(printedCommand(await run(['--keep', '1'], options))[2] ?? '');
    expect(saved(), 'the one that goes on, and the last').toEqual([slowId, quick[1]].toSorted());
    release();
    const command = printedCommand(await slow);
    expect(command).toEqual(['report', 'show', slowId]);
    expect(await cli.run(command)).toMatchObject({ exitCode: 0 });
    expect(saved()).toEqual([slowId]);
  }));

describe('--keep 0', () => {
  it.each([
    [],
    ['--json'],
    ...['ndjson', 'markdown', 'html', 'github', 'ctrf'].map((name) => ['--reporter', name]),
  ])('saves nothing, and prints no command that needs a saved run (%s %s)', (...args) =>
    withRuns(async ({ cli, behaviour, run, saved }) => {
      await run();
      behaviour.body = BAD;
      const stages = ['--baseline', 'last-green', '--count', '30', '--yes'];
      const { stdout, stderr, exitCode } = await run(['--keep', '0', ...stages, ...args]);
      expect(exitCode).toBe(5);
      expect(saved()).toEqual([]);
      expect(`${stdout}${stderr}`.match(/prod-e2e (report|trace) [a-z]+.*/g)).toBeNull();
      expect((await cli.run(['report', 'show'])).stderr).toContain('No runs are saved yet.');
    }),
  );
});

describe('since when', () => {
  it.each([
    ['stopped by Ctrl-C', 'SIGINT'],
    ['killed', 'SIGKILL'],
  ] as const)('ignores a run that was %s', (_, signal) =>
    withRuns(async ({ cli, behaviour, run, release }) => {
      await run();
      const good = await shown(cli);
      const stopped = await run(['--count', '4'], {
        running: (child) => {
          behaviour.held = { after: 1, tell: () => child.kill(signal) };
        },
      });
      expect(stopped.exitCode).toBe(signal === 'SIGINT' ? 130 : null);
      release();
      expect((await shown(cli)).status).toBe('interrupted');
      behaviour.body = BAD;
      const { stdout } = await run();
      const { runId, results, brokenSince } = await shown(cli);
      expect(brokenSince).toEqual([
        {
          ...{ scenario: 'CHOP', since: results[0]?.startedAt, sinceRun: runId, runs: 1 },
          lastWorked: { runId: good.runId, at: good.startedAt },
          ...{ cause: 'HTTP 200, but status REJECTED: no', traceId: results[0]?.trace.traceId },
        },
      ]);
      expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
        new RegExp(`Since this run; last worked [^;]+ \\(run ${good.runId}\\)`),
      );
    }),
  );

  it('only considers the same port of this machine', () =>
    withRuns(async ({ cli, behaviour, run }) => {
      await run();
      behaviour.body = BAD;
      await withTarget(
        (_, response) => void response.end('{"status":"REJECTED"}'),
        async ({ url }) => {
          await run(['--url', url]);
          expect((await shown(cli)).brokenSince).toMatchObject([{ runs: 1, lastWorked: null }]);
        },
      );
    }));

  it('treats the sandboxes of two runs as one target', () =>
    withCli(async (cli) => {
      const args = ['run', '--sandbox', '--scenario', 'CHOP', '--count', '1'];
      await cli.run(args);
      const good = await shown(cli);
      await cli.run([...args, '--fault', 'CHOP=status:500']);
      const broken = await shown(cli);
      expect(good).toMatchObject({ sandbox: true, status: 'healthy' });
      expect(broken.brokenSince).toMatchObject([
        { scenario: 'CHOP', runs: 1, lastWorked: { runId: good.runId } },
      ]);
      const { trends } = JSON.parse((await cli.run(['report', 'list', '--json'])).stdout);
      expect(trends).toMatchObject([{ runIds: [good.runId, broken.runId] }]);
    }));
});
