/** One webhook as sent, with its response. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { Json } from './json.ts';
import type { Attempt, Failure, Timings, WebhookRequest } from './result.ts';

/** `Request failed: Connection timeout`, the guide's words. */
export function requestFailed({ message }: Pick<Failure, 'message'>): string {
  return `Request failed: ${message}`;
}

export interface HttpResponse {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  /** Lower-case names; repeated headers joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Decoded by its charset. */
  readonly body: string;
  /** Length of the complete body in bytes, after decompression. */
  readonly bodyBytes: number;
  /** The parsed body, or why it could not be parsed: `empty`, `not-json` (with the parser's message), `too-deep`, `unknown-coding`. */
  readonly json:
    | { readonly ok: true; readonly value: Json }
    | {
        readonly ok: false;
        readonly reason: string;
        readonly kind: 'empty' | 'not-json' | 'too-deep' | 'unknown-coding';
      };
}

/** Attempts before the last one that the target may have received, so it may have the webhook more than once. */
export function earlierDeliveries(attempts: readonly Attempt[]): readonly Attempt[] {
  return attempts.slice(0, -1).filter(({ mayHaveArrived }) => mayHaveArrived);
}

/** The trace headers and the ids in them. */
export interface TraceContext {
  /** 32 hex characters. */
  readonly traceId: string;
  /** 16 hex characters: the parent of the target's spans. */
  readonly spanId: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The result of sending one webhook; either `response` or `failure` is set. */
export interface Delivery {
  readonly startedAt: string;
  /** As sent, including trace headers. */
  readonly request: WebhookRequest;
  readonly response: HttpResponse | null;
  readonly failure: Failure | null;
  readonly timings: Timings;
  readonly attempts: readonly Attempt[];
  readonly trace: TraceContext;
  /** The Retry-After in milliseconds, if it was too long to wait for although a retry was left. */
  readonly notRetriedForMs?: number;
}
