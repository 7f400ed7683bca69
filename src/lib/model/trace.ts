/** Traces as they are read back. Plain readonly data; durations are milliseconds and end in `Ms`, points in time are ISO 8601 in UTC. */
import type { PlainScalar } from './json.ts';

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
  readonly attributes: Readonly<Record<string, PlainScalar>>;
  readonly issues: readonly TraceIssue[];
}

/** What is in a trace and neither a span nor an issue: an uptime check, or a kind that this program does not know. */
export interface OtherItem {
  /** As Sentry names it, such as `uptime_check`; `unknown` where it does not. */
  readonly kind: string;
  readonly name: string | null;
  /** Milliseconds since the epoch, with fractions; null where not given. */
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
