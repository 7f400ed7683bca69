import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import type { SandboxInfo } from '../../src/lib/sandbox/sandbox.ts';
import { withCli } from '../support/cli.ts';

describe.concurrent('run --sandbox', () => {
  it('is healthy, with every trace accepted', async () => {
    await withCli(async ({ run }) => {
      const { stdout, exitCode } = await run(['run', '--sandbox', '--json']);
      const report: Report = JSON.parse(stdout);
      expect(exitCode).toBe(0);
      expect(report.status).toBe('healthy');
      expect(report.sentry).toMatchObject({
        enabled: true,
        accepted: 5,
        refused: [],
        dropped: 0,
        pending: 0,
      });
      // The sandbox is gone when the run is over: a link into it would be dead.
      for (const { trace } of report.results) expect(trace.url).toBeNull();
    });
  });

  it('attributes each response fault to the right test and to no other', async () => {
    await withCli(async ({ run }) => {
      const faults = [
        'ORB_BREAKOUT=status:500',
        'TREND_CONTINUATION=reset',
        'VOL_EXPANSION=malformed',
        'ORB_FAKEOUT=missing:variant',
        'CHOP=rate-limit',
      ].flatMap((fault) => ['--fault', fault]);
      const { stdout, exitCode } = await run(['run', '--sandbox', '--no-verify-traces', '--json', ...faults]);
      const { results }: Report = JSON.parse(stdout);
      expect(exitCode).toBe(1);
      const said = results.map(({ scenario, errors, warnings }) => [
        scenario,
        ...[...errors, ...warnings].map(({ code }) => code),
      ]);
      expect(said).toEqual([
        ['ORB_BREAKOUT', 'http-5xx'],
        ['TREND_CONTINUATION', 'reset'],
        ['VOL_EXPANSION', 'not-json'],
        ['ORB_FAKEOUT', 'recommended-missing'],
        ['CHOP', 'rate-limited'],
      ]);
    });
  });

  it('reads at most trace.limit traces, the broken one first, and reports it', async () => {
    await withCli(async ({ run, home }) => {
      await writeFile(path.join(home, 'prod-e2e.config.yaml'), 'trace: { limit: 2 }\n');
      const { stdout } = await run(['run', '--sandbox', '--json', '--fault', 'CHOP=status:500']);
      const { results, findings }: Report = JSON.parse(stdout);
      const read = results.filter(({ trace }) => trace.state !== 'skipped').map(({ scenario }) => scenario);
      expect(read).toHaveLength(2);
      expect(read).toContain('CHOP');
      expect(findings).toMatchObject([{ code: 'traces-limited' }]);
    });
  });

  it('suggests the nearest fault for a typo, before anything starts', async () => {
    await withCli(async ({ run }) => {
      const { stderr, exitCode } = await run(['run', '--sandbox', '--fault', 'CHOP=tiemout']);
      expect(exitCode).toBe(2);
      expect(stderr).toContain('timeout');
    });
  });
});

describe.concurrent('sandbox', () => {
  it('prints one line of JSON once both are ready, serves, and stops cleanly', async () => {
    await withCli(async ({ run }) => {
      let info: SandboxInfo | null = null;
      const { exitCode } = await run(['sandbox', '--json'], {
        running: (child) => {
          child.stdout?.once('data', async (line: Buffer) => {
            info = JSON.parse(line.toString()) as SandboxInfo;
            const env = { SENTRY_DSN: info.dsn };
            const against = await run(['run', '--url', info.url, '--json'], { env });
            expect(JSON.parse(against.stdout).sentry.accepted).toBe(5);
            child.kill('SIGINT');
          });
        },
      });
      expect(exitCode).toBe(0);
      expect(Object.keys(info ?? {})).toEqual([
        'url',
        'dsn',
        'sentryUrl',
        'org',
        'project',
        'token',
        'backendDsn',
        'backendProject',
        'env',
      ]);
    });
  });
});
