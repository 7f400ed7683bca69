/** A test as the verification sees it, and how far its webhook can have come. */
import type { HttpResponse } from '../model/delivery.ts';
import { FAILURE_KINDS } from '../model/failure-kinds.ts';
import type { JsonObject } from '../model/json.ts';
import type { Failure, TestResult } from '../model/result.ts';
import { REPEAT, SECOND_EVENT } from '../report/repeat-result.ts';
import type { Redact } from '../secrets/redact.ts';

/** A test whose trace may be read, with what of its delivery the judgement needs. */
export interface Candidate {
  readonly result: TestResult;
  readonly answer: HttpResponse | null;
  readonly failure: Failure | null;
  /** When the response came, or the request failed, on a clock that only goes forward. */
  readonly respondedAtMs: number;
  /** What placeholders may name: its dimensions, `response`, `testId` and the like. Holds what is secret in them. */
  readonly values: () => JsonObject;
  /** The span id that went out in the headers. */
  readonly spanId: string;
  /** Masks what is secret in what there is to tell of it. */
  readonly mask: Redact;
}

/** Stages apply to webhooks that are to be accepted; a duplicate has none of its own. */
export function hasStages({ result }: Candidate): boolean {
  return result.expectsAcceptance && !result.warnings.some(({ code }) => code === 'duplicate');
}

/** By an unexpected 4xx, or a value of `refuse`. */
export function isRefused({ result: { errors }, answer }: Candidate): boolean {
  const unexpected = answer !== null && answer.status >= 400 && answer.status < 500 && errors.length > 0;
  return unexpected || errors.some(({ code }) => code === 'refused-by-body');
}

export function neverArrived({ failure }: Candidate): boolean {
  return failure !== null && !FAILURE_KINDS[failure.kind].connected;
}

/** A broken test may have ended anywhere, and a duplicate ends early: nothing is said of what they never reached. */
export function isCutShort({ errors, warnings }: TestResult): boolean {
  // What was sent again has a trace of its own.
  return (
    errors.some(({ code }) => code !== SECOND_EVENT && code !== REPEAT) ||
    warnings.some(({ code }) => code === 'duplicate')
  );
}
