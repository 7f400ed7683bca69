/** What the page shows about all tests, gathered in one pass that keeps only what is shown. */
import type { ReportSource } from '../../../model/report-source.ts';
import type { TestResult } from '../../../model/result.ts';
import type { StageState } from '../../../model/stage.ts';
import { countsAsLatency } from '../../digest/latency.ts';
import { createScenarioFold, type ScenarioSummary } from '../../digest/scenario-fold.ts';
import { type Urgency, urgencyOf } from '../../digest/urgency.ts';
import { type Digest, digest } from '../pretty/digest.ts';
import { type Group, kindOf } from '../pretty/groups.ts';

/** Points of the plot over time. Larger runs show every nth test, and broken ones up to their own limit. */
const POINTS_SHOWN = 1_500;
const BROKEN_POINTS_SHOWN = 500;
/** Bars of the distribution, equally wide on a logarithmic scale. */
const BARS = 24;
/** Kinds of failures and warnings shown. */
const KINDS_SHOWN = 20;
/** Kinds for which a test with spans is kept. */
const TRACED_HELD = 100;
/** Rows and columns of the matrix. */
const SCENARIOS_SHOWN = 200;
const STAGES_SHOWN = 50;

export interface Point {
  /** Since the start of the run. */
  readonly atMs: number;
  readonly latencyMs: number;
  readonly urgency: Urgency;
}

export interface Bar {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

export type StageCounts = Readonly<Record<StageState, number>>;

export interface Matrix {
  /** In the order of the pipeline. */
  readonly stages: readonly string[];
  /** Scenario → stage → tests by state. */
  readonly rows: ReadonlyMap<string, ReadonlyMap<string, StageCounts>>;
  /** Tests with stages. */
  readonly tests: number;
}

export interface Overview {
  readonly digest: Digest;
  /** Tests grouped by failure or warning; broken ones first, then the largest groups. */
  readonly kinds: readonly Group[];
  /** Tests of kinds that are not shown. */
  readonly more: number;
  /** Kind of failure or warning → its first test whose spans are saved. */
  readonly traced: ReadonlyMap<string, TestResult>;
  /** Broken ones first. */
  readonly scenarios: readonly ScenarioSummary[];
  readonly points: readonly Point[];
  /** Every nth test is a point; 1 for all. */
  readonly everyNth: number;
  readonly bars: readonly Bar[];
  readonly matrix: Matrix;
  /** Tests by urgency. */
  readonly counts: Readonly<Record<Urgency, number>>;
}

export async function overview(source: ReportSource): Promise<Overview> {
  const { head } = source;
  const scenarios = createScenarioFold();
  const points = pointFold(head.startedAt, head.summary.total);
  const bars = barFold(head.latency);
  const matrix = matrixFold();
  const traced = new Map<string, TestResult>();
  const counts = { broken: 0, warning: 0, passed: 0 };
  const seen = await digest({
    savedAs: source.savedAs,
    head,
    results: async function* () {
      for await (const result of source.results()) {
        scenarios.add(result);
        points.add(result);
        bars.add(result);
        matrix.add(result);
        addTraced(traced, result);
        counts[urgencyOf(result)] += 1;
        yield result;
      }
    },
  });
  const kinds = seen.groups.slice(0, KINDS_SHOWN);
  const further = seen.groups.slice(KINDS_SHOWN);
  const ordered = worstFirst(scenarios.scenarios());
  return {
    ...{ kinds, more: further.reduce((sum, { count }) => sum + count, seen.ungrouped) },
    ...{ digest: seen, scenarios: ordered, counts, traced },
    ...{
      points: points.points,
      everyNth: points.everyNth,
      bars: bars.bars(),
      matrix: matrix.matrix(ordered),
    },
  };
}

function addTraced(traced: Map<string, TestResult>, result: TestResult): void {
  const kind = result.trace.spans.length === 0 || traced.size === TRACED_HELD ? null : kindOf(result);
  if (kind !== null && !traced.has(kind)) traced.set(kind, result);
}

/** Broken scenarios first, then those with warnings, otherwise in the original order. */
function worstFirst(scenarios: readonly ScenarioSummary[]): readonly ScenarioSummary[] {
  const rank = ({ broken, withWarnings }: ScenarioSummary) => (broken > 0 ? 0 : withWarnings > 0 ? 1 : 2);
  return [...scenarios].sort((a, b) => rank(a) - rank(b));
}

function pointFold(startedAt: string, total: number) {
  const start = Date.parse(startedAt);
  const everyNth = Math.max(1, Math.ceil(total / POINTS_SHOWN));
  const points: Point[] = [];
  let seen = 0;
  let broken = 0;
  return {
    ...{ points, everyNth },
    add: (result: TestResult) => {
      const urgency = urgencyOf(result);
      const regular = seen++ % everyNth === 0 && points.length < POINTS_SHOWN + BROKEN_POINTS_SHOWN;
      const extra = !regular && urgency === 'broken' && broken < BROKEN_POINTS_SHOWN;
      if (extra) broken += 1;
      const atMs = Date.parse(result.startedAt) - start;
      if ((!regular && !extra) || Number.isNaN(atMs) || !countsAsLatency(result)) return;
      points.push({ atMs: Math.max(0, atMs), latencyMs: result.timings.totalMs, urgency });
    },
  };
}

function barFold({ minMs, maxMs }: { readonly minMs: number | null; readonly maxMs: number | null }) {
  const low = Math.max(minMs ?? 1, 0.01);
  const high = Math.max(maxMs ?? low, low * 1.05);
  const width = Math.log(high / low) / BARS;
  const counts = Array.from({ length: BARS }, () => 0);
  return {
    add: (result: TestResult) => {
      if (!countsAsLatency(result)) return;
      const at = Math.floor(Math.log(Math.max(result.timings.totalMs, low) / low) / width);
      const bar = Math.min(BARS - 1, Math.max(0, at));
      counts[bar] = (counts[bar] ?? 0) + 1;
    },
    bars: (): readonly Bar[] =>
      counts.map((count, at) => ({
        ...{ count, fromMs: low * Math.exp(width * at), toMs: low * Math.exp(width * (at + 1)) },
      })),
  };
}

function matrixFold() {
  const stages: string[] = [];
  const rows = new Map<string, Map<string, Record<StageState, number>>>();
  let tests = 0;
  return {
    add: ({ scenario, stages: states }: TestResult) => {
      if (states.length === 0) return;
      tests += 1;
      const row = rows.get(scenario) ?? new Map<string, Record<StageState, number>>();
      if (!rows.has(scenario)) {
        if (rows.size === SCENARIOS_SHOWN) return;
        rows.set(scenario, row);
      }
      for (const { name, state } of states) {
        if (!stages.includes(name)) {
          if (stages.length === STAGES_SHOWN) continue;
          stages.push(name);
        }
        const counts = row.get(name) ?? {
          ...{ ok: 0, slow: 0, failed: 0, missing: 0, unverified: 0, 'not-reached': 0 },
        };
        counts[state] += 1;
        row.set(name, counts);
      }
    },
    matrix: (scenarios: readonly ScenarioSummary[]): Matrix => ({
      ...{ stages, tests },
      rows: new Map(
        scenarios.flatMap(({ name }) => {
          const row = rows.get(name);
          return row === undefined ? [] : [[name, row] as const];
        }),
      ),
    }),
  };
}
