import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { ShownTrace } from '../../src/lib/cli/trace/show.ts';
import type { Report } from '../../src/lib/model/report.ts';
import type { SandboxInfo } from '../../src/lib/sandbox/sandbox.ts';
import { type Cli, type CliResult, withCli } from '../support/cli.ts';
import { sentryEnv, withSandbox } from '../support/trace-run.ts';

interface Served extends Pick<Cli, 'home'> {
  readonly info: SandboxInfo;
  /** A command that knows the sandbox's Sentry. */
  readonly run: (...args: readonly string[]) => Promise<CliResult>;
  readonly at: (columns: number, ...args: readonly string[]) => Promise<CliResult>;
  readonly config: (name: string, text: string) => Promise<string>;
  readonly report: (...args: readonly string[]) => Promise<Report>;
}

/** Beside a sandbox, which is stopped afterwards. */
function withServed(
  options: Parameters<typeof withSandbox>[0],
  use: (served: Served) => Promise<void>,
): Promise<void> {
  return withSandbox(options, (info) =>
    withCli(({ home, run }) => {
      const env = sentryEnv(info);
      const command = (...args: readonly string[]) => run(args, { env });
      return use({
        home,
        info,
        run: command,
        at: (columns, ...args) => run(args, { env: { ...env, COLUMNS: String(columns) } }),
        config: async (name, text) => {
          await writeFile(path.join(home, name), text);
          return path.join(home, name);
        },
        report: async (...args) => JSON.parse((await command('run', '--json', ...args)).stdout),
      });
    }),
  );
}

/** Spans that do come arrive together, and are waited for as long as needed; those that never come, no longer than `settle`. */
const WAITS = { interval: '250ms', settle: '2s', timeout: '5m' };

const yaml = (url: string, ...lines: readonly string[]) =>
  [
    `url: ${url} # the sandbox`,
    'trace:',
    `  interval: ${WAITS.interval} # it is near`,
    `  settle: ${WAITS.settle}`,
    `  timeout: ${WAITS.timeout}`,
    ...lines,
    '',
  ].join('\n');

describe.concurrent('trace show', () => {
  it('draws failures, missing spans in their place, findings and the link, at every width', async () => {
    const faults = [
      'VOL_EXPANSION=span-error:fetch-gex-data',
      'CHOP=span-missing:build-snapshot',
      'ORB_FAKEOUT=status:500',
    ];
    await withServed({ faults }, async ({ info, run, at, config, report }) => {
      await config('prod-e2e.config.yaml', yaml(info.url));
      const { results } = await report();
      const spanId = results[0]?.request.headers['sentry-trace']?.split('-')[1];
      for (const columns of [60, 80, 200]) {
        const { stdout, exitCode } = await at(columns, 'trace', 'show', '1');
        expect(exitCode).toBe(0);
        expect(stdout).toContain(`Trace ${results[0]?.trace.traceId}\n`);
        expect(stdout).toContain('15 spans (2 from prod-e2e)');
        expect(stdout).toContain(`&node=span-${spanId}`);
        expect(stdout).toMatch(/[├└]─ assign-variant/);
        expect(stdout).not.toContain('FINDINGS');
        const lines = stdout.split('\n').filter((line) => !line.includes('http://'));
        expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(columns);
        expect(/█{5}/.test(stdout)).toBe(columns > 60);
      }

      const failing = (await run('trace', 'show', results[2]?.testId ?? '')).stdout;
      expect(failing).toMatch(/✗ fetch-gex-data {2}http\.client/);
      expect(failing).toMatch(/FINDINGS\n {2}⚠ fetch-gex-data \(http\.client\) failed: .*fault/s);
      const failed = await run('trace', 'show', '--failed');
      expect(failed.stdout).toContain(`Trace ${results[3]?.trace.traceId}\n`);

      const shownMissing = (await run('trace', 'show', results[4]?.trace.traceId ?? '')).stdout;
      // On a busy machine time passes between spans, which has lines of its own.
      const lines = shownMissing.split('\n').filter((line) => !line.includes(' without spans)'));
      const missing = lines.findIndex((line) => line.includes('? build-snapshot (missing)'));
      expect(lines[missing]).toMatch(/^(?: {3}|│ {2}){2}│ {2}└─ /);
      expect(lines[missing - 1]).toContain('fetch-gex-data');
      expect(lines.join('\n')).toContain('⚠ build-snapshot is missing');

      const json = await run('trace', 'show', '5', '--json', '--wait');
      const shown: ShownTrace['document'] = JSON.parse(json.stdout);
      expect(Object.keys(shown)).toEqual(['trace', 'followed', 'findings', 'url']);
      expect(shown.trace.spans).toHaveLength(14);
      expect(shown.findings.map(({ code }) => code)).toEqual(['trace-missing']);
      expect(shown.url).toContain(`${shown.trace.traceId}/?timestamp=`);
      expect(json.stderr).toMatch(/^0 s: 14 spans/m);
    });
  });

  it('follows background work with the saved response', async () => {
    await withServed({ faults: ['*=detached'] }, async ({ info, run, config, report }) => {
      const query = "'signalId:{{response.signal_id}}'";
      await config('prod-e2e.config.yaml', yaml(info.url, `  follow: [{ query: ${query}, within: 2m }]`));
      const { results } = await report('-n', '2');
      const { stdout } = await run('trace', 'show', '2');
      const signalId = JSON.parse(results[1]?.response?.body ?? '{}').signal_id;
      expect(stdout).toContain('1 search followed');
      expect(stdout).toContain(`Followed: signalId:${signalId}`);
      expect(stdout).toContain('(followed)');
      expect(stdout).toMatch(/followed\).*database-save/s);
      expect(stdout).not.toContain('is missing');
      const { followed }: ShownTrace['document'] = JSON.parse(
        (await run('trace', 'show', '2', '--json')).stdout,
      );
      expect(followed.map(({ found, traces }) => [found, traces.length])).toEqual([[true, 1]]);
    });
  });

  it('explains why there is nothing to show', async () => {
    await withServed({}, async ({ run }) => {
      const nowhere = '0123456789abcdef0123456789abcdef';
      const empty = await run('trace', 'show', nowhere);
      expect([empty.exitCode, empty.stdout]).toEqual([1, '']);
      expect(empty.stderr).toContain(`Sentry has no span of this trace: ${nowhere}.`);
      expect(empty.stderr).toContain('--wait');
      const json = await run('trace', 'show', nowhere, '--json');
      expect(JSON.parse(json.stdout).error.code).toBe('TRACE_NOT_FOUND');
      expect((await run('trace', 'show')).stderr).toContain('prod-e2e trace show --slowest');
    });
    await withCli(async ({ run }) => {
      const { exitCode, stderr } = await run(['trace', 'show', '0123456789abcdef0123456789abcdef'], {
        env: { SENTRY_ORG: 'acme' },
      });
      expect(exitCode).toBe(2);
      expect(stderr).toContain('SENTRY_AUTH_TOKEN');
      expect(stderr).not.toContain('--no-verify-traces');
    });
  });
});

describe.concurrent('trace learn', () => {
  it('prints a patch, writes it, and a healthy run stays healthy with it', async () => {
    // Of the second run no span may be slow.
    await withServed({ slowClock: true }, async ({ info, run, config, report }) => {
      const file = await config('prod-e2e.config.yaml', yaml(info.url, 'count: 5 # few'));
      await report();
      const before = await readFile(file, 'utf8');
      const { stdout, stderr } = await run('trace', 'learn');
      expect(stdout).toContain('5 good traces');
      expect(stdout).toContain('3 × the median, 1.5 × the 95th percentile');
      expect(stdout).toMatch(
        /^\+ trace:\n\+ {3}expect:\n(\+ {5}- \{ span: .* \} {2}# median .* m?s\n){13}$/m,
      );
      expect(stdout).toMatch(/span: assign-variant, check: routing, .*inside: ab-routing \}/);
      expect(stderr).toContain('--write');
      expect(await readFile(file, 'utf8')).toBe(before);

      expect((await run('trace', 'learn', '--write')).stderr).toContain('Written to prod-e2e.config.yaml');
      const written = await readFile(file, 'utf8');
      for (const kept of ['# the sandbox', '# it is near', 'count: 5 # few']) expect(written).toContain(kept);
      expect(written).toContain('- { span: data-enrichment, maxDuration: ');
      const again = await report();
      expect([again.status, again.summary.warnings, again.summary.unverified]).toEqual(['healthy', 0, 0]);
      expect(again.results.map(({ trace }) => trace.state)).toEqual(Array(5).fill('verified'));

      const refused = await run('trace', 'learn', '--write');
      expect(refused.exitCode).toBe(2);
      expect(refused.stderr).toContain('--force');
      expect(await readFile(file, 'utf8')).toBe(written);
      const forced = await run('trace', 'learn', '--write', '--force', '--runs', '2', '--json');
      const { expect: entries, runIds, traces } = JSON.parse(forced.stdout);
      expect([entries.length, runIds.length, traces]).toEqual([13, 2, 10]);
      expect((await run('config', 'show')).exitCode).toBe(0);
    });
  });

  it('writes JSON, does not change code, and requires enough good traces and a file', async () => {
    const faults = ['VOL_EXPANSION=span-error:fetch-gex-data', 'CHOP=span-missing:ab-routing'];
    await withServed({ faults, slowClock: true }, async ({ info, run, config, report }) => {
      const own = { url: info.url, trace: WAITS };
      const json = await config('own.json', JSON.stringify(own));
      const code = await config('own.mjs', `export default ${JSON.stringify(own)};\n`);
      await report('--config', json);
      const lines = (await run('trace', 'learn', '--config', code, '--write')).stdout;
      expect(lines).toContain('3 good traces');
      expect(lines).toContain('+ "trace": {\n+   "expect": [\n');
      expect(await readFile(code, 'utf8')).toBe(`export default ${JSON.stringify(own)};\n`);
      await run('trace', 'learn', '--config', json, '--write');
      const { trace } = JSON.parse(await readFile(json, 'utf8'));
      expect(trace.interval).toBe('250ms');
      expect(trace.expect).toContainEqual(expect.objectContaining({ span: 'ab-routing', check: 'routing' }));

      const nowhere = await run('trace', 'learn', '--write');
      expect([nowhere.exitCode, nowhere.stderr.includes('prod-e2e init')]).toEqual([2, true]);
      await report('--config', json, '-n', '2');
      const few = await run('trace', 'learn');
      expect(few.exitCode).toBe(2);
      expect(few.stderr).toMatch(/needs at least 3 good traces; run \S+ has 2 in 2 tests\./);
    });
  });
});
