/** Saved runs of months: a run every four hours, outages, slow stages, interrupted runs. */
import type { BrokenSince, ReportHead } from '../../src/lib/model/report.ts';
import { aHead } from '../report/saved-run.ts';
import { aStageSummary } from './builders.ts';

const SCENARIOS = ['ORB_BREAKOUT', 'TREND_CONTINUATION', 'VOL_EXPANSION', 'ORB_FAKEOUT', 'CHOP'];
const STAGES = ['webhook-ingest', 'data-enrichment', 'ab-routing', 'engine-processing', 'database-save'];
const FOUR_HOURS_MS = 4 * 3_600_000;
const START = Date.parse('2026-08-01T00:17:00.000Z');
const EACH = 2;

/** Which scenario is broken in which runs, counted from the newest (0). */
const OUTAGES: readonly { readonly scenario: string; readonly from: number; readonly to: number }[] = [
  { scenario: 'CHOP', from: 3, to: 0 },
  { scenario: 'VOL_EXPANSION', from: 17, to: 15 },
  { scenario: 'ORB_BREAKOUT', from: 120, to: 110 },
  { scenario: 'CHOP', from: 320, to: 319 },
];

function idOf(at: number): string {
  const time = new Date(START + at * FOUR_HOURS_MS).toISOString();
  return `${time.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}-aaaaa`;
}

/** The newest first, as saved runs are read. */
export function manyHeads(count: number): readonly ReportHead[] {
  return Array.from({ length: count }, (_, age) => headOf(age, count));
}

function headOf(age: number, count: number): ReportHead {
  const at = count - 1 - age;
  const startedAt = new Date(START + at * FOUR_HOURS_MS).toISOString();
  const isCutOff = age % 41 === 9;
  const broken = OUTAGES.filter(({ from, to }) => !isCutOff && age <= from && age >= to);
  const total = SCENARIOS.length * EACH;
  const failed = broken.length * EACH;
  const { summary, latency } = aHead();
  const wave = 40 * Math.abs(Math.sin(at / 9)) + ((at * 7919) % 31);
  const isSlow = age % 57 === 6;
  return aHead({
    runId: idOf(at),
    startedAt,
    scenarios: SCENARIOS,
    planned: total,
    status: isCutOff ? 'interrupted' : broken.length > 0 || isSlow ? 'degraded' : 'healthy',
    exitCode: broken.length > 0 ? 1 : 0,
    durationMs: isCutOff ? null : 2_300 + wave * 12,
    endedAt: isCutOff ? null : startedAt,
    summary: { ...summary, total, successful: total - failed, failed, accepted: total - failed },
    latency: { ...latency, count: total, p50Ms: 42 + wave, p95Ms: 110 + 2.2 * wave + (isSlow ? 260 : 0) },
    brokenSince: broken.map(({ scenario, from }) => outage({ scenario, from, age, count })),
    stages: STAGES.map((name, index) =>
      aStageSummary(
        name,
        isCutOff
          ? {}
          : {
              ok: total - failed - (isSlow && index === 1 ? 1 : 0),
              slow: isSlow && index === 1 ? 1 : 0,
              failed: index === 1 ? failed : 0,
              notReached: index > 1 ? failed : 0,
            },
      ),
    ),
  });
}

function outage(options: {
  readonly scenario: string;
  readonly from: number;
  readonly age: number;
  readonly count: number;
}): BrokenSince {
  const { scenario, from, age, count } = options;
  const first = Math.max(0, count - 1 - from);
  return {
    scenario,
    since: new Date(START + first * FOUR_HOURS_MS + 1_400).toISOString(),
    sinceRun: idOf(first),
    runs: from - age + 1,
    lastWorked: null,
    cause: 'data-enrichment > fetch-gex-data: the provider answered 503',
    traceId: 'efcefeb16aab4685957398b5638150cd',
    changed: 'fetch-gex-data now fails; release 1.4.2 → 1.4.3',
  };
}
