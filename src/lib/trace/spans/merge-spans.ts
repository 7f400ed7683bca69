/** Sentry may hold several records of one span, such as of an SDK that sends it again once it has failed. */
import { distinctIssues, type TraceSpan } from '../../model/trace.ts';

/** One span out of two records of it: an error wins, issues and attributes are united, the first says the rest where it can. */
export function mergeSpans(first: TraceSpan, second: TraceSpan): TraceSpan {
  const worse = RANK[second.status] > RANK[first.status] ? second : first;
  const other = worse === first ? second : first;
  const timed = first.durationMs > 0 || second.durationMs === 0 ? first : second;
  return {
    ...first,
    parentSpanId: first.parentSpanId ?? second.parentSpanId,
    name: first.name || second.name,
    op: first.op ?? second.op,
    service: first.service || second.service,
    isSegment: first.isSegment || second.isSegment,
    startMs: timed.startMs,
    durationMs: timed.durationMs,
    status: worse.status,
    statusMessage: worse.statusMessage ?? (other.status === worse.status ? other.statusMessage : null),
    attributes: { ...other.attributes, ...worse.attributes },
    issues: distinctIssues([...first.issues, ...second.issues]),
  };
}

const RANK: Readonly<Record<TraceSpan['status'], number>> = { unknown: 0, ok: 1, error: 2 };
