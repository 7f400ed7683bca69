/** What the spans of a test say about its stages. */
import type { SpanPattern, StageExpectation } from '../model/trace-expectation.ts';
import { type SeenSpan, spansBelow } from '../trace/seen-spans.ts';
import { failureIssue, failureReason, hasFailed } from '../trace/span-failure.ts';
import { compilePattern, describePattern } from '../trace/span-pattern.ts';
import { allowedMs, measuredMs, spanName } from '../trace/span-words.ts';
import type { Evidence } from './evidence-type.ts';

export interface SpanEvidence extends Evidence {
  /** Of the stage's slowest span; null where none was seen. */
  readonly durationMs: number | null;
}

/** The evidence for one stage; null for a stage without a span. */
export function spanEvidence(stage: StageExpectation, seen: readonly SeenSpan[]): SpanEvidence | null {
  if (stage.span === null) return null;
  const fitting = lastAttempt(spansFitting(stage.span, seen));
  const parts = partsOf({ stage, seen, fitting });
  const failed = [...parts, ...fitting].find(({ span }) => hasFailed(span));
  const slowest = fitting.reduce<SeenSpan | null>(
    (worst, each) => (worst === null || each.span.durationMs > worst.span.durationMs ? each : worst),
    null,
  );
  const durationMs = slowest?.span.durationMs ?? null;
  if (failed !== undefined) return { state: 'failed', detail: failureDetail(failed), durationMs };
  if (slowest === null || durationMs === null) {
    return { state: 'missing', detail: `span ${describePattern(stage.span)} not seen`, durationMs };
  }
  const followed = fitting.every((each) => each.followed) ? 'seen in a followed trace' : null;
  if (stage.maxDurationMs === null || durationMs <= stage.maxDurationMs) {
    return { state: 'ok', detail: followed, durationMs };
  }
  const detail = `took ${measuredMs(durationMs)}, allowed are ${allowedMs(stage.maxDurationMs)}`;
  return { state: 'slow', detail: followed === null ? detail : `${detail}; ${followed}`, durationMs };
}

function spansFitting(pattern: SpanPattern, seen: readonly SeenSpan[]): readonly SeenSpan[] {
  const fits = compilePattern(pattern);
  return seen.filter(({ ours, span }) => !ours && fits(span));
}

/** Attempts of background work have a trace each; the one that began last is what came of it. */
function lastAttempt(fitting: readonly SeenSpan[]): readonly SeenSpan[] {
  const last = fitting.reduce<SeenSpan | null>(
    (latest, each) => (latest === null || each.span.startMs > latest.span.startMs ? each : latest),
    null,
  );
  return fitting.filter(({ span }) => span.traceId === last?.span.traceId);
}

/** Inside of the stage's span where any are; where none is, those of its trace. In the order of their start. */
function partsOf({
  stage,
  seen,
  fitting,
}: {
  readonly stage: StageExpectation;
  readonly seen: readonly SeenSpan[];
  readonly fitting: readonly SeenSpan[];
}): readonly SeenSpan[] {
  const below = spansBelow(fitting, seen);
  const traceId = fitting[0]?.span.traceId;
  return stage.parts
    .flatMap(({ pattern }) => {
      const all = spansFitting(pattern, seen);
      const inside = all.filter((each) => below.has(each));
      if (inside.length > 0) return inside;
      return lastAttempt(traceId === undefined ? all : all.filter(({ span }) => span.traceId === traceId));
    })
    .sort((a, b) => a.span.startMs - b.span.startMs);
}

function failureDetail({ span }: SeenSpan): string {
  const reason = failureReason(span, failureIssue(span.issues));
  return reason === null ? `${spanName(span)} failed` : `${spanName(span)} failed: ${reason}`;
}
