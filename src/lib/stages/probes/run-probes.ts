/** Runs the probes of all tests side by side, each until it confirms or its time has passed, so that fifty cost one wait. */

import pLimit from 'p-limit';
import { valuesNamed } from '../../json/placeholders.ts';
import type { StageExpectation } from '../../model/trace-expectation.ts';
import { countOf, durationText } from '../../terminal/quantities.ts';
import { cut } from '../../validate/cut.ts';
import type { SourceEvidence } from '../source-evidence.ts';
import { stagesAfter } from '../stuck.ts';
import { expectsNothing, runHttpProbe } from './http.ts';
import {
  type InTurn,
  LAST_PROBE_MS,
  MAX_PROBES_IN_FLIGHT,
  type Outcome,
  type Probe,
  type ProbedTest,
  pollProbe,
  queryAgain,
  type Turns,
} from './poll-probe.ts';
import type { ProbePorts } from './probe-result.ts';
import { runSqlProbe } from './sql.ts';

/** Connections to a database. */
export const CONNECTIONS = 2;
/** Longer ids are cut in reports. */
const ID_LENGTH = 80;
export interface ProbeEvidence extends SourceEvidence {
  readonly kind: 'http' | 'sql';
  /** What differs from test to test: the ids queried for, how often and for how long. */
  readonly circumstances: string | null;
  /** It confirmed only after its time: `after more than 10 s (limit 10 s)`; null where it did not. */
  readonly late: string | null;
  /** What was read; null where nothing was. */
  readonly row: string | null;
  /** What to do about a probe that could not run, where that is known. */
  readonly hint: string | null;
  /** The HTTP status that the detail is about; null where it is about something else. */
  readonly status: number | null;
}

/** What the probes of one test said, by the name of the stage; null for a kind that it does not have. */
export type ProbesOfTest = ReadonlyMap<
  string,
  { readonly http: ProbeEvidence | null; readonly sql: ProbeEvidence | null }
>;

export interface ProbesProgress {
  /** The test that the text is about. */
  readonly name: string;
  readonly progress: string;
}

export interface RunProbesOptions {
  readonly tests: readonly ProbedTest[];
  readonly stages: readonly StageExpectation[];
  readonly ports: ProbePorts & {
    /** Ends early, without an error, when the signal is aborted. */
    readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
    /** A clock that only goes forward. */
    readonly monotonicMs: () => number;
  };
  /** Settles when all other waiting of the run has ended. */
  readonly others: Promise<unknown>;
  /** When that is at the latest, on the clock of `monotonicMs`. */
  readonly othersEndMs: number;
  /** Called as soon as the spans of a stage need not be waited for: a probe confirms it, or an earlier one failed for good. */
  readonly onConfirmed: (testId: string, stage: string) => void;
  /** `3 of 5 tests checked; waiting for database-save of test 4: 0 rows (expected 1)`, after each query. */
  readonly onProgress: (progress: ProbesProgress) => void;
  readonly stop: AbortSignal;
}

/** How long all probes together may take at most, in milliseconds, once everything is sent. */
export function probesDeadlineMs(stages: readonly StageExpectation[]): number {
  const times = stages.flatMap(({ http, sql }) => [http?.withinMs ?? 0, sql?.withinMs ?? 0]);
  return Math.max(0, ...times) + LAST_PROBE_MS;
}

export function countProbes(stages: readonly StageExpectation[]): number {
  return stages.reduce((sum, { http, sql }) => sum + Number(http !== null) + Number(sql !== null), 0);
}

/** By test id. Probes that a stop cut off before they confirmed say nothing. */
export async function runProbes(options: RunProbesOptions): Promise<ReadonlyMap<string, ProbesOfTest>> {
  const { tests, stages, ports, stop, onProgress } = options;
  const probes = tests.flatMap((test) => probesOf(test, options));
  const startMs = ports.monotonicMs();
  const turns: Turns = {
    turnOf: turnsByStage(stages),
    nowMs: ports.monotonicMs,
    deadlineMs: startMs + probesDeadlineMs(stages),
    stop,
    sleep: ports.sleep,
  };
  const isBehind = stopsBehind(stages);
  let othersEnded = false;
  const others = options.others
    .then(
      () => undefined,
      () => undefined,
    )
    .then(() => {
      othersEnded = true;
    });
  // What the last query of each found.
  const waiting = new Map(probes.map((probe) => [probe, null as string | null] as const));
  const polled = probes.map(async (probe) => {
    const report = (detail: string) => {
      waiting.set(probe, detail);
      onProgress(progressOf(probe, { tests, waiting }));
    };
    const found = await pollProbe(probe, { ...turns, report, isPointless: () => isBehind.has(probe) });
    waiting.delete(probe);
    const [next = probe] = waiting.keys();
    onProgress(progressOf(next, { tests, waiting }));
    if (found?.last.statement === 'confirms') options.onConfirmed(probe.test.testId, probe.stage);
    if (found?.last.statement === 'contradicts' && found.last.final)
      for (const stage of isBehind.stopAt(probe)) options.onConfirmed(probe.test.testId, stage);
    return found === null ? null : { probe, ...found, isLast: waiting.size === 0 && othersEnded };
  });
  const first = (await Promise.all(polled)).filter((each) => each !== null);
  await others;
  // The last queries end with the later of both waits and do not lengthen it.
  const lastMs = Math.max(turns.deadlineMs, options.othersEndMs);
  const untilMs = Math.min(ports.monotonicMs() + LAST_PROBE_MS, lastMs);
  const found = new Map(tests.map(({ testId }) => [testId, new Map<string, Both>()]));
  await Promise.all(
    first.map(async (each) => {
      const { probe } = each;
      const outcome = await queryAgain(each, { ...turns, deadlineMs: untilMs });
      const ofTest = found.get(probe.test.testId);
      const ofStage = ofTest?.get(probe.stage) ?? { http: null, sql: null };
      ofTest?.set(probe.stage, { ...ofStage, [probe.kind]: evidenceOf(probe, outcome) });
    }),
  );
  return found;
}

/** `3 of 5 tests checked; waiting for database-save of test 4: 0 rows (expected 1)` */
function progressOf(
  probe: Probe,
  {
    tests,
    waiting,
  }: { readonly tests: readonly ProbedTest[]; readonly waiting: ReadonlyMap<Probe, string | null> },
): ProbesProgress {
  const { test, stage } = probe;
  const pending = [...waiting.keys()];
  const checked = tests.length - testIdsOf(pending).size;
  const done = `${checked} of ${countOf(tests.length, 'test')} checked`;
  if (!waiting.has(probe)) return { name: test.name, progress: done };
  const alike = testIdsOf(pending.filter((each) => each.stage === stage)).size;
  const where = alike === 1 ? `test ${test.index}` : `${alike} tests`;
  const what = tests.length === 1 ? stage : `${stage} of ${where}`;
  const detail = waiting.get(probe) ?? null;
  const progress = `${done}; waiting for ${what}${detail === null ? '' : `: ${detail}`}`;
  return { name: test.name, progress };
}

function testIdsOf(probes: readonly Probe[]): ReadonlySet<string> {
  return new Set(probes.map(({ test }) => test.testId));
}

/** What comes after a stage that failed for good never happens, so it is queried no more than once. */
function stopsBehind(stages: readonly StageExpectation[]) {
  const placed = stages.map(({ name, after }) => ({ name, after, state: 'unverified' as const }));
  const stopped = new Map<string, Set<string>>();
  return {
    has: ({ test, stage }: Probe) => stopped.get(test.testId)?.has(stage) === true,
    /** Names of the stages behind it. */
    stopAt: ({ test, stage }: Probe): readonly string[] => {
      const later = stagesAfter({ name: stage, after: [], state: 'failed' }, placed).map(({ name }) => name);
      stopped.set(test.testId, new Set([...(stopped.get(test.testId) ?? []), ...later]));
      return later;
    },
  };
}

/** SQL queries of a stage run one after another: a table that is locked takes no connection from other stages. */
function turnsByStage(stages: readonly StageExpectation[]): Turns['turnOf'] {
  const inTurn = pLimit(MAX_PROBES_IN_FLIGHT);
  const width = stages.filter(({ sql }) => sql !== null).length === 1 ? CONNECTIONS : 1;
  const lanes = new Map<string, InTurn>();
  return ({ stage, kind }) => {
    if (kind === 'http') return inTurn;
    const lane: InTurn = lanes.get(stage) ?? pLimit(width);
    lanes.set(stage, lane);
    return (work) => lane(() => inTurn(work));
  };
}

type Both = { http: ProbeEvidence | null; sql: ProbeEvidence | null };

function probesOf(test: ProbedTest, { stages, ports }: RunProbesOptions): readonly Probe[] {
  const { values } = test;
  return stages.flatMap(({ name: stage, http, sql }): readonly Probe[] => {
    const ofHttp: Probe | null = http && {
      ...{ test, stage, kind: 'http' },
      withinMs: http.withinMs,
      expectsNothing: expectsNothing(http),
      hasMaximum: false,
      // Header values may be credentials.
      values: valuesNamed([http.url, http.body], values),
      run: runHttpProbe(http, values, ports),
    };
    const ofSql: Probe | null = sql && {
      ...{ test, stage, kind: 'sql' },
      withinMs: sql.withinMs,
      expectsNothing: sql.rows.max === 0,
      hasMaximum: sql.rows.max !== null && sql.rows.max > 0,
      values: valuesNamed(sql.params, values),
      run: runSqlProbe(sql, values, ports),
    };
    return [ofHttp, ofSql].filter((probe) => probe !== null);
  });
}

function evidenceOf(
  { kind, values: asked }: Probe,
  { last, before, queries, tookMs, late }: Outcome,
): ProbeEvidence {
  const { statement, row = null, hint = null, status = null } = last;
  const about = Object.entries(asked).map(
    ([path, value]) => `${path.replace(/^response\./, '')} ${cut(value, ID_LENGTH)}`,
  );
  const tried =
    queries === 0 || last.final ? [] : [`${countOf(queries, 'query', 'queries')} in ${durationText(tookMs)}`];
  const circumstances = [...about, ...tried].join(', ');
  const earlier = statement === 'unknown' && before?.detail != null ? `; before that: ${before.detail}` : '';
  const detail = last.detail === null ? null : `${last.detail}${earlier}`;
  return {
    kind,
    statement,
    detail,
    reason: statement === 'unknown' ? 'probe-failed' : null,
    circumstances: circumstances === '' || last.detail === null ? null : circumstances,
    late,
    row,
    hint,
    status,
  };
}
