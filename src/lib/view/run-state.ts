/** What is known of a run while it sends: results by scenario, what is in flight, and what is awaited. */
import type { PlannedScenario, RunEvent } from '../model/event.ts';
import type { TestResult } from '../model/result.ts';
import { countOf } from '../terminal/quantities.ts';

export interface Counts {
  /** Null if unknown. */
  readonly tests: number | null;
  readonly sent: number;
  readonly passed: number;
  readonly warned: number;
  readonly broken: number;
}

export interface ScenarioState extends Counts {
  readonly name: string;
}

export interface RunState {
  readonly on: (event: RunEvent) => void;
  readonly scenarios: () => readonly ScenarioState[];
  readonly total: () => Counts;
  /** Since the start of the run, in milliseconds. */
  readonly elapsedMs: () => number;
  /** `Waiting for 4 responses; the oldest, to CHOP #2, for 3 s` */
  readonly activity: () => string;
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] };

/** Nothing in particular is awaited. */
export const SENDING = 'Sending';

/** A response that takes less time than this is not mentioned, in milliseconds: names that change with each frame cannot be read. */
const MENTIONED_MS = 2_000;

interface InFlight {
  readonly name: string;
  readonly scenario: string;
  /** When the last request of the test began; in the future during a pause. */
  readonly sinceMs: number;
  /** Why the test pauses before that. */
  readonly pause: 'retry' | 'resend' | null;
}

export function createRunState(monotonicMs: () => number): RunState {
  const scenarios = new Map<string, Mutable<ScenarioState>>();
  const total: Mutable<Counts> = { ...NO_COUNTS };
  // In the order in which they were sent.
  const inFlight = new Map<number, InFlight>();
  let startedMs = monotonicMs();
  let phase: 'preparing' | 'sending' | 'finishing' = 'preparing';
  let nextAtMs = 0;
  const countsOf = (name: string): Mutable<Counts> => {
    const known = scenarios.get(name) ?? { ...NO_COUNTS, name };
    scenarios.set(name, known);
    return known;
  };
  const start = (planned: readonly PlannedScenario[], tests: number) => {
    startedMs = monotonicMs();
    total.tests = tests;
    for (const each of planned) scenarios.set(each.name, { ...NO_COUNTS, ...each });
  };
  const judged = (result: TestResult) => {
    const scenario = inFlight.get(result.index)?.scenario ?? result.scenario;
    inFlight.delete(result.index);
    const outcome = outcomeOf(result);
    countsOf(scenario)[outcome]++;
    total[outcome]++;
  };
  return {
    on: (event) => {
      if (event.type === 'runStarted') start(event.scenarios, event.facts.planned);
      else if (event.type === 'testSent') {
        const { index, name, scenario } = event;
        phase = 'sending';
        inFlight.set(index, { name, scenario, sinceMs: monotonicMs(), pause: null });
        countsOf(scenario).sent++;
        total.sent++;
      } else if (event.type === 'sendingPaused') {
        const untilMs = monotonicMs() + event.resumesInMs;
        const test = event.index === null ? undefined : inFlight.get(event.index);
        if (event.for === 'rate' || event.index === null) nextAtMs = untilMs;
        else if (test !== undefined)
          inFlight.set(event.index, { ...test, sinceMs: untilMs, pause: event.for });
      } else if (event.type === 'testJudged') judged(event.result);
      else if (event.type === 'sendingEnded') {
        phase = 'finishing';
        inFlight.clear();
      }
    },
    scenarios: () => [...scenarios.values()],
    total: () => total,
    elapsedMs: () => monotonicMs() - startedMs,
    activity: () => {
      if (phase === 'preparing') return 'Preparing the first request';
      if (phase === 'finishing') return 'Preparing the report';
      return sendingText([...inFlight.values()], { nowMs: monotonicMs(), nextAtMs });
    },
  };
}

const NO_COUNTS: Counts = { tests: null, sent: 0, passed: 0, warned: 0, broken: 0 };

export function doneOf({ passed, warned, broken }: Counts): number {
  return passed + warned + broken;
}

export function outcomeOf({
  verdict,
  warnings,
  missingData,
}: Pick<TestResult, 'verdict' | 'warnings' | 'missingData'>): 'passed' | 'warned' | 'broken' {
  if (verdict === 'broken') return 'broken';
  return warnings.length + missingData.length > 0 ? 'warned' : 'passed';
}

function sendingText(
  tests: readonly InFlight[],
  { nowMs, nextAtMs }: { readonly nowMs: number; readonly nextAtMs: number },
): string {
  const parts = [
    responsesText(
      tests.filter(({ sinceMs }) => sinceMs <= nowMs),
      nowMs,
    ),
    pauseText(
      tests.filter(({ sinceMs }) => sinceMs > nowMs),
      nowMs,
    ),
    tests.length === 0 && nextAtMs > nowMs
      ? `next request in ${secondsUntil(nextAtMs, nowMs)} (planned rate)`
      : null,
  ].filter((part) => part !== null);
  const text = parts.join('; ');
  if (text === '') return SENDING;
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Null if no response is slow. */
function responsesText(waiting: readonly InFlight[], nowMs: number): string | null {
  const [first] = waiting;
  if (first === undefined) return null;
  const oldest = waiting.reduce((a, b) => (b.sinceMs < a.sinceMs ? b : a), first);
  const forMs = nowMs - oldest.sinceMs;
  if (forMs < MENTIONED_MS) return null;
  const seconds = `${Math.floor(forMs / 1_000)} s`;
  if (waiting.length === 1) return `waiting for the response to ${oldest.name} for ${seconds}`;
  return `waiting for ${countOf(waiting.length, 'response')}; the oldest, to ${oldest.name}, for ${seconds}`;
}

/** Null if no test pauses. */
function pauseText(pausing: readonly InFlight[], nowMs: number): string | null {
  const [first] = pausing;
  if (first === undefined) return null;
  const next = pausing.reduce((a, b) => (b.sinceMs < a.sinceMs ? b : a), first);
  const others = pausing.length === 1 ? '' : ` (${countOf(pausing.length - 1, 'more test')} waiting)`;
  const what = next.pause === 'retry' ? 'retrying' : 'resending';
  return `${what} ${next.name} in ${secondsUntil(next.sinceMs, nowMs)}${others}`;
}

function secondsUntil(atMs: number, nowMs: number): string {
  return `${Math.ceil((atMs - nowMs) / 1_000)} s`;
}
