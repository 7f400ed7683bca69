/** One webhook sent, and what came of it. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { FailureKind } from './failure-kinds.ts';
import type { Json } from './json.ts';
import type { WebhookRequest } from './plan.ts';

/** Phases of the request that got the answer, in milliseconds; null where a phase did not take place. */
export interface Timings {
  /** Waiting for a socket. */
  readonly waitMs: number | null;
  readonly dnsMs: number | null;
  readonly tcpMs: number | null;
  readonly tlsMs: number | null;
  readonly requestMs: number | null;
  readonly firstByteMs: number | null;
  readonly downloadMs: number | null;
  /** From the start of the request (with `--rate`: from its planned start) to the last byte or the failure. */
  readonly totalMs: number;
  /** With `--rate`: how much later than planned the request started; contained in `totalMs`. */
  readonly lateMs: number;
}

/** Why there is no (whole) answer. */
export interface Failure {
  readonly kind: FailureKind;
  /** For people, starts as in the guide: `Request failed: Connection timeout`. */
  readonly message: string;
  /** Node's or TLS's own code, e.g. `ECONNREFUSED`, `CERT_HAS_EXPIRED`, or `HTTP_407` of a proxy; null where there is none. */
  readonly code: string | null;
}

/** `Connection timeout`: what the message of a failure says after the words it starts with; other texts stay as they are. */
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

export interface Attempt {
  readonly startedAt: string;
  readonly durationMs: number;
  readonly status: number | null;
  readonly failure: Failure | null;
  /** The request was written, if only in part, so the target may have received it. */
  readonly mayHaveArrived: boolean;
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
  readonly answer: HttpResponse | null;
  readonly failure: Failure | null;
  readonly timings: Timings;
  readonly attempts: readonly Attempt[];
  readonly trace: TraceContext;
  /** Only there where a retry was left, but Retry-After asks for more than is waited: what it asks for, in milliseconds. */
  readonly notRetriedForMs?: number;
}
