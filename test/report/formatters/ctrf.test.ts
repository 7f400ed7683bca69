import { validate } from 'ctrf';
import { expect, test } from 'vitest';
import { anError, aReport, aTest, aTraceResult, sourceOf } from '../../support/builders.ts';
import { broken, degraded, healthy, interrupted, large, unreachable } from '../../support/reports.ts';
import { rendered } from './rendered.ts';

test.each([
  ['healthy', healthy()],
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
    { status: 'failed', rawStatus: 'BROKEN', message: 'HTTP 500: x', trace: 'HTTP 500: x\nno' },
    { status: 'passed', rawStatus: 'MISSING_DATA', testId: 'prod-e2e.CHOP/CHOP #1' },
    { status: 'passed', rawStatus: 'UNVERIFIED', extra: { traceState: 'unverified' } },
  ]);
});
