/** Merges the reports of all shards into the report that a single run would have produced. */
import { EXIT } from '../../errors.ts';
import type { Finding } from '../../model/finding.ts';
import type {
  BrokenSince,
  MissingDataEntry,
  ReportHead,
  SentryDelivery,
  Summary,
  ThresholdResult,
} from '../../model/report.ts';
import { MAX_LISTED_LEFTOVERS, type ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import type { StageSummary } from '../../model/stage.ts';
import { mergeLatencies } from '../digest/latency.ts';
import { runStatus } from '../digest/outcome.ts';
import { parseThreshold } from '../digest/threshold.ts';
import type { ShardSet } from './check-shards.ts';

/** @param runId of the merged run */
export function mergeShards(set: ShardSet, runId: string): ReportSource {
  return {
    savedAs: null,
    head: mergedHead(set, runId),
    results: () => inOrder(set.shards.map(({ results }) => results())),
  };
}

function mergedHead({ shards, missing, planned }: ShardSet, runId: string): ReportHead {
  const heads = shards.map(({ head }) => head);
  const [first] = heads;
  if (first === undefined) throw new Error('no shards');
  const missingData = mergedMissing(heads);
  const summary = mergedSummary(heads, { missing: missingData.length, planned });
  const latency = mergeLatencies(heads.map((head) => head.latency));
  // Percentiles cannot be merged, so limits are compared with the merged histogram.
  const thresholds = first.thresholds.map(({ expression }) =>
    parseThreshold(expression)({ summary, latency }),
  );
  const startedAt = heads.map((head) => head.startedAt).toSorted()[0] ?? first.startedAt;
  const ends = heads.flatMap(({ endedAt }) => (endedAt === null ? [] : [endedAt])).toSorted();
  const endedAt = ends.at(-1) ?? startedAt;
  const interrupted = heads.some(({ status }) => status === 'interrupted');
  return {
    ...first,
    runId,
    shard: null,
    planned,
    scenarios: [...new Set(heads.flatMap(({ scenarios }) => scenarios))],
    status: runStatus(summary, interrupted),
    exitCode: mergedExit({ heads, missing, thresholds }),
    ...{ startedAt, endedAt },
    // From the first start to the last end, because shards start at different times.
    durationMs: Math.max(0, Date.parse(endedAt) - Date.parse(startedAt)),
    sentry: mergedDelivery(heads.map(({ sentry }) => sentry)),
    ...{ summary, latency, missingData, thresholds },
    brokenSince: mergedHistory(heads),
    stages: mergedStages(heads),
    cleanup: mergedCleanup(heads),
    skippedBecause: skippedBecause(heads, missing),
    findings: [...missingFindings(first, missing), ...distinct(heads.flatMap(({ findings }) => findings))],
    nextOffset: Math.max(...heads.map(({ nextOffset }) => nextOffset)),
  };
}

/** For a scenario that is broken in several shards, the oldest entry. */
function mergedHistory(heads: readonly ReportHead[]): readonly BrokenSince[] {
  const oldest = new Map<string, BrokenSince>();
  for (const entry of heads.flatMap(({ brokenSince }) => brokenSince)) {
    const known = oldest.get(entry.scenario);
    if (known === undefined || entry.since < known.since) oldest.set(entry.scenario, entry);
  }
  return [...oldest.values()];
}

function mergedSummary(
  heads: readonly ReportHead[],
  { missing, planned }: { readonly missing: number; readonly planned: number },
): Summary {
  const sum = (key: keyof Summary) => heads.reduce((total, { summary }) => total + summary[key], 0);
  return {
    ...{
      total: sum('total'),
      successful: sum('successful'),
      failed: sum('failed'),
      warnings: sum('warnings'),
    },
    ...{ missing, unverified: sum('unverified'), flaky: sum('flaky') },
    skipped: Math.max(0, planned - sum('total')),
    ...{ acceptance: sum('acceptance'), accepted: sum('accepted') },
    ...{ duplicates: sum('duplicates'), unchecked: sum('unchecked') },
  };
}

function mergedMissing(heads: readonly ReportHead[]): readonly MissingDataEntry[] {
  const fields = new Map<string, MissingDataEntry>();
  for (const entry of heads.flatMap(({ missingData }) => missingData)) {
    const known = fields.get(entry.field);
    fields.set(entry.field, {
      field: entry.field,
      level: known?.level === 'required' ? 'required' : entry.level,
      tests: (known?.tests ?? 0) + entry.tests,
      scenarios: [...new Set([...(known?.scenarios ?? []), ...entry.scenarios])],
    });
  }
  const rank = ({ level }: MissingDataEntry) => (level === 'required' ? 0 : 1);
  return [...fields.values()].sort((a, b) => rank(a) - rank(b) || b.tests - a.tests);
}

function mergedStages(heads: readonly ReportHead[]): readonly StageSummary[] {
  const stages = new Map<string, StageSummary>();
  for (const stage of heads.flatMap((head) => head.stages)) {
    const known = stages.get(stage.name);
    const sum = (key: Exclude<keyof StageSummary, 'name'>) => (known?.[key] ?? 0) + stage[key];
    stages.set(stage.name, {
      ...{ name: stage.name, ok: sum('ok'), slow: sum('slow'), failed: sum('failed') },
      ...{ missing: sum('missing'), unverified: sum('unverified'), notReached: sum('notReached') },
      stuck: sum('stuck'),
    });
  }
  return [...stages.values()];
}

function mergedCleanup(heads: readonly ReportHead[]): ReportHead['cleanup'] {
  const all = heads.flatMap(({ cleanup }) => (cleanup === null ? [] : [cleanup]));
  if (all.length === 0) return null;
  const sum = (key: 'done' | 'failed' | 'unknown') => all.reduce((total, each) => total + each[key], 0);
  const leftOvers = all.flatMap((each) => each.leftOvers).slice(0, MAX_LISTED_LEFTOVERS);
  return { done: sum('done'), failed: sum('failed'), unknown: sum('unknown'), leftOvers };
}

function mergedDelivery(all: readonly SentryDelivery[]): SentryDelivery {
  const sum = (key: 'accepted' | 'dropped' | 'failed' | 'pending') =>
    all.reduce((total, each) => total + each[key], 0);
  const refused = new Map<number, number>();
  for (const { status, count } of all.flatMap((each) => each.refused))
    refused.set(status, (refused.get(status) ?? 0) + count);
  const waits = all.flatMap(({ retryAfterSeconds }) =>
    retryAfterSeconds === null ? [] : [retryAfterSeconds],
  );
  return {
    enabled: all.some(({ enabled }) => enabled),
    host: all.find(({ host }) => host !== null)?.host ?? null,
    ...{ accepted: sum('accepted'), dropped: sum('dropped'), failed: sum('failed'), pending: sum('pending') },
    refused: [...refused].map(([status, count]) => ({ status, count })),
    retryAfterSeconds: waits.length === 0 ? null : Math.max(...waits),
  };
}

/** The most severe of the shards' exit codes; thresholds are evaluated again. */
function mergedExit(options: {
  readonly heads: readonly ReportHead[];
  readonly missing: readonly number[];
  readonly thresholds: readonly ThresholdResult[];
}): number {
  const { heads, missing, thresholds } = options;
  if (missing.length > 0) return EXIT.incompleteMerge;
  const codes = heads.map((head) => head.exitCode);
  const signal = codes.find((code) => code === EXIT.interrupted || code === EXIT.terminated);
  if (signal !== undefined) return signal;
  if (codes.every((code) => code === EXIT.unreachable)) return EXIT.unreachable;
  if (codes.includes(EXIT.regression)) return EXIT.regression;
  const others = codes.filter((code) => code !== EXIT.ok && code !== EXIT.unverified);
  const onlyThresholds = heads.every(
    (head) =>
      head.exitCode !== EXIT.failed || (head.summary.failed === 0 && head.thresholds.some(({ ok }) => !ok)),
  );
  if (others.some((code) => code !== EXIT.failed) || (others.length > 0 && !onlyThresholds))
    return EXIT.failed;
  if (thresholds.some(({ ok }) => !ok)) return EXIT.failed;
  return codes.includes(EXIT.unverified) ? EXIT.unverified : EXIT.ok;
}

function skippedBecause(heads: readonly ReportHead[], missing: readonly number[]): string | null {
  const reasons = [
    ...new Set(heads.flatMap((head) => (head.skippedBecause === null ? [] : [head.skippedBecause]))),
  ];
  const all = [...(missing.length === 0 ? [] : [`${shardsText(missing, null)} missing.`]), ...reasons];
  return all.length === 0 ? null : all.join(' ');
}

function missingFindings({ shard }: ReportHead, missing: readonly number[]): readonly Finding[] {
  if (missing.length === 0) return [];
  return [
    {
      severity: 'error',
      code: 'shards-missing',
      message: `${shardsText(missing, shard?.total ?? null)} missing: this report is incomplete`,
      hint: 'Merge all shards again, from their run folders or JSON reports',
    },
  ];
}

/** Indexes named; the rest are counted. */
const SHARDS_NAMED = 20;

function shardsText(indexes: readonly number[], total: number | null): string {
  const others = indexes.length - SHARDS_NAMED;
  const named = indexes.slice(0, SHARDS_NAMED).join(', ') + (others > 0 ? ` and ${others} more` : '');
  const of = total === null ? '' : ` of ${total}`;
  return indexes.length === 1 ? `Shard ${named}${of} is` : `Shards ${named}${of} are`;
}

function distinct(findings: readonly Finding[]): readonly Finding[] {
  return [...new Map(findings.map((finding) => [`${finding.code} ${finding.message}`, finding])).values()];
}

/** Sorted by index as far as each shard is; keeps one result per shard in memory. */
async function* inOrder(sources: readonly AsyncIterable<TestResult>[]): AsyncGenerator<TestResult> {
  const readers = sources.map((source) => source[Symbol.asyncIterator]());
  const nexts = await Promise.all(readers.map((reader) => reader.next()));
  for (;;) {
    let first: number | null = null;
    for (const [at, next] of nexts.entries()) {
      const best = first === null ? undefined : nexts[first];
      if (!next.done && (best === undefined || best.done || next.value.index < best.value.index)) first = at;
    }
    const [reader, next] = first === null ? [] : [readers[first], nexts[first]];
    if (first === null || reader === undefined || next === undefined || next.done) return;
    yield next.value;
    nexts[first] = await reader.next();
  }
}
