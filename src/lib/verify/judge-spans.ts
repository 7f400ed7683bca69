/** Judges the spans of one test, with regard to how far its webhook could come. */
import type { SpanExpectation, TraceExpectation } from '../model/trace-expectation.ts';
import { type TraceJudgement, verifyTrace } from '../trace/judging/trace-verifier.ts';
import type { UsualDurations } from '../trace/judging/usual-limit.ts';
import type { SpanSources } from '../trace/spans/found-spans.ts';

export interface SpanJudgement extends TraceJudgement {
  /** The expectations that it was judged by in the end. */
  readonly spans: readonly SpanExpectation[];
}

/** @param options.cutShort the webhook's way ended early, so what it did not reach was not waited for either */
export function judgeSpans(options: {
  readonly sources: SpanSources;
  readonly spans: readonly SpanExpectation[];
  readonly checks: TraceExpectation['checks'];
  readonly usualDurations: UsualDurations;
  readonly cutShort: boolean;
  /** Failed spans that are accounted for elsewhere, by {@link spanKey}. */
  readonly covered?: ReadonlySet<string>;
}): SpanJudgement {
  const { sources, checks, usualDurations, cutShort, covered = new Set<string>() } = options;
  const judge = (spans: readonly SpanExpectation[]): SpanJudgement => ({
    ...verifyTrace({ ...sources, expectation: { spans, checks }, usualDurations, covered }),
    spans,
  });
  const judgement = judge(options.spans);
  // A failed span accounts for what was not reached. Without one, what was not waited for cannot be called missing.
  const explained = judgement.findings.some(({ code }) => code === 'trace-error');
  if (!cutShort || explained) return judgement;
  return judge(options.spans.map((span) => ({ ...span, minCount: 0, required: false })));
}
