/** A backend of one's own, pointed at the sandbox with what `prod-e2e sandbox` prints. */
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';

const BACKEND = fileURLToPath(new URL('sandbox-backend.mjs', import.meta.url));

const CONFIG = `
scenarios: [{ name: ORDER, payload: {} }]
trace:
  interval: 200ms
  expect: [{ label: place-order, span: { name: place-order, service: backend }, required: true }]
`;

interface Running {
  /** What it has printed, so far. */
  readonly stdout: () => string;
  readonly stderr: () => string;
}

/** Runs the sandbox until `use` is done with it. */
async function withSandbox<Result>(
  cli: Cli,
  args: readonly string[],
  use: (running: Running) => Promise<Result>,
) {
  let used: Promise<Result> | null = null;
  const { exitCode } = await cli.run(['sandbox', ...args], {
    running: (child) => {
      let [stdout, stderr] = ['', ''];
      child.stdout?.on('data', (piece: Buffer) => {
        stdout += piece.toString();
      });
      child.stderr?.on('data', (piece: Buffer) => {
        stderr += piece.toString();
      });
      used = use({ stdout: () => stdout, stderr: () => stderr }).finally(() => child.kill('SIGINT'));
      // Its failure is the test's, below.
      used.catch(() => undefined);
    },
  });
  expect(exitCode).toBe(0);
  if (used === null) throw new Error('the sandbox was not started');
  return used;
}

const printed = (running: Running, pattern: RegExp): Promise<string> =>
  eventually(async () => (pattern.test(running.stdout()) ? running.stdout() : null));

/** Starts the backend, waits for its port, and ends it after the line. */
const WITH_BACKEND = `
SENTRY_DSN="$BACKEND_SENTRY_DSN" "$NODE" "$BACKEND" > port &
backend=$!
trap 'kill $backend' EXIT
until [ -s port ]; do kill -0 $backend || exit 99; sleep 0.1; done
`;

describe.concurrent('a backend of your own', () => {
  it('has its trace read back once the printed lines are pasted into a shell', async () => {
    await withCli(async (cli) => {
      await writeFile(path.join(cli.home, 'prod-e2e.config.yaml'), CONFIG);
      const env = { NODE: process.execPath, BACKEND };
      await withSandbox(cli, [], async (running) => {
        const shown = await printed(running, /Stop with Ctrl-C/);
        const pasted = shown.split('\n').filter((line) => line.startsWith('  export '));
        expect(pasted).toEqual([
          expect.stringMatching(/^ {2}export SENTRY_DSN=http:\/\/[0-9a-f]{32}@127\.0\.0\.1:\d+\/1$/),
          expect.stringMatching(/^ {2}export SENTRY_URL=http:\/\/127\.0\.0\.1:\d+$/),
          '  export SENTRY_ORG=sandbox',
          '  export SENTRY_PROJECT=prod-e2e',
          expect.stringMatching(/^ {2}export SENTRY_AUTH_TOKEN=sntryu_[0-9a-f]{64}$/),
          expect.stringMatching(/^ {2}export BACKEND_SENTRY_DSN=http:\/\/[0-9a-f]{32}@127\.0\.0\.1:\d+\/4$/),
        ]);
        const run = `${pasted.join('\n')}\n${WITH_BACKEND}\n"$@" --url "http://127.0.0.1:$(cat port)/webhook"`;
        const { stdout, stderr } = await cli.run(['run', '-n', '1', '--json'], { env, through: run });
        expect(stderr).not.toContain('unverified');
        const report: Report = JSON.parse(stdout);
        const [result] = report.results;
        expect(result?.response?.status).toBe(200);
        expect(result?.trace).toMatchObject({ state: 'verified', spanCount: 4, findings: [] });
        expect(result?.trace.spans.map(({ name, service }) => `${service}: ${name}`)).toEqual([
          'prod-e2e: production-e2e-webhook-test',
          expect.stringMatching(/^prod-e2e: POST 127\.0\.0\.1/),
          'backend: POST',
          'backend: place-order',
        ]);
        const show = `${pasted.join('\n')}\n"$@"`;
        const tree = await cli.run(['trace', 'show', '1'], { through: show });
        expect(tree.stdout).toMatch(/place-order +function/);
        expect(running.stderr()).toBe('');
      });
    });
  });

  it('is listed with the spans that Sentry would drop', async () => {
    await withCli(async (cli) => {
      const env = { NODE: process.execPath, BACKEND };
      // Without baggage the SDK knows nothing of the trace, and its envelope has no trace header.
      const sends = `${WITH_BACKEND}\n"$@" > /dev/null; until [ -e done ]; do sleep 0.1; done`;
      await withSandbox(cli, ['--json'], async (running) => {
        const [line = ''] = (await printed(running, /\n/)).split('\n');
        const info = JSON.parse(line) as { env: Record<string, string>; backendDsn: string };
        expect(info.env.BACKEND_SENTRY_DSN).toBe(info.backendDsn);
        const backend = cli.run(['--version'], { env: { ...env, ...info.env }, through: sends });
        const port = await eventually(async () => {
          const text = await readFile(path.join(cli.home, 'port'), 'utf8').catch(() => '');
          return text.endsWith('\n') ? text.trim() : null;
        });
        await fetch(`http://127.0.0.1:${port}/webhook`, {
          method: 'POST',
          headers: { 'sentry-trace': '90410b134f1a4bdba8caa19399af9089-bcea0a40bfd27c87-1' },
        });
        const lines = await eventually(async () => {
          const all = running.stdout().trimEnd().split('\n');
          return all.length > 1 ? all : null;
        });
        await writeFile(path.join(cli.home, 'done'), '');
        expect((await backend).exitCode).toBe(0);
        expect(JSON.parse(lines[1] ?? '')).toEqual({
          type: 'dropped',
          project: 'backend',
          category: 'span',
          reason: 'missing_dsc',
          why: 'the envelope has no trace header with trace_id and public_key; send baggage along with sentry-trace',
          quantity: 2,
        });
      });
    });
  });

  it('is warned about a key that matches no project', async () => {
    await withCli(async (cli) => {
      await withSandbox(cli, [], async (running) => {
        const shown = await printed(running, /Stop with Ctrl-C/);
        const [, url = ''] = /SENTRY_URL=(\S+)/.exec(shown) ?? [];
        const wrong = await fetch(`${url}/api/4/envelope/?sentry_key=${'d'.repeat(32)}`, {
          method: 'POST',
          body: '{}',
        });
        expect(wrong.status).toBe(403);
        await eventually(async () => (running.stderr().includes('\n') ? true : null));
        expect(running.stderr()).toBe(
          'Refused POST /api/4/envelope/ with 403: event submission rejected with_reason: ProjectId; no project has this public key\n',
        );
      });
    });
  });
});
