/** Full disks, folders that cannot be written, damaged and newer files, and two runs at once. */
import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { edit, headFile, keepRun, resultsFile } from '../report/saved-run.ts';
import { type Cli, type CliOptions, withCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { withGatedTarget } from '../support/gated-target.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const GOOD = { status: 'ACCEPTED', signal_id: 's1', enrichment: { a: 1 }, variant: 'A' };
/** Kept, a result of this is more than 40 KB. */
const LARGE = { ...GOOD, enrichment: 'é'.repeat(12_000) };
const OLD_RUN = '20260801-120000-k3f9z';

const dataDirOf = ({ home }: Cli) => path.join(home, 'data', 'prod-e2e');

interface Ended {
  readonly report: Report;
  readonly stderr: string;
  readonly exitCode: number | null;
}

async function runJson({ run }: Cli, args: readonly string[], options: CliOptions = {}): Promise<Ended> {
  const { stdout, stderr, exitCode } = await run(['run', '--json', ...args], options);
  return { report: JSON.parse(stdout), stderr, exitCode };
}

async function show({ run }: Cli, id = 'latest'): Promise<Report> {
  return JSON.parse((await run(['report', 'show', id, '--json'])).stdout);
}

async function listed({ run }: Cli, options: CliOptions = {}): Promise<readonly string[]> {
  const { stdout, exitCode } = await run(['report', 'list', '--json'], options);
  expect(exitCode).toBe(0);
  return JSON.parse(stdout).runs.map(({ runId }: Report) => runId);
}

/** Mounts something for as long as it is used. Null where this user may not mount. */
async function mounted<Result>(
  folder: string,
  options: readonly string[],
  use: () => Promise<Result>,
): Promise<Result | null> {
  mkdirSync(folder, { recursive: true });
  if (spawnSync('mount', [...options, folder]).status !== 0) return null;
  try {
    return await use();
  } finally {
    spawnSync('umount', [folder]);
  }
}

const MAY_NOT_MOUNT = 'this user may not mount a disk';

describe.concurrent('on a disk that fills up', () => {
  /** A run whose store takes some of twelve large results. */
  async function expectPartKept(cli: Cli, url: string, options: CliOptions): Promise<void> {
    const { report, stderr, exitCode } = await runJson(cli, ['--url', url, '-n', '12'], options);
    expect(exitCode, stderr).toBe(0);
    expect(report).toMatchObject({ status: 'healthy', summary: { total: 12, successful: 12 } });
    expect(report.results, 'the report is whole').toHaveLength(12);
    const [notKept] = report.findings.filter(({ code }) => code === 'not-kept');
    const kept = Number(
      /^Only the first (\d+) results of this run are saved\. /.exec(notKept?.message ?? '')?.[1],
    );
    expect(kept).toBeGreaterThan(1);
    expect(kept).toBeLessThan(12);
    expect(stderr).toContain(notKept?.message);
    const shown = await show(cli, report.runId);
    expect(shown.results).toEqual(report.results.slice(0, kept));
    expect(await listed(cli)).toContain(report.runId);
    const text = readFileSync(path.join(dataDirOf(cli), 'runs', report.runId, 'results.ndjson'), 'utf8');
    expect(text.split('\n').slice(0, -1), 'no half line').toHaveLength(kept);
    expect(text.endsWith('\n')).toBe(true);
  }

  it.runIf(process.platform !== 'win32')(
    'saves what fits, and report and exit code are those of the complete run (by a limit on file sizes)',
    async () => {
      await withWebhookTarget({ body: LARGE }, async ({ url }) =>
        withCli(async (cli) => {
          // In blocks of 512 bytes: room for a few results. Writing fails with EFBIG after as much as fits.
          await expectPartKept(cli, url, { through: 'ulimit -f 300; exec "$@"' });
        }),
      );
    },
  );

  it('does the same on a small disk of its own, and saves the next run after space was freed', async ({
    skip,
  }) => {
    await withWebhookTarget({ body: LARGE }, async ({ url }) =>
      withCli(async (cli) => {
        const disk = dataDirOf(cli);
        const tried = await mounted(disk, ['-t', 'tmpfs', '-o', 'size=160k', 'tmpfs'], async () => {
          await expectPartKept(cli, url, {});
          // What the run left free, so that the next one does not even begin.
          const filler = path.join(disk, 'filler');
          expect(() => {
            for (;;) appendFileSync(filler, 'x'.repeat(1_024));
          }).toThrow('ENOSPC');
          const full = await runJson(cli, ['--url', url, '-n', '2']);
          expect(full).toMatchObject({ exitCode: 0, report: { summary: { total: 2 } } });
          expect(full.stderr).toContain('cannot be saved in');
          expect(full.stderr).toContain('ENOSPC');
          expect(readdirSync(path.join(disk, 'runs')), 'no empty folder').not.toContain(full.report.runId);
          rmSync(filler);
          for (const run of readdirSync(path.join(disk, 'runs')))
            rmSync(path.join(disk, 'runs', run), { recursive: true });
          const { report, exitCode } = await runJson(cli, ['--url', url, '-n', '2']);
          expect(exitCode).toBe(0);
          expect(report.findings).toEqual([]);
          expect(await show(cli)).toEqual(report);
          return true;
        });
        skip(tried === null, MAY_NOT_MOUNT);
      }),
    );
  });
});

describe.concurrent('a run that cannot be saved', () => {
  async function expectReported(cli: Cli, url: string, options: CliOptions = {}): Promise<void> {
    const { report, stderr, exitCode } = await runJson(cli, ['--url', url], options);
    expect(exitCode, stderr).toBe(0);
    expect(report.results).toHaveLength(5);
    expect(report.findings).toMatchObject([
      {
        code: 'not-kept',
        message: expect.stringMatching(/^The run cannot be saved in /),
        hint: expect.stringContaining('PROD_E2E_DATA_DIR'),
      },
    ]);
    expect(stderr).toContain('The run cannot be saved in ');
  }

  it.each([
    ['a file is in place of the folder', ['data', 'prod-e2e']],
    ['a file is in place of the folder of runs', ['data', 'prod-e2e', 'runs']],
  ])('because %s is still sent and reported', async (_, parts) => {
    await withWebhookTarget({ body: GOOD }, async ({ url }) =>
      withCli(async (cli) => {
        const file = path.join(cli.home, ...parts);
        mkdirSync(path.dirname(file), { recursive: true });
        writeFileSync(file, 'not ours');
        await expectReported(cli, url);
        expect(readFileSync(file, 'utf8')).toBe('not ours');
        const list = await cli.run(['report', 'list']);
        expect(list.stderr).toContain('Saved runs cannot be read from');
        expect(list.exitCode).toBe(2);
      }),
    );
  });

  it.runIf(existsSync('/proc/self'))(
    'because no folder can be created (/proc) is still sent and reported',
    async () => {
      await withWebhookTarget({ body: GOOD }, async ({ url }) =>
        withCli(async (cli) => expectReported(cli, url, { env: { PROD_E2E_DATA_DIR: '/proc/prod-e2e' } })),
      );
    },
  );

  it('because the disk is read-only is sent and reported, and saved runs there can be read', async ({
    skip,
  }) => {
    await withWebhookTarget({ body: GOOD }, async ({ url }) =>
      withCli(async (cli) => {
        const disk = dataDirOf(cli);
        const tried = await mounted(disk, ['-t', 'tmpfs', 'tmpfs'], async () => {
          keepRun(disk);
          expect(spawnSync('mount', ['-o', 'remount,ro', disk]).status).toBe(0);
          await expectReported(cli, url, { env: { PROD_E2E_KEEP: '0' } });
          expect(await listed(cli)).toEqual([OLD_RUN]);
          return true;
        });
        skip(tried === null, MAY_NOT_MOUNT);
      }),
    );
  });

  it.runIf(existsSync('/dev/full'))(
    'nor reported, because stdout is full, is reported on stderr, and the run is saved',
    async () => {
      await withWebhookTarget({ body: GOOD }, async ({ url }) =>
        withCli(async (cli) => {
          for (const reporter of ['pretty', 'ndjson']) {
            const args = ['run', '--url', url, '-r', reporter];
            const { stderr, exitCode } = await cli.run(args, { through: '"$@" >/dev/full' });
            expect(exitCode).toBe(2);
            expect(stderr.split('\n').at(-2)).toMatch(/^Error: stdout cannot be written \(ENOSPC: .*\)\.$/);
            expect(stderr).not.toContain('    at ');
            expect(await show(cli)).toMatchObject({ status: 'healthy', summary: { total: 5 } });
          }
          const quiet = await cli.run(['run', '--url', url], { through: '"$@" 2>/dev/full' });
          expect(quiet.exitCode, 'progress is nothing that anybody asked for').toBe(0);
          expect(quiet.stdout).toContain('Total Tests: 5');
        }),
      );
    },
  );

  it.runIf(existsSync('/dev/full'))(
    'in one report writes the others, prints one document to stdout, and the run decides the exit code',
    async () => {
      await withWebhookTarget({ body: GOOD }, async ({ url }) =>
        withCli(async (cli) => {
          const reporters = ['-r', 'junit=/dev/full', '-r', 'ndjson=out/run.ndjson'];
          const { report, stderr, exitCode } = await runJson(cli, ['--url', url, ...reporters]);
          expect(exitCode).toBe(2);
          expect(report.status).toBe('healthy');
          expect(stderr).toContain('Error: The junit report cannot be written to /dev/full (ENOSPC');
          expect(stderr).toContain('The run itself is saved: prod-e2e report show');
          expect(readFileSync(path.join(cli.home, 'out/run.ndjson'), 'utf8').split('\n')).toHaveLength(8);
        }),
      );
      await withWebhookTarget({ status: 500, body: {} }, async ({ url }) =>
        withCli(async (cli) => {
          const { exitCode } = await runJson(cli, ['--url', url, '-r', 'junit=/dev/full']);
          expect(exitCode, 'tests failed').toBe(1);
        }),
      );
    },
  );
});

describe.concurrent('a saved run', () => {
  it('of a newer version is named, but not shown, changed or removed', async () => {
    await withWebhookTarget({ body: GOOD }, async ({ url }) =>
      withCli(async (cli) => {
        const newer = '20990101-000000-zzzzz';
        const folder = keepRun(dataDirOf(cli), { runId: newer });
        edit(headFile(folder), (text) => text.replace('"schemaVersion": 1', '"schemaVersion": 2'));
        const before = [headFile(folder), resultsFile(folder)].map((file) => [
          readFileSync(file, 'utf8'),
          statSync(file).mtimeMs,
        ]);
        const env = { PROD_E2E_KEEP: '0' };
        expect((await runJson(cli, ['--url', url], { env })).exitCode).toBe(0);
        const list = await cli.run(['report', 'list']);
        expect(list).toMatchObject({
          exitCode: 0,
          stderr: `Not shown: ${newer} (saved by a newer version; to read them: npm install -g prod-e2e).\n`,
        });
        const shown = await cli.run(['report', 'show']);
        expect(shown.exitCode).toBe(2);
        expect(shown.stderr).toBe(
          `Error: ${headFile(folder)} has format 2; this version reads 1.\n` +
            '  Update prod-e2e: npm install -g prod-e2e\n',
        );
        const after = [headFile(folder), resultsFile(folder)].map((file) => [
          readFileSync(file, 'utf8'),
          statSync(file).mtimeMs,
        ]);
        expect(after).toEqual(before);
      }),
    );
  });

  it('that was damaged is shown as far as it is readable, and does not affect others', async () => {
    await withWebhookTarget({ body: GOOD }, async ({ url }) =>
      withCli(async (cli) => {
        const folder = keepRun(dataDirOf(cli));
        writeFileSync(headFile(folder), '');
        edit(resultsFile(folder), (text) => text.replace('"testId"', '"te\0stId"'));
        const shown = await cli.run(['report', 'show', OLD_RUN]);
        expect(shown.exitCode).toBe(0);
        expect(shown.stdout).toContain('run.json of this run is damaged');
        expect(shown.stdout).toContain('1 result of this run is damaged in results.ndjson');
        expect(shown.stdout).toContain('CHOP');
        const hopeless = keepRun(dataDirOf(cli), { runId: '20260801-120000-aaaaa', results: [] });
        writeFileSync(headFile(hopeless), '\0\0\0');
        const list = await cli.run(['report', 'list']);
        expect(list.exitCode).toBe(0);
        expect(list.stdout).toContain(OLD_RUN);
        expect(list.stderr).toBe('Not shown: 20260801-120000-aaaaa (damaged).\n');
        const next = await runJson(cli, ['--url', url]);
        expect(next).toMatchObject({ exitCode: 0, report: { findings: [] } });
        expect(await show(cli)).toEqual(next.report);
      }),
    );
  });
});

describe.concurrent('two runs at once', () => {
  it('do not affect each other, whatever the other one removes at its end', async () => {
    await withGatedTarget({ first: 2, body: GOOD }, async (held) =>
      withWebhookTarget({ body: GOOD }, async (quick) =>
        withCli(async (cli) => {
          const env = { PROD_E2E_KEEP: '1' };
          const running = runJson(cli, ['--url', held.url, '-n', '18', '--timeout', '10m'], { env });
          await eventually(async () => (held.requests.length > 2 ? true : null));
          const start = () => runJson(cli, ['--url', quick.url, '-n', '2'], { env });
          const others = await Promise.all([start(), start(), start()]);
          held.release();
          const first = await running;
          expect(others.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
          expect(first.exitCode).toBe(0);
          expect(first.report).toMatchObject({ findings: [], summary: { total: 18, successful: 18 } });
          expect(first.report.results).toHaveLength(18);
          for (const { stderr } of [first, ...others]) expect(stderr).not.toContain('Error');
        }),
      ),
    );
  });

  it('are both saved', async () => {
    await withWebhookTarget({ body: GOOD, delayMs: 30 }, async ({ url }) =>
      withCli(async (cli) => {
        const ended = await Promise.all([1, 2, 3].map(() => runJson(cli, ['--url', url, '-n', '6'])));
        for (const { exitCode, report } of ended) {
          expect(exitCode).toBe(0);
          expect(await show(cli, report.runId)).toEqual(report);
        }
        expect((await listed(cli)).toSorted()).toEqual(ended.map(({ report }) => report.runId).toSorted());
      }),
    );
  });
});
