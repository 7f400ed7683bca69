/** Asks the probes of all tests side by side, each until it holds or its time has passed, so that fifty cost one wait. */
import type { JsonObject } from '../../model/json.ts';
import type { StageExpectation } from '../../model/trace-expectation.ts';
import { valuesNamed } from '../../placeholders.ts';
import { countOf, durationText } from '../../terminal/quantities.ts';
import { atMost } from '../../trace/at-most.ts';
import { cut } from '../../validate/cut.ts';
import type { Evidence } from '../evidence-type.ts';
import { httpLook } from './http.ts';
import { type Look, type Patience, type ProbePorts, unverified } from './look.ts';
import { sqlLook } from './sql.ts';

/** Questions under way at once: probes are to be no load. */
export const LOOKS_AT_ONCE = 5;
/** One look takes no longer than this, in milliseconds. */
const LOOK_LIMIT_MS = 10_000;
/** A look that begins at the end of its time still gets this long, in milliseconds. */
export const LAST_LOOK_MS = 5_000;
/** Longer ids are cut in what is told. */
const ID_LENGTH = 80;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 2_000;

/** What the probes of one test said, by the name of the stage; null for a kind that it has not. */
export type ProbeEvidence = ReadonlyMap<
  string,
  { readonly http: Evidence | null; readonly sql: Evidence | null }
>;

export interface ProbedTest {
  readonly testId: string;
  readonly name: string;
  readonly values: JsonObject;
  /** Why no probe of it is worth a look, such as a webhook that never arrived; null where all are. */
  readonly hopeless: string | null;
}

export interface AskProbesOptions {
  readonly tests: readonly ProbedTest[];
  readonly stages: readonly StageExpectation[];
  readonly ports: ProbePorts & {
    /** Ends early, without an error, when the signal says so. */
    readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
    /** A clock that only goes forward. */
    readonly monotonicMs: () => number;
  };
  /** `probe 3/10: database-save: 0 rows, expected 1`, whenever a look says so. */
  readonly onProgress: (progress: { readonly name: string; readonly progress: string }) => void;
  readonly stop: AbortSignal;
}

interface Question {
  readonly test: ProbedTest;
  readonly stage: string;
  readonly kind: 'http' | 'sql';
  readonly withinMs: number;
  /** What the placeholders of the question stand for. */
  readonly asked: Readonly<Record<string, string>>;
  readonly look: (patience: Patience) => Promise<Look>;
}

/** How long all probes together may take at most, in milliseconds. */
export function probesDeadlineMs(stages: readonly StageExpectation[]): number {
  const times = stages.flatMap(({ http, sql }) => [http?.withinMs ?? 0, sql?.withinMs ?? 0]);
  return Math.max(0, ...times) + LAST_LOOK_MS;
}

export function countProbes(stages: readonly StageExpectation[]): number {
  return stages.reduce((sum, { http, sql }) => sum + Number(http !== null) + Number(sql !== null), 0);
}

/** By test id. Probes that a stop cut off before they held say nothing. */
export async function askProbes(options: AskProbesOptions): Promise<ReadonlyMap<string, ProbeEvidence>> {
  const { tests, stages, ports, stop, onProgress } = options;
  const startMs = ports.monotonicMs();
  const elapsedMs = () => ports.monotonicMs() - startMs;
  const deadlineMs = probesDeadlineMs(stages);
  const inTurn = atMost(LOOKS_AT_ONCE);
  const questions = tests.flatMap((test) => questionsOf(test, options));
  const found = new Map(
    tests.map(({ testId }) => [testId, new Map<string, { http: Evidence | null; sql: Evidence | null }>()]),
  );
  await Promise.all(
    questions.map(async (question, at) => {
      const { test, stage, kind } = question;
      const evidence = await ask(question, {
        ...{ inTurn, elapsedMs, deadlineMs, stop, sleep: ports.sleep },
        tell: (said) =>
          onProgress({ name: test.name, progress: `probe ${at + 1}/${questions.length}: ${stage}: ${said}` }),
      });
      if (evidence === null) return;
      const ofTest = found.get(test.testId);
      const ofStage = ofTest?.get(stage) ?? { http: null, sql: null };
      ofTest?.set(stage, { ...ofStage, [kind]: evidence });
    }),
  );
  return found;
}

function questionsOf(test: ProbedTest, { stages, ports }: AskProbesOptions): readonly Question[] {
  const { values } = test;
  return stages.flatMap(({ name: stage, http, sql }): readonly Question[] => {
    const common = { test, stage };
    const ofHttp = http && {
      ...common,
      kind: 'http' as const,
      withinMs: http.withinMs,
      // What stands in headers may be a credential.
      asked: valuesNamed([http.url, http.body], values),
      look: httpLook(http, values, ports),
    };
    const ofSql = sql && {
      ...common,
      kind: 'sql' as const,
      withinMs: sql.withinMs,
      asked: valuesNamed(sql.params, values),
      look: sqlLook(sql, values, ports),
    };
    return [ofHttp, ofSql].filter((question) => question !== null);
  });
}

interface Asking {
  readonly inTurn: <T>(work: () => Promise<T>) => Promise<T>;
  readonly elapsedMs: () => number;
  /** For all probes together. */
  readonly deadlineMs: number;
  readonly stop: AbortSignal;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly tell: (said: string) => void;
}

async function ask(
  { test, kind, withinMs, asked, look }: Question,
  asking: Asking,
): Promise<Evidence | null> {
  if (test.hopeless !== null) return { state: 'missing', detail: test.hopeless };
  const { elapsedMs, deadlineMs, stop } = asking;
  let looks = 0;
  let last: Look = unverified(`no time was left for a look (${LOOKS_AT_ONCE} at a time)`);
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    // Every probe gets its first look within the time of all.
    const untilMs = () => (looks === 0 ? deadlineMs : withinMs + LAST_LOOK_MS) - elapsedMs();
    await asking.inTurn(async () => {
      const leftMs = untilMs();
      if (stop.aborted || leftMs <= 0) return;
      last = await look({ withinMs: Math.min(leftMs, LOOK_LIMIT_MS), signal: stop });
      looks += 1;
    });
    if (last.state === 'ok') break;
    if (stop.aborted) return null;
    const leftMs = withinMs - elapsedMs();
    if (last.final || leftMs <= 0) break;
    asking.tell(last.detail ?? last.state);
    await asking.sleep(nextPause({ pauseMs, leftMs, waitMs: last.waitMs ?? 0 }), stop);
  }
  const { state, detail } = last;
  if (detail === null) return { state, detail };
  const about = Object.entries(asked).map(
    ([path, value]) => `${path.replace(/^response\./, '')} ${cut(value, ID_LENGTH)}`,
  );
  const tried =
    looks === 0 || last.final ? [] : [`${countOf(looks, 'look')} in ${durationText(elapsedMs())}`];
  const circumstances = [...about, ...tried].join(', ');
  return {
    state,
    detail: `${kind.toUpperCase()}: ${detail}`,
    ...(circumstances === '' ? {} : { circumstances }),
  };
}

/** The last pause is stretched, so that the last look is at the end of the time. */
function nextPause({
  pauseMs,
  leftMs,
  waitMs,
}: {
  readonly pauseMs: number;
  readonly leftMs: number;
  readonly waitMs: number;
}): number {
  const pause = Math.max(pauseMs, waitMs);
  return leftMs < pause * 1.5 ? leftMs : pause;
}
