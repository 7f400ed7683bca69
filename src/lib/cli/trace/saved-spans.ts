/** The trace of a test as it was saved with its run, for the time when Sentry cannot give it. Pure. */
import type { Finding } from '../../model/finding.ts';
import type { SavedSpan, TestResult } from '../../model/result.ts';
import type { SpecimenTrace } from '../../model/specimen.ts';
import type { Trace, TraceSpan } from '../../model/trace.ts';
import { numberText } from '../../terminal/quantities.ts';
import type { Followed } from '../../trace/reading/follow.ts';

export interface SavedTrace {
  readonly trace: Trace;
  readonly followed: readonly Followed[];
  /** Spans were saved with ids and attributes, so they can be judged. */
  readonly isFull: boolean;
  /** Why nothing can be called missing; null if everything was saved. */
  readonly partial: string | null;
}

/** Null if no spans were saved. */
export function savedTrace(result: TestResult): SavedTrace | null {
  const { specimen, trace, startedAt } = result;
  if (specimen !== undefined) {
    return {
      trace: traceOf(specimen.own),
      followed: specimen.followed.map(({ searched, always, problem, traces }) => ({
        ...{ searched, always, problem, found: traces.length > 0, traces: traces.map(traceOf) },
      })),
      isFull: true,
      partial: specimen.cut.includes('spans') ? 'Not all spans were saved' : null,
    };
  }
  if (trace.spans.length === 0) return null;
  const startedAtMs = Date.parse(startedAt);
  const spansOf = (followed: boolean) =>
    fromDepths(
      trace.spans.filter((span) => span.followed === followed),
      { traceId: followed ? `${trace.traceId}-followed` : trace.traceId, startedAtMs },
    );
  const own = spansOf(false);
  const work = spansOf(true);
  const [search] = trace.followed;
  return {
    trace: { traceId: trace.traceId, spans: own, issues: [] },
    followed:
      work.length === 0
        ? []
        : [
            {
              searched: search?.searched ?? 'background work',
              ...{ always: false, found: true, problem: null },
              traces: [{ traceId: `${trace.traceId}-followed`, spans: work, issues: [] }],
            },
          ],
    isFull: false,
    partial:
      trace.spanCount === null || trace.spanCount <= own.length
        ? null
        : `${numberText(own.length)} of ${numberText(trace.spanCount)} spans were saved`,
  };
}

function traceOf({ traceId, spans, issues }: SpecimenTrace): Trace {
  return { traceId, spans: spans.map((span) => ({ ...span, traceId })), issues };
}

/** A list in which children follow their parent, with ids in place of the depths. */
function fromDepths(
  saved: readonly SavedSpan[],
  { traceId, startedAtMs }: { readonly traceId: string; readonly startedAtMs: number },
): readonly TraceSpan[] {
  const ancestors: string[] = [];
  return saved.map(({ name, op, service, depth, startMs, durationMs, status }, at) => {
    const spanId = (at + 1).toString(16).padStart(16, '0');
    ancestors.splice(depth);
    const parentSpanId = ancestors.at(-1) ?? null;
    ancestors[depth] = spanId;
    return {
      ...{ spanId, parentSpanId, traceId, name, op, service, durationMs, status },
      ...{ isSegment: depth === 0, startMs: startedAtMs + startMs },
      ...{ statusMessage: null, attributes: {}, issues: [] },
    };
  });
}

/** What the run found in the trace and at the stages. */
export function savedFindings({ errors, warnings, trace }: TestResult): readonly Finding[] {
  const ofTrace = new Set(trace.findings.map(({ code }) => code));
  return [...errors, ...warnings].filter(({ code }) => ofTrace.has(code) || code.startsWith('stage-'));
}
