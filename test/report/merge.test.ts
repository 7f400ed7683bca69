import { describe, expect, it } from 'vitest';
import type { Report, ReportHead, RunShard } from '../../src/lib/model/report.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { checkShards } from '../../src/lib/report/merge/check-shards.ts';
import { mergeShards } from '../../src/lib/report/merge/merge.ts';
import {
  aDelivery,
  anError,
  aReport,
  aStageResult,
  aStageSummary,
  aTest,
  aWarning,
  sourceOf,
} from '../support/builders.ts';
import { large } from '../support/reports.ts';
import { resultsOf } from './saved-run.ts';

const MERGED = '20260801-120000-mmmmm';

function aShard(
  of: { results: readonly TestResult[]; planned: number },
  shard: Partial<RunShard>,
  more = {},
): Report {
  const { index = 1, total = 3, plan = 'p' } = shard;
  const results = of.results.filter((result) => (result.index - 1) % total === index - 1);
  return aReport({
    ...{ results, runId: `20260801-12000${index}-aaaaa`, shard: { index, total, plan, planned: of.planned } },
    sentry: aDelivery({ accepted: results.length }),
    ...more,
  });
}

const shardsOf = (whole: Report, total: number) =>
  Array.from({ length: total }, (_, at) => aShard(whole, { index: at + 1, total }));
const merged = (shards: readonly Report[]) => mergeShards(checkShards(shards.map(sourceOf)), MERGED);

describe('a merge of all shards', () => {
  it.each([2, 3, 7])('equals the run as a whole (%i shards)', async (total) => {
    const whole = large();
    const source = merged(shardsOf(whole, total).toReversed());
    const { results: _, ...head } = whole;
    const same = ({
      sentry,
      summary,
      latency,
      stages,
      thresholds,
      missingData,
      status,
      exitCode,
      planned,
    }: ReportHead) => ({
      ...{ sentry, summary, stages, thresholds, status, exitCode, planned },
      latency: { ...latency, histogram: null },
      missingData: missingData.map((entry) => ({ ...entry, scenarios: [...entry.scenarios].sort() })),
    });
    expect(same(source.head)).toEqual(same(head));
    expect(await resultsOf(source)).toEqual(whole.results);
    expect(source.head).toMatchObject({ runId: MERGED, shard: null });
  });

  it('holds limits against the whole, not against what each shard measured', () => {
    const slow = { expression: 'p95<200ms', actual: 500, unit: 'ms', ok: false } as const;
    const whole = aReport({ results: Array.from({ length: 9 }, (_, at) => aTest({ index: at + 1 })) });
    const shards = shardsOf(whole, 3).map((shard) => ({ ...shard, thresholds: [slow], exitCode: 1 }));
    const { head } = merged(shards);
    expect(head.thresholds).toMatchObject([{ expression: 'p95<200ms', ok: true }]);
    expect(head.exitCode).toBe(0);
  });

  it('lasts from the first start to the last end', () => {
    const whole = aReport({ results: [1, 2, 3].map((index) => aTest({ index })) });
    const times = [
      { startedAt: '2026-08-01T12:00:05.000Z', endedAt: '2026-08-01T12:00:09.000Z' },
      { startedAt: '2026-08-01T12:00:00.000Z', endedAt: '2026-08-01T12:00:03.000Z' },
      { startedAt: '2026-08-01T12:00:02.000Z', endedAt: '2026-08-01T12:00:04.000Z' },
    ];
    const { head } = merged(shardsOf(whole, 3).map((shard, at) => ({ ...shard, ...times[at] })));
    expect(head).toMatchObject({ ...times[1], endedAt: times[0]?.endedAt, durationMs: 9_000 });
  });

  it.each([
    [[0, 0, 4], 4],
    [[0, 3, 0], 1],
    [[3, 3, 3], 3],
    [[0, 5, 1], 5],
    [[130, 0, 0], 130],
    [[1, 0, 4], 1],
  ])('of runs that ended with %j exits with %i', (codes, code) => {
    const whole = aReport({ results: [1, 2, 3].map((index) => aTest({ index })) });
    const shards = shardsOf(whole, 3).map((shard, at) => ({ ...shard, exitCode: codes[at] ?? 0 }));
    expect(merged(shards).head.exitCode).toBe(code);
  });
});

it('a merge adds up acceptance, duplicates and stages', () => {
  const duplicate = { warnings: [aWarning('duplicate', 'x')] };
  const stages = [aStageResult('saved', { state: 'unverified', required: true })];
  const results = [
    aTest({ index: 1, ...duplicate }),
    aTest({ index: 2, expectsAcceptance: false }),
    aTest({ index: 3, stages, errors: [anError('http-5xx', 'x')] }),
    aTest({ index: 4, ...duplicate }),
    aTest({ index: 5, stages }),
    aTest({ index: 6, stages }),
  ];
  const counts = aStageSummary('saved', { ok: 1, notReached: 2, stuck: 1, unverified: 3 });
  const shards = shardsOf(aReport({ results }), 3).map((shard) => ({ ...shard, stages: [counts] }));
  const { head } = merged(shards);
  expect(head.summary).toEqual(aReport({ results }).summary);
  expect(head.summary).toMatchObject({ acceptance: 5, accepted: 4, duplicates: 2, unchecked: 3 });
  expect(head.stages).toEqual([aStageSummary('saved', { ok: 3, notReached: 6, stuck: 3, unverified: 9 })]);
});

it('a merge is broken if no shard has a working test that expects acceptance', () => {
  const results = [
    aTest({ index: 1, errors: [anError('http-5xx', 'x')] }),
    aTest({ index: 2, expectsAcceptance: false }),
    aTest({ index: 3, expectsAcceptance: false }),
  ];
  const shards = shardsOf(aReport({ results }), 3);
  expect(shards.map(({ status }) => status)).toEqual(['broken', 'healthy', 'healthy']);
  expect(merged(shards).head.status).toBe('broken');
});

it('a damaged histogram is reported instead of summed up wrongly', () => {
  const whole = aReport({ results: [1, 2, 3].map((index) => aTest({ index })) });
  const shards = shardsOf(whole, 3).map((shard) => ({
    ...shard,
    latency: { ...shard.latency, histogram: 'AAAA' },
  }));
  expect(() => merged(shards)).toThrow(expect.objectContaining({ code: 'RUN_UNREADABLE' }));
});

it('left-over data is that of all shards', () => {
  const whole = aReport({ results: [1, 2, 3].map((index) => aTest({ index })) });
  const cleanup = { done: 2, failed: 1, unknown: 0, leftOvers: [] };
  const shards = shardsOf(whole, 3).map((shard, at) => ({ ...shard, cleanup: at === 0 ? null : cleanup }));
  expect(merged(shards).head.cleanup).toEqual({ done: 4, failed: 2, unknown: 0, leftOvers: [] });
});

describe('a merge with missing shards', () => {
  it('names them, counts what they would have sent, and exits with 6', () => {
    const whole = aReport({ results: Array.from({ length: 10 }, (_, at) => aTest({ index: at + 1 })) });
    const [first, , third] = shardsOf(whole, 4);
    if (first === undefined || third === undefined) throw new Error('There are four.');
    const { head } = merged([first, third]);
    expect(head).toMatchObject({
      exitCode: 6,
      status: 'degraded',
      planned: 10,
      skippedBecause: 'Shards 2, 4 are missing.',
    });
    expect(head.summary).toMatchObject({ total: 5, skipped: 5 });
    expect(head.findings[0]).toMatchObject({
      code: 'shards-missing',
      message: 'Shards 2, 4 of 4 are missing: this report is incomplete',
    });
  });
});

describe('a merge is refused for', () => {
  const whole = aReport({ results: [1, 2, 3].map((index) => aTest({ index })) });
  const [first, second, third] = shardsOf(whole, 3) as [Report, Report, Report];

  it.each([
    ['runs that are no shards', [first, { ...second, shard: null }], /is not a shard/],
    ['nothing', [], /^Nothing to merge/],
    ['one run twice', [first, first], /^Run 20260801-120001-aaaaa is given twice\.$/],
    [
      'one shard twice',
      [first, { ...first, runId: '20260801-130000-bbbbb' }],
      /^Shard 1 of 3 is given twice \(runs 20260801-120001-aaaaa and 20260801-130000-bbbbb\)\.$/,
    ],
    [
      'two runs with the same id',
      [first, { ...second, runId: first.runId }],
      /^Shards 1 and 2 have the same run id 20260801-120001-aaaaa, so their tests cannot be distinguished\.$/,
    ],
    [
      'another seed',
      [first, { ...second, seed: 'x' }],
      /: shard 2 \(run 20260801-120002-aaaaa\) has the seed "x", shard 1 \(run 20260801-120001-aaaaa\) "[^"]*"\.$/,
    ],
    [
      'another target',
      [first, { ...second, target: 'https://b.example/' }],
      /: shard 2 \(run \S+\) has the target "https:\/\/b\.example\/", shard 1 \(run \S+\) "[^"]*"\.$/,
    ],
    [
      'another configuration',
      [first, aShard(whole, { index: 2, plan: 'other' })],
      /: shard 2 \(run \S+\) has another configuration \(scenarios, .*\) than shard 1 \(run \S+\)\.$/,
    ],
    [
      'another number of shards',
      [first, aShard(whole, { index: 2, total: 2 })],
      /: shard 2 \(run \S+\) has the number of shards 2, shard 1 \(run \S+\) 3\.$/,
    ],
    [
      'one shard of three that differs in one setting, and so in its plan',
      [first, { ...aShard(whole, { index: 2, plan: 'other' }), seed: 'x' }, third],
      /^These are not shards of the same run: shard 2 \(run \S+\) has the seed "x", shards 1 and 3 "[^"]*"\.$/,
    ],
    [
      'a shard with a profile',
      [first, second, { ...third, profile: 'staging' }],
      /: shard 3 \(run \S+\) has the profile "staging", shards 1 and 2 none\.$/,
    ],
  ])('%s', (_, shards, message) => {
    expect(() => merged(shards)).toThrow(
      expect.objectContaining({ code: 'MERGE_MISMATCH', message: expect.stringMatching(message) }),
    );
  });
});
