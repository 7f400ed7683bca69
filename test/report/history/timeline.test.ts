import { describe, expect, it } from 'vitest';
import type { BrokenSince, ReportHead } from '../../../src/lib/model/report.ts';
import { timelineOf } from '../../../src/lib/report/history/timeline.ts';
import { aHead } from '../saved-run.ts';

const SUMMARY = aHead().summary;

/** A run on this day at noon. */
function aRun(day: number, overrides: Partial<ReportHead> = {}): ReportHead {
  const date = `2026-08-${String(day).padStart(2, '0')}`;
  return aHead({
    runId: `${date.replaceAll('-', '')}-120000-aaaaa`,
    startedAt: `${date}T12:00:00.000Z`,
    status: 'healthy',
    scenarios: ['CHOP', 'TREND'],
    stages: [],
    brokenSince: [],
    summary: { ...SUMMARY, total: 10, successful: 10, failed: 0 },
    ...overrides,
  });
}

function broken(scenario: string, since: string, more: Partial<BrokenSince> = {}): BrokenSince {
  return { scenario, since, sinceRun: null, runs: 1, lastWorked: null, ...more };
}

const stage = (name: string, counts: object) => ({
  name,
  ...{ ok: 0, slow: 0, failed: 0, missing: 0, unverified: 0, notReached: 0, stuck: 0 },
  ...counts,
});

describe('a timeline', () => {
  it('does not exist without runs', () => {
    expect(timelineOf([])).toBeNull();
  });

  it('has a strip of states per scenario, the oldest run first', () => {
    const timeline = timelineOf([
      aRun(1, { scenarios: ['OLD', 'CHOP'] }),
      aRun(2, { brokenSince: [broken('CHOP', '2026-08-02T12:00:01.000Z')] }),
      aRun(3, { status: 'interrupted' }),
      aRun(4),
    ]);
    expect(timeline?.scenarios).toEqual([
      { name: 'CHOP', states: ['working', 'broken', 'not-run', 'working'] },
      { name: 'TREND', states: ['not-run', 'working', 'not-run', 'working'] },
      { name: 'OLD', states: ['working', 'not-run', 'not-run', 'not-run'] },
    ]);
  });

  it('has the worst state of each stage', () => {
    const timeline = timelineOf([
      aRun(1, { stages: [stage('save', { ok: 5 })] }),
      aRun(2, { stages: [stage('save', { ok: 4, slow: 1 })] }),
      aRun(3, { stages: [stage('save', { ok: 3, slow: 1, missing: 1 })] }),
      aRun(4, { stages: [stage('save', { unverified: 5 })] }),
      aRun(5, { stages: [stage('save', { notReached: 5 })] }),
      aRun(6),
    ]);
    expect(timeline?.stages).toEqual([
      { name: 'save', states: ['ok', 'slow', 'broken', 'unverified', 'not-run', 'not-run'] },
    ]);
  });

  it('has incidents from the first broken test to the first run that works again', () => {
    const timeline = timelineOf([
      aRun(1),
      aRun(2, {
        brokenSince: [
          broken('CHOP', '2026-08-02T12:00:05.000Z', {
            sinceRun: '20260802-120000-aaaaa',
            cause: 'HTTP 500',
            changed: 'fetch now fails',
            traceId: 'a'.repeat(32),
          }),
        ],
      }),
      aRun(3, { scenarios: ['TREND'] }),
      aRun(4, { brokenSince: [broken('CHOP', '2026-08-02T12:00:05.000Z', { cause: 'HTTP 502', runs: 2 })] }),
      aRun(5, { status: 'interrupted' }),
      aRun(6),
      aRun(7, {
        brokenSince: [broken('TREND', '2026-08-07T12:00:01.000Z', { sinceRun: '20260807-120000-aaaaa' })],
      }),
    ]);
    expect(timeline?.incidents).toEqual([
      {
        scenario: 'CHOP',
        startedAt: '2026-08-02T12:00:05.000Z',
        endedAt: '2026-08-06T12:00:00.000Z',
        durationMs: 4 * 86_400_000 - 5_000,
        firstRun: '20260802-120000-aaaaa',
        runs: 2,
        cause: 'HTTP 500',
        changed: 'fetch now fails',
        traceId: 'a'.repeat(32),
      },
      {
        scenario: 'TREND',
        startedAt: '2026-08-07T12:00:01.000Z',
        endedAt: null,
        durationMs: null,
        firstRun: '20260807-120000-aaaaa',
        runs: 1,
        ...{ cause: null, changed: null, traceId: null },
      },
    ]);
  });

  it('counts webhooks of the last 7 and 30 days', () => {
    const timeline = timelineOf([
      aRun(1, { summary: { ...SUMMARY, total: 10, successful: 0, failed: 10 } }),
      aRun(20, { summary: { ...SUMMARY, total: 5, successful: 4, failed: 1 } }),
      aRun(26),
    ]);
    expect(timeline?.availability).toEqual([
      { days: 7, runs: 2, total: 15, working: 14 },
      { days: 30, runs: 3, total: 25, working: 14 },
    ]);
  });
});
