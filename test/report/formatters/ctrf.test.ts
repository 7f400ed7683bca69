import { validate } from 'ctrf';
import { expect, test } from 'vitest';
import { anError, aReport, aTest, aTraceResult, sourceOf } from '../../support/builders.ts';
import {
  broken,
  degraded,
  healthy,
  interrupted,
  large,
  oneBroken,
  unreachable,
} from '../../support/reports.ts';
import { rendered } from './rendered.ts';

test.each([
  ['healthy', healthy()],
  ['one-broken', oneBroken()],
  ['degraded', degraded()],
  ['broken', broken()],
  ['unreachable', unreachable()],
  ['interrupted', interrupted()],
  ['cut off', interrupted({ endedAt: null, durationMs: null })],
  ['large', large()],
  ['empty', aReport({ results: [], planned: 3 })],
  ['of a shard', aReport({ shard: { index: 2, total: 3, planned: 6, plan: 'a1b2' }, profile: 'staging' })],
])('the report of a %s run matches the schema, and its counts are those of its tests', async (_, report) => {
  const document = JSON.parse(await rendered(sourceOf(report), 'ctrf'));
  expect(validate(document).errors ?? []).toEqual([]);
  const { summary, tests } = document.results;
  const statuses = tests.map(({ status }: { status: string }) => status);
  const counts = (status: string) => statuses.filter((each: string) => each === status).length;
  expect(summary).toMatchObject({
    tests: tests.length,
    passed: counts('passed'),
    failed: counts('failed'),
    skipped: counts('skipped'),
    flaky: tests.filter(({ flaky }: { flaky?: boolean }) => flaky === true).length,
  });
  expect(summary.stop).toBeGreaterThanOrEqual(summary.start);
});

test('the schema refuses unknown keys, so that the test above is meaningful', async () => {
  const document = JSON.parse(await rendered(sourceOf(healthy()), 'ctrf'));
  document.results.tests[0].traceId = 'x';
  expect(validate(document).valid).toBe(false);
});

test('has details that the status does not express, and every test has the same id in every run', async () => {
  const missing = [{ field: 'variant', level: 'recommended' } as const];
  const report = aReport({
    results: [
      aTest({ index: 1, errors: [anError('http-5xx', 'HTTP 500: x'), anError('match', 'no')] }),
      aTest({ index: 2, name: 'CHOP #1', scenario: 'CHOP', missingData: missing }),
      aTest({ index: 3, name: 'CHOP #2', scenario: 'CHOP', trace: aTraceResult({ state: 'unverified' }) }),
    ],
  });
  const { tests } = JSON.parse(await rendered(sourceOf(report), 'ctrf')).results;
  expect(tests).toMatchObject([
    { status: 'failed', rawStatus: 'BROKEN', message: 'ORB_BREAKOUT is broken: HTTP 500: x' },
    {
      status: 'passed',
      rawStatus: 'MISSING_DATA',
      message: 'CHOP has a warning: missing in the response: variant',
      testId: 'prod-e2e.CHOP/CHOP #1',
    },
    { status: 'passed', rawStatus: 'UNVERIFIED', extra: { traceState: 'unverified' } },
  ]);
});

test('one broken of five: message and trace begin with what broke, at which stage, and why', async () => {
  const { summary, tests } = JSON.parse(await rendered(sourceOf(oneBroken()), 'ctrf')).results;
  expect(summary.extra.headline).toBe('CHOP is broken at data-enrichment; 4 of 5 webhooks work');
  expect(tests[3].message).toBe('ORB_FAKEOUT has a warning: span ab-routing is missing');
  expect(tests[4].message).toBe(
    'CHOP is broken at data-enrichment: fetch-gex-data: the provider answered 503',
  );
  expect(tests[4].trace.split('\n')).toEqual([
    tests[4].message,
    'Symptom: HTTP 500: Internal server error',
    'Since: this run; last worked 2 h earlier (run 20260801-100000-w0rks)',
    'Changed: fetch-gex-data now fails; release of signals 1.4.2 → 1.4.3',
    'Issue: SIGNALS-42 https://acme.sentry.io/issues/42/',
    'Trace: e58b405351d34bb5994fb78f4b56f64f https://acme.sentry.io/explore/traces/trace/e58b405351d34bb5994fb78f4b56f64f/',
    'Open: prod-e2e trace show e58b405351d34bb5994fb78f4b56f64f',
  ]);
});
