/** Traces as read from Sentry. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { PlainScalar } from './json.ts';

export interface TraceIssue {
  /** `API-7`; null if Sentry has none. */
  readonly shortId: string | null;
  readonly issueId: string | null;
  readonly message: string;
  /** `error`, `fatal`, `warning` and others, as in Sentry. */
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
  /** Project slug, the closest thing to a service name. */
  readonly service: string;
  /** Root span of a service within the trace (a "transaction"). */
  readonly isSegment: boolean;
  /** Milliseconds since the epoch, with fractions. */
  readonly startMs: number;
  readonly durationMs: number;
  readonly status: 'ok' | 'error' | 'unknown';
  /** `internal_error`, or the span's own message; null for none. */
  readonly statusMessage: string | null;
  readonly attributes: Readonly<Record<string, PlainScalar>>;
  readonly issues: readonly TraceIssue[];
}

/** An item of a trace that is neither a span nor an issue: an uptime check, or a kind unknown to this program. */
export interface OtherItem {
  /** Sentry's name for it, such as `uptime_check`; `unknown` without one. */
  readonly kind: string;
  readonly name: string | null;
  /** Milliseconds since the epoch, with fractions; null if missing. */
  readonly startMs: number | null;
  readonly durationMs: number | null;
}

export interface Trace {
  readonly traceId: string;
  /** Each span once, in no particular order. */
  readonly spans: readonly TraceSpan[];
  /** Issues whose span is not in the trace. */
  readonly issues: readonly TraceIssue[];
  /** Only there where there are any. */
  readonly others?: readonly OtherItem[];
  /** Records that the spans were read from, as Sentry counts them; only there where some spans had several. */
  readonly recordCount?: number;
  /** The server shows transactions, not the spans in them: nothing is missing because it is not there. */
  readonly transactionsOnly?: boolean;
}

/** What identifies an issue: one issue often has many events in a trace. */
export function issueKey({ issueId, shortId, level, message }: TraceIssue): string {
  return issueId ?? shortId ?? `${level} ${message}`;
}

/** Each issue once. */
export function distinctIssues(issues: readonly TraceIssue[]): readonly TraceIssue[] {
  return issues.length < 2 ? issues : [...new Map(issues.map((issue) => [issueKey(issue), issue])).values()];
}
