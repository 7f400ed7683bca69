/** One webhook sent, and what came of it. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { Json } from './json.ts';
import type { Attempt, Failure, Timings, WebhookRequest } from './result.ts';

/** `Connection timeout`: the message of a failure without its first words; other texts stay as they are. */
export function failureWords(message: string): string {
  return message.replace(/^Request failed: /, '');
}

export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  /** Lower-case names; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded by charset. */
  readonly body: string;
  /** Length of the body as received, after decompression. */
  readonly bodyBytes: number;
  /** The parsed body, or why there is none: `empty`, `not-json` (with the parser's words), `too-deep`, `unknown-coding`. */
  readonly json:
    | { readonly ok: true; readonly value: Json }
    | {
        readonly ok: false;
        readonly reason: string;
        readonly kind: 'empty' | 'not-json' | 'too-deep' | 'unknown-coding';
      };
}

/** Attempts before the last one that the target may have received: it may have one webhook several times. */
export function earlierDeliveries(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.slice(0, -1).filter(({ mayHaveArrived }) => mayHaveArrived);
}

/** The headers that carry a trace, and its ids. */
export interface TraceContext {
  /** 32 hex characters. */
  readonly traceId: string;
  /** 16 hex characters: the span the target's spans hang below. */
  readonly spanId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** One webhook sent: exactly one of `answer` and `failure` is there. */
export interface Delivery {
  readonly startedAt: string;
  /** As sent, trace headers included. */
  readonly request: WebhookRequest;
  readonly response: HttpResponse | null;
  readonly failure: Failure | null;
  readonly timings: Timings;
  readonly attempts: readonly Attempt[];
  readonly trace: TraceContext;
  /** The wait that Retry-After asks for, in milliseconds; only there where a retry was left and that wait is too long. */
  readonly notRetriedForMs?: number;
}
