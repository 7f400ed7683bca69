/** What the program does with a Sentry that fails: how it waits, what it requests, and what it says. */
import { describe, expect, it } from 'vitest';
import { type Cli, withCli } from '../support/cli.ts';
import {
  type FailingSentry,
  limiting,
  type SentryFailure,
  withFailingSentry,
} from '../support/failing-sentry.ts';
import { traceRun } from '../support/trace-run.ts';
import { withWebhookTarget } from '../support/webhook-target.ts';

const envOf = ({ url, dsn }: FailingSentry) => ({
  ...{ SENTRY_AUTH_TOKEN: 'sntryu_0123456789abcdef', SENTRY_ORG: 'acme' },
  ...{ SENTRY_URL: url, SENTRY_DSN: dsn },
});

function against<Result>(
  failure: Parameters<typeof withFailingSentry>[0],
  use: (given: {
    readonly cli: Cli;
    readonly sentry: FailingSentry;
    readonly url: string;
    readonly env: Readonly<Record<string, string>>;
  }) => Promise<Result>,
): Promise<Result> {
  return withFailingSentry(failure, (sentry) =>
    withWebhookTarget({ body: { success: true } }, ({ url }) =>
      withCli((cli) => use({ cli, sentry, url, env: envOf(sentry) })),
    ),
  );
}

interface RunOptions {
  readonly timeout: string;
  readonly count?: number;
  readonly flags?: readonly string[];
}

const runAgainst = (
  failure: Parameters<typeof withFailingSentry>[0],
  { timeout, count = 1, flags = [] }: RunOptions,
) =>
  against(failure, async ({ cli, sentry, url, env }) => {
    const args = ['--url', url, '-n', String(count), '--trace-timeout', timeout, ...flags];
    const ran = await traceRun(cli, args, { env });
    return { ...ran, ...sentry, host: new URL(sentry.url).host };
  });

describe.concurrent('run', () => {
  it.each<[SentryFailure, string, string, string]>([
    ['hang', 'api-error', 'HOST did not respond in time.', 'Sentry did not respond'],
    ['drip', 'api-error', 'HOST did not respond in time.', 'Sentry did not respond'],
    [
      'sso',
      'unauthorized',
      'HOST requires single sign-on for "acme" (HTTP 401: Must login via SSO).',
      'Sentry requires single sign-on',
    ],
    [
      'no-organization',
      'org-mismatch',
      'HOST shows this token no organization "acme" (HTTP 404).',
      'Sentry shows no such organization',
    ],
    [
      'too-old',
      'unavailable',
      'HOST has the trace API of an older Sentry, which shows no spans.',
      'this Sentry is too old',
    ],
    [
      'html',
      'api-error',
      'HOST responded with an HTML page instead of JSON.',
      'an HTML page instead of Sentry',
    ],
  ])('%s: %s: %s', async (failure, reason, message, cause) => {
    const { report, exitCode, host } = await runAgainst(failure, {
      timeout: '1s',
      flags: ['--require-traces'],
    });
    expect(exitCode).toBe(4);
    expect(report.results.map(({ trace }) => trace.reason)).toEqual([reason]);
    const found = report.findings.filter(({ code }) => code === `trace-${reason}`);
    expect(found.map((each) => ({ ...each, message: each.message.replaceAll(host, 'HOST') }))).toMatchObject([
      {
        message: `The trace of ${report.results[0]?.name} is unverified (${reason}): ${message}`,
        cause,
        hint: expect.not.stringMatching(/SDK|Sampler/),
      },
    ]);
  });

  it('makes no request before Retry-After has passed, and reports how long that is', async () => {
    const { reads, stderr } = await runAgainst(limiting({ 'retry-after': '3' }), { timeout: '9s' });
    const [first, second] = reads;
    if (first === undefined || second === undefined) return expect.fail('fewer than two requests');
    expect(second.atMs - first.atMs).toBeGreaterThanOrEqual(3_000);
    expect(stderr).toMatch(/^\d+ s \(up to \d+ s\): Sentry limits requests; next try in [23] s$/m);
  });

  it('applies the Retry-After of one trace to all', async () => {
    const { reads, report } = await runAgainst(limiting({ 'retry-after': '3' }), {
      timeout: '9s',
      count: 12,
    });
    const [first] = reads;
    if (first === undefined) return expect.fail('no request');
    // Those that were in flight.
    expect(reads.filter(({ atMs }) => atMs - first.atMs < 3_000).length).toBeLessThanOrEqual(5);
    expect(reads.length).toBeGreaterThan(12);
    expect(new Set(report.results.map(({ trace }) => trace.reason))).toEqual(new Set(['not-found']));
  });

  it('does not wait for a pause that is longer than the time left', async () => {
    const { reads, report, host } = await runAgainst('rate-limit', { timeout: '1m' });
    expect(reads).toHaveLength(1);
    expect(report.findings.find(({ code }) => code === 'trace-api-error')).toMatchObject({
      message: expect.stringContaining(
        `${host} limits requests (HTTP 429) and asks to wait 60 min, more than --trace-timeout leaves (`,
      ),
      cause: 'Sentry limits requests',
    });
  });

  it('explains a long wait', async () => {
    const { stderr } = await runAgainst('hang', { timeout: '11s' });
    expect(stderr).toContain('Reading 1 trace from Sentry (up to 11 s)\n');
    expect(stderr).toMatch(/^\d+ s \(up to 11 s\): waiting for Sentry's first response$/m);
  });
});

describe.concurrent('trace show', () => {
  const TRACE_ID = 'a'.repeat(32);

  it('reports when to try again', () =>
    against('rate-limit', async ({ cli, env, sentry }) => {
      const { stderr, exitCode } = await cli.run(['trace', 'show', TRACE_ID], { env });
      expect(exitCode).toBe(1);
      expect(stderr).toContain('limits requests (HTTP 429) and asks to wait 60 min.');
      expect(stderr).toContain('Try again in 60 min');
      expect(sentry.reads).toHaveLength(1);
    }));

  it('--wait explains a long wait', () =>
    against('hang', async ({ cli, env }) => {
      const wait = ['--wait', '--trace-timeout', '11s'];
      const { stderr } = await cli.run(['trace', 'show', TRACE_ID, ...wait], { env });
      expect(stderr).toMatch(/^\d+ s: waiting for Sentry's first response$/m);
    }));

  it('--wait reports what Sentry did when the time was over', () =>
    against('hang', async ({ cli, env, sentry }) => {
      const { stderr, exitCode } = await cli.run(
        ['trace', 'show', TRACE_ID, '--wait', '--trace-timeout', '1s'],
        { env },
      );
      expect(exitCode).toBe(1);
      expect(stderr).toContain(
        `Trace ${TRACE_ID} cannot be read: ${new URL(sentry.url).host} did not respond`,
      );
      expect(stderr).not.toMatch(/SDK|Sampler/);
    }));
});

describe.concurrent('doctor', () => {
  it.each<[SentryFailure, string]>([
    ['hang', 'HOST did not respond in time'],
    ['redirect', 'HOST redirects to http://sentry.invalid (HTTP 302); the token is not sent there'],
    ['token', 'HOST does not accept the token (HTTP 401: Invalid token)'],
  ])('%s: %s', (failure, message) =>
    against(failure, async ({ cli, env, sentry, url }) => {
      const { stdout } = await cli.run(['doctor', '--url', url, '--json', '--trace-timeout', '1s'], { env });
      const { checks } = JSON.parse(stdout) as { readonly checks: readonly Record<string, unknown>[] };
      const host = new URL(sentry.url).host;
      expect(checks.find(({ name }) => name === 'token')).toMatchObject({
        state: 'fail',
        message: message.replace('HOST', host),
      });
    }),
  );
});
