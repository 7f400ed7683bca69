/** How a target is doing, by its newest saved runs. Pure. */
import type { RunStatus } from '../../model/report.ts';
import type { Incident, Timeline, TimelineRun } from './timeline.ts';

export interface CurrentState {
  /** Null if no run finished. `degraded` also stands for a target with a broken scenario whose other scenarios work. */
  readonly status: Exclude<RunStatus, 'interrupted'> | null;
  /** Start of the outage, or of the first of the consecutive runs with this status: ISO 8601, UTC. */
  readonly since: string | null;
  /** From then to the newest finished run, in milliseconds. */
  readonly durationMs: number;
  /** Consecutive runs, without interrupted ones. */
  readonly runs: number;
  /** Incidents that have not ended, the oldest first. */
  readonly broken: readonly Incident[];
}

/** A broken scenario that none of so many newest runs sent is not part of the current state: it may have been removed. */
const RUNS_REMEMBERED = 20;

export function currentState(timeline: Timeline): CurrentState {
  const finished = timeline.runs.filter(({ status }) => status !== 'interrupted');
  const latest = finished.at(-1);
  if (latest === undefined) return { status: null, since: null, durationMs: 0, runs: 0, broken: [] };
  const broken = openIncidents(timeline);
  const [oldest] = broken;
  const alike = oldest === undefined ? consecutive(finished, latest) : null;
  const since = oldest?.startedAt ?? alike?.[0]?.startedAt ?? latest.startedAt;
  return {
    status: statusOf(latest, broken.length > 0),
    since,
    durationMs: Math.max(0, Date.parse(latest.startedAt) - Date.parse(since)),
    runs: oldest?.runs ?? alike?.length ?? 1,
    broken,
  };
}

/** An outage stays one while runs do not send its scenario. */
function statusOf({ status }: TimelineRun, hasBroken: boolean): CurrentState['status'] {
  if (status === 'interrupted') return null;
  return hasBroken && status === 'healthy' ? 'degraded' : status;
}

function openIncidents({ incidents, scenarios }: Timeline): readonly Incident[] {
  const recent = new Set(
    scenarios
      .filter(({ states }) => states.slice(-RUNS_REMEMBERED).some((state) => state !== 'not-run'))
      .map(({ name }) => name),
  );
  return incidents.filter(({ endedAt, scenario }) => endedAt === null && recent.has(scenario));
}

/** The newest runs with the same status, the oldest of them first. */
function consecutive(finished: readonly TimelineRun[], { status }: TimelineRun): readonly TimelineRun[] {
  const other = finished.findLastIndex((run) => run.status !== status);
  return finished.slice(other + 1);
}
