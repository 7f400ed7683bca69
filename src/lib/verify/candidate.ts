/** The tests whose traces are read, and how far each webhook can have come. */
import type { Delivery } from '../model/delivery.ts';
import { FAILURE_KINDS } from '../model/failure-kinds.ts';
import type { JsonObject } from '../model/json.ts';
import type { TestResult } from '../model/result.ts';
import { URGENCIES, type Urgency, urgencyOf } from '../report/digest/urgency.ts';
import { REPEAT, SECOND_EVENT } from '../report/repeat-result.ts';
import type { Redact } from '../secrets/redact.ts';

/** A test whose response is judged, and whose trace may be read. */
export interface Candidate {
  readonly result: TestResult;
  readonly delivery: Pick<Delivery, 'response' | 'failure' | 'trace'>;
  /** When the response came, or the request failed, on a clock that only goes forward. */
  readonly respondedAtMs: number;
  /** Values for placeholders: dimensions, `response`, `testId` and others. They hold secrets. */
  readonly values: () => JsonObject;
  /** Masks secrets in text about this test. */
  readonly mask: Redact;
}

/** Stages apply to webhooks that the target should accept. A duplicate has none. */
export function hasStages({ result }: Candidate): boolean {
  return result.expectsAcceptance && !result.warnings.some(({ code }) => code === 'duplicate');
}

/** By an unexpected 4xx, or by a body value of `refuse`. */
export function isRefused({ result: { errors }, delivery: { response } }: Candidate): boolean {
  const unexpected =
    response !== null && response.status >= 400 && response.status < 500 && errors.length > 0;
  return unexpected || errors.some(({ code }) => code === 'refused-by-body');
}

export function neverArrived({ delivery: { failure } }: Candidate): boolean {
  return failure !== null && !FAILURE_KINDS[failure.kind].connected;
}

/** A broken test may end anywhere, and a duplicate ends early: what they never reached is not judged. */
export function endedEarly({ errors, warnings }: TestResult): boolean {
  // A resend has a separate trace.
  return (
    errors.some(({ code }) => code !== SECOND_EVENT && code !== REPEAT) ||
    warnings.some(({ code }) => code === 'duplicate')
  );
}

export interface Candidates {
  readonly add: (candidate: Candidate) => void;
  readonly picked: () => readonly Candidate[];
}

/**
 * Picks broken tests first, then those with warnings, then the others in order. Holds at most `limit`, with their full responses.
 */
export function createCandidates(limit: number): Candidates {
  const kinds = new Map<Urgency, Candidate[]>(URGENCIES.map((urgency) => [urgency, []]));
  let count = 0;
  return {
    add: (candidate) => {
      const urgency = urgencyOf(candidate.result);
      if (count === limit && !evict(kinds, urgency)) return;
      kinds.get(urgency)?.push(candidate);
      count = Math.min(count + 1, limit);
    },
    picked: () => [...kinds.values()].flat(),
  };
}

/** Drops the last candidate that is less urgent. @returns whether it dropped one */
function evict(kinds: ReadonlyMap<Urgency, Candidate[]>, urgency: Urgency): boolean {
  const less = URGENCIES.slice(URGENCIES.indexOf(urgency) + 1).toReversed();
  return less.some((each) => kinds.get(each)?.pop() !== undefined);
}
