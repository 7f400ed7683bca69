/** Traces as they are read back. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { Scalar } from './json.ts';

export interface TraceIssue {
  /** `API-7`; null where Sentry gave none. */
  readonly shortId: string | null;
  readonly issueId: string | null;
  readonly message: string;
  /** `error`, `fatal`, `warning`, … as Sentry has it. */
  readonly level: string;
  readonly url: string | null;
}

export interface TraceSpan {
  /** 16 hex characters. */
  readonly spanId: string;
  readonly parentSpanId: string | null;
  readonly traceId: string;
  readonly name: string;
  readonly op: string | null;
  /** Project slug, the nearest thing to a service's name. */
  readonly service: string;
  /** Root span of a service within the trace (a "transaction"). */
  readonly isSegment: boolean;
  /** Milliseconds since the epoch, with fractions. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: 'ok' | 'error' | 'unknown';
  /** `internal_error`, or the span's own words; null for none. */
  readonly statusMessage: string | null;
  readonly attributes: Readonly<Record<string, Scalar>>;
  readonly issues: readonly TraceIssue[];
}

export interface Trace {
  readonly traceId: string;
  /** Each span once, in no particular order. */
  readonly spans: readonly TraceSpan[];
  /** Issues whose span is not in the trace. */
  readonly issues: readonly TraceIssue[];
}
