/** The headline: how good the run was, and by what. */
import { describe, expect, it, test } from 'vitest';
import type { Report } from '../../../src/lib/model/report.ts';
import { statusText, statusTitle, statusWords } from '../../../src/lib/report/formatters/words.ts';
import { anError, aReport, aTest, aTraceResult, aWarning, sourceOf } from '../../support/builders.ts';
import { rendered } from './rendered.ts';

const UNREAD = aTraceResult({ state: 'unverified', reason: 'api-error' });
const READ = aTraceResult({ state: 'verified', spanCount: 7 });
const SILENT = aWarning('trace-api-error', '5 traces are unverified (api-error): sentry.io did not respond');

/** Five working tests, some of whose traces could not be read. */
function unread(count: number, overrides: Partial<Report> = {}): Report {
  const results = Array.from({ length: 5 }, (_, at) =>
    aTest({ index: at + 1, trace: at < count ? UNREAD : READ }),
  );
  return aReport({ results, findings: [SILENT], ...overrides });
}

describe('a healthy run', () => {
  it.each([
    [5, '0 of 5 traces could be read (Sentry did not respond).'],
    [3, '2 of 5 traces could be read (Sentry did not respond).'],
  ])('is healthy by responses only if %i of its traces could not be read', (count, text) => {
    const report = unread(count);
    expect(report).toMatchObject({ status: 'healthy', exitCode: 0 });
    expect(statusTitle(report)).toBe('HEALTHY by responses only');
    expect(statusWords(report)).toBe('healthy by responses only');
    expect(statusText(report)).toBe(text);
  });

  it('names the source of its finding', () => {
    const refused = { ...SILENT, cause: 'Sentry responded with HTTP 503' };
    const report = unread(5, { findings: [refused] });
    expect(statusText(report)).toBe('0 of 5 traces could be read (Sentry responded with HTTP 503).');
  });

  it('gives no reason if none is known', () => {
    expect(statusText(unread(5, { findings: [] }))).toBe('0 of 5 traces could be read.');
  });

  it('does not count traces that were not requested as read', () => {
    const limited = aWarning('traces-limited', '5 of 100 traces were read back');
    const report = unread(5, { findings: [SILENT, limited] });
    expect(statusText(report)).toBe('5 traces could not be read (Sentry did not respond).');
  });

  it('is simply healthy if all traces were read, or none was requested', () => {
    for (const report of [unread(0, { findings: [] }), aReport()]) {
      expect(statusTitle(report)).toBe('HEALTHY');
      expect(statusText(report)).toBe('All webhooks processed successfully, no missing data.');
    }
  });

  test.each([
    ['pretty', '✓ HEALTHY by responses only  5 of 5 webhooks work; 0 of 5 traces could be read'],
    [
      'markdown',
      '## ✅ 5 of 5 webhooks work\n\n**Healthy by responses only**: 0 of 5 traces could be read \\(Sentry did not respond\\)\n',
    ],
    [
      'github',
      '::0 of 5 traces could be read (Sentry did not respond)%0Aprod-e2e: healthy by responses only, run',
    ],
    [
      'html',
      'Healthy by responses only</span> prod-e2e</p>\n<h1>5 of 5 webhooks work</h1>\n<p class="lead">0 of 5 traces could be read',
    ],
  ])('is described that way in %s', async (format, expected) => {
    expect(await rendered(sourceOf(unread(5)), format)).toContain(expected);
  });
});

it('no other status is one by responses only', () => {
  for (const status of ['degraded', 'broken', 'interrupted'] as const) {
    const report = unread(5, { status });
    expect(statusTitle(report)).toBe(status.toUpperCase());
    expect(statusText(report)).not.toContain('could be read');
  }
});

describe('a broken run', () => {
  const failing = { errors: [anError('http-5xx', 'HTTP 500: x')] };

  it('is a critical issue if nothing works', () => {
    const report = aReport({ results: [aTest(failing), aTest({ ...failing, index: 2 })] });
    expect(statusText(report)).toMatch(/^All webhooks failing\. Critical issue/);
  });

  it('states that only refusals are as expected if so', () => {
    const results = [aTest(failing), aTest({ index: 2, expectsAcceptance: false })];
    const report = aReport({ results });
    expect(report).toMatchObject({ status: 'broken', exitCode: 1 });
    expect(statusText(report)).toMatch(/^Every webhook that should be accepted fails; only those/);
  });

  it('is not critical if one webhook that should be accepted works', () => {
    const results = [aTest(failing), aTest({ index: 2 }), aTest({ ...failing, index: 3 })];
    const report = aReport({ results });
    expect(report.status).toBe('degraded');
    expect(statusText(report)).not.toMatch(/Critical|fails;/);
  });
});

it('a run of duplicates only tested nothing new', () => {
  const duplicate = { warnings: [aWarning('duplicate', 'status DUPLICATE')] };
  const results = [
    aTest(duplicate),
    aTest({ ...duplicate, index: 2 }),
    aTest({ index: 3, expectsAcceptance: false }),
  ];
  const report = aReport({ results });
  expect(report).toMatchObject({ status: 'degraded', exitCode: 4 });
  expect(statusText(report)).toBe(
    'Every webhook that should be accepted was treated as a duplicate: nothing new was tested.',
  );
  const one = aReport({ results: [aTest(duplicate), aTest({ index: 2 })] });
  expect(one).toMatchObject({ status: 'degraded', exitCode: 0 });
  expect(statusText(one)).toBe('All webhooks work, but some have warnings. Investigate warnings.');
});

describe('a webhook that works after a retry', () => {
  const attempt = { startedAt: '2026-08-01T12:00:00.000Z', durationMs: 4, status: null };
  const refused = { kind: 'refused', message: 'Connection refused', code: null } as const;
  const reset = { kind: 'reset', message: 'Connection reset', code: null } as const;
  const worked = { ...attempt, status: 200, failure: null, mayHaveArrived: true };

  it.each([
    [
      false,
      [{ ...attempt, failure: refused, mayHaveArrived: false }, worked],
      'retried: connected at attempt 2',
    ],
    [true, [{ ...attempt, failure: reset, mayHaveArrived: true }, worked], 'flaky: passed after a retry'],
    [false, [worked], ''],
  ])('is in WORKING, flaky %s, %j: "%s"', async (flaky, attempts, text) => {
    const shown = await rendered(sourceOf(aReport({ results: [aTest({ flaky, attempts })] })), 'pretty');
    const [row, below] = shown.split('✅ WORKING')[1]?.split('\n').slice(1) ?? [];
    expect(row).toBe(`  ${text === '' ? '✓' : '⚠'} ORB_BREAKOUT (SPY) 182 ms`);
    expect(below?.trim()).toBe(text);
  });
});
