/** What a target made of a webhook that was sent again. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { Attempt, Timings } from './delivery.ts';
import type { Finding, MissingField } from './finding.ts';
import type { StoredResponse } from './response.ts';

/** `unknown`: the answers do not tell. */
export type TreatedAs = 'one-event' | 'second-event' | 'unknown';

export interface Treatment {
  readonly treatedAs: TreatedAs;
  /** What says so, or why nothing does: `status DUPLICATE`, `no signal_id in the answers`. */
  readonly because: string;
}

/** The same id, idempotency key and bytes once more, in a trace of its own. */
export interface RepeatedSend {
  readonly startedAt: string;
  readonly errors: readonly Finding[];
  readonly warnings: readonly Finding[];
  readonly missingData: readonly MissingField[];
  readonly response: StoredResponse | null;
  readonly timings: Timings;
  readonly attempts: readonly Attempt[];
  /** 32 hex characters. */
  readonly traceId: string;
}

export interface RepeatResult extends Treatment {
  /** Empty where it was not sent again after all; `because` says why. */
  readonly sends: readonly RepeatedSend[];
}
