/** What a person reads while traces are waited for. */
import { countOf } from '../../terminal/quantities.ts';
import type { Decision } from './wait.ts';

/** Labels named before the rest is counted. */
const NAMED = 3;

/** A trace that is waited for. */
export interface WaitState {
  /** Number of its test in the run. */
  readonly index: number;
  /** Whether it was read, or tried to. */
  readonly polled: boolean;
  readonly spanCount: number;
  readonly decision: Decision;
  /** Why Sentry did not show it the last time, as a sentence without its end; null where it did. */
  readonly problem: string | null;
}

/**
 * `3 of 5 traces complete; waiting for ab-routing in trace 4`. Of a single trace: `7 spans so far; waiting for ab-routing`.
 * @param states of all traces
 * @param paused what keeps all of them from being read; null where nothing does
 */
export function waitingText(states: readonly WaitState[], paused: string | null): string {
  const [first] = states;
  if (states.length === 1 && first !== undefined) return paused ?? ofOne(first);
  const complete = states.filter(({ decision }) => decision.done).length;
  const done = `${complete} of ${states.length} traces complete`;
  const pending = states.flatMap((state) =>
    state.decision.done ? [] : [{ index: state.index, phrase: phraseFor(state) }],
  );
  const [next] = pending;
  if (paused !== null || next === undefined) return paused === null ? done : `${done}; ${paused}`;
  const alike = pending.filter(({ phrase }) => phrase === next.phrase);
  const where = alike.length === 1 ? `trace ${next.index}` : `${alike.length} traces`;
  return `${done}; ${next.phrase.replace(PLACE, where)}`;
}

/** In a phrase: where the trace is named. */
const PLACE = '\u0000';

function phraseFor({ polled, problem, decision }: WaitState): string {
  if (problem !== null) return problem;
  if (!polled) return FIRST_RESPONSE;
  if (decision.done) return '';
  switch (decision.because) {
    case 'no-spans':
      return `no spans yet in ${PLACE}`;
    case 'only-our-spans':
      return `waiting for the target's spans in ${PLACE}`;
    case 'growing':
      return `waiting for more spans in ${PLACE}`;
    case 'missing':
      return `waiting for ${listed(decision.waitingFor)} in ${PLACE}`;
  }
}

export const FIRST_RESPONSE = "waiting for Sentry's first response";

function ofOne({ polled, problem, spanCount, decision }: WaitState): string {
  if (problem !== null) return problem;
  if (!polled) return FIRST_RESPONSE;
  const spans = countOf(spanCount, 'span');
  if (decision.done) {
    return decision.how === 'complete'
      ? `${spans}, complete`
      : `${spans}, without ${listed(decision.awaited)}`;
  }
  switch (decision.because) {
    case 'no-spans':
      return 'no spans yet';
    case 'only-our-spans':
      return `${spans} so far, all from prod-e2e; waiting for the target's spans`;
    case 'growing':
      return `${spans} so far; waiting for more`;
    case 'missing':
      return `${spans} so far; waiting for ${listed(decision.waitingFor)}`;
  }
}

export function listed(labels: readonly string[]): string {
  const rest = labels.length - NAMED;
  const named = labels.slice(0, NAMED).join(', ');
  return rest > 0 ? `${named} and ${rest} more` : named;
}
