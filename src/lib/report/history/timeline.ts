/** What happened to a target over its saved runs: a strip of states per scenario and stage, incidents, availability. Pure. */
import type { BrokenSince, ReportHead, RunStatus } from '../../model/report.ts';
import type { StageSummary } from '../../model/stage.ts';

export type ScenarioState = 'working' | 'broken' | 'not-run';
export type StageStripState = 'ok' | 'slow' | 'unverified' | 'broken' | 'not-run';

export interface TimelineRun {
  readonly runId: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly status: RunStatus;
  /** Webhooks. */
  readonly total: number;
  readonly working: number;
  /** Of the response times, in milliseconds; null if there was no response. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** From the start to the verdict, in milliseconds; null if the run was cut off. */
  readonly durationMs: number | null;
}

/** A scenario that was broken in consecutive runs. Runs that did not send it, or were interrupted, neither begin nor end it. */
export interface Incident {
  readonly scenario: string;
  /** When the first broken test was sent: ISO 8601, UTC. */
  readonly startedAt: string;
  /** Start of the first run in which it worked again; null if it is still broken. */
  readonly endedAt: string | null;
  /** Null if it is still broken. */
  readonly durationMs: number | null;
  readonly firstRun: string;
  readonly runs: number;
  /** As first reported; null in reports of earlier versions. */
  readonly cause: string | null;
  readonly changed: string | null;
  readonly traceId: string | null;
}

/** Of the webhooks that were sent in the last days before the newest run. */
export interface Availability {
  readonly days: number;
  readonly runs: number;
  readonly total: number;
  readonly working: number;
}

export interface Timeline {
  /** Of the newest run. */
  readonly target: string;
  readonly environment: string;
  readonly profile: string | null;
  /** True if it is the sandbox that each run starts for itself. */
  readonly sandbox: boolean;
  readonly shard: { readonly index: number; readonly total: number } | null;
  /** The oldest first, like every list below. */
  readonly runs: readonly TimelineRun[];
  readonly scenarios: readonly { readonly name: string; readonly states: readonly ScenarioState[] }[];
  readonly stages: readonly { readonly name: string; readonly states: readonly StageStripState[] }[];
  readonly incidents: readonly Incident[];
  readonly availability: readonly Availability[];
}

const DAYS: readonly number[] = [7, 30];
const DAY_MS = 86_400_000;

/**
 * @param heads of runs of one kind, the oldest first
 * @returns null without runs
 */
export function timelineOf(heads: readonly ReportHead[]): Timeline | null {
  const latest = heads.at(-1);
  if (latest === undefined) return null;
  const { target, environment, profile, shard } = latest;
  return {
    ...{ target, environment, profile },
    sandbox: latest.sandbox === true,
    shard: shard && { index: shard.index, total: shard.total },
    runs: heads.map(runOf),
    scenarios: namesIn(heads, ({ scenarios }) => scenarios).map((name) => ({
      name,
      states: heads.map((head) => scenarioState(head, name)),
    })),
    stages: namesIn(heads, ({ stages }) => stages.map((stage) => stage.name)).map((name) => ({
      name,
      states: heads.map(({ stages }) => stageState(stages.find((stage) => stage.name === name))),
    })),
    incidents: incidentsIn(heads),
    availability: DAYS.map((days) => availability(heads, { days, latest })),
  };
}

function runOf({ runId, startedAt, status, summary, latency, durationMs }: ReportHead): TimelineRun {
  const { total, successful } = summary;
  const { p50Ms, p95Ms } = latency;
  return { runId, startedAt, status, total, working: successful, p50Ms, p95Ms, durationMs };
}

/** In the order of the newest run; what only older runs have comes last. */
function namesIn(heads: readonly ReportHead[], of: (head: ReportHead) => readonly string[]) {
  return [...new Set(heads.toReversed().flatMap(of))];
}

function scenarioState(head: ReportHead, name: string): ScenarioState {
  if (head.brokenSince.some(({ scenario }) => scenario === name)) return 'broken';
  return head.scenarios.includes(name) && head.status !== 'interrupted' && head.summary.total > 0
    ? 'working'
    : 'not-run';
}

function stageState(stage: StageSummary | undefined): StageStripState {
  if (stage === undefined) return 'not-run';
  if (stage.failed + stage.missing > 0) return 'broken';
  if (stage.slow > 0) return 'slow';
  if (stage.ok > 0) return 'ok';
  return stage.unverified > 0 ? 'unverified' : 'not-run';
}

function incidentsIn(heads: readonly ReportHead[]): readonly Incident[] {
  const open = new Map<string, Incident>();
  const closed: Incident[] = [];
  for (const head of heads) {
    for (const entry of head.brokenSince)
      open.set(entry.scenario, continued(open.get(entry.scenario), { entry, head }));
    for (const [scenario, incident] of open) {
      if (scenarioState(head, scenario) !== 'working') continue;
      const durationMs = Date.parse(head.startedAt) - Date.parse(incident.startedAt);
      closed.push({ ...incident, endedAt: head.startedAt, durationMs });
      open.delete(scenario);
    }
  }
  return [...closed, ...open.values()].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
}

function continued(
  known: Incident | undefined,
  { entry, head }: { readonly entry: BrokenSince; readonly head: ReportHead },
): Incident {
  if (known !== undefined) return { ...known, runs: known.runs + 1 };
  const { scenario, since, sinceRun, runs, cause = null, changed = null, traceId = null } = entry;
  return {
    scenario,
    startedAt: since,
    ...{ endedAt: null, durationMs: null },
    firstRun: sinceRun ?? head.runId,
    runs,
    cause,
    changed,
    traceId,
  };
}

function availability(
  heads: readonly ReportHead[],
  { days, latest }: { readonly days: number; readonly latest: ReportHead },
): Availability {
  const since = Date.parse(latest.startedAt) - days * DAY_MS;
  const recent = heads.filter(({ startedAt }) => Date.parse(startedAt) > since);
  const sum = (of: (head: ReportHead) => number) => recent.reduce((all, head) => all + of(head), 0);
  return {
    days,
    runs: recent.length,
    total: sum(({ summary }) => summary.total),
    working: sum(({ summary }) => summary.successful),
  };
}
