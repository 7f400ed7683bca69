/** `trace show` when Sentry is gone, refuses, or is not configured. */
import { describe, expect, it } from 'vitest';
import { withCli } from '../support/cli.ts';
import { sentryEnv, traceRun, withSandbox } from '../support/trace-run.ts';

const drawn = (stdout: string) => stdout.split('\n').filter((line) => /[├└]─/.test(line));

describe.concurrent('trace show without its Sentry', () => {
  it('draws the spans saved by run --sandbox, with no link into the sandbox', async () => {
    await withCli(async ({ run }) => {
      const sent = await run(['run', '--sandbox', '--fault', 'CHOP=span-error:fetch-gex-data', '--json']);
      const { runId } = JSON.parse(sent.stdout);
      expect(sent.stdout).not.toContain('/issues/');
      for (const which of [['1'], ['5'], ['--slowest']]) {
        const { stdout, stderr, exitCode } = await run(['trace', 'show', ...which]);
        expect(exitCode).toBe(0);
        expect(stderr).toBe(`The sandbox has ended; showing the spans saved with run ${runId}.\n`);
        expect(stdout).toContain('15 spans (2 from prod-e2e)');
        expect(stdout).not.toContain('http://127.0.0.1');
      }
      // A trace id also finds a test of an earlier run.
      await run(['run', '--sandbox', '--count', '1']);
      const traceId = JSON.parse(sent.stdout).results[4].trace.traceId;
      const { stdout, stderr } = await run(['trace', 'show', traceId]);
      expect(stderr).toContain(`with run ${runId}`);
      expect(stdout).toContain('fetch-gex-data (http.client) failed');
      const open = await run(['trace', 'open', `${runId}-1`]);
      expect(open.exitCode).toBe(2);
      expect(open.stderr).toContain(`prod-e2e trace show ${runId}-1`);
    });
  });

  it('draws the same spans when Sentry is not configured, does not respond, or refuses', async () => {
    await withCli(async (cli) => {
      const { info, runId, read } = await withSandbox({}, async (info) => {
        const { report } = await traceRun(cli, ['--url', info.url], { env: sentryEnv(info) });
        const read = await cli.run(['trace', 'show', '2'], { env: sentryEnv(info) });
        const refused = await cli.run(['trace', 'show', '2'], {
          env: { ...sentryEnv(info), SENTRY_AUTH_TOKEN: 'sntryu_wrong' },
        });
        expect(read.stderr).toBe('');
        expect(refused.exitCode).toBe(0);
        expect(refused.stderr).toContain(`showing the spans saved with run ${report.runId}`);
        expect(drawn(refused.stdout)).toEqual(drawn(read.stdout));
        return { info, runId: report.runId, read };
      });
      const none = await cli.run(['trace', 'show', '2']);
      expect(none.stderr).toBe(
        `Sentry was not read: no Sentry token is set (SENTRY_AUTH_TOKEN); showing the spans saved with run ${runId}.\n`,
      );
      expect(drawn(none.stdout)).toEqual(drawn(read.stdout));
      const gone = await cli.run(['trace', 'show', '2'], { env: sentryEnv(info) });
      expect(gone.stderr).toMatch(/connection.*; showing the spans saved with run/);
      expect(drawn(gone.stdout)).toEqual(drawn(read.stdout));
      const unknown = await cli.run(['trace', 'show', 'f'.repeat(32)]);
      expect(unknown.exitCode).toBe(2);
    });
  });
});
