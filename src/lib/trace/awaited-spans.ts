/** What reading a trace has to know of the spans that are expected of it. */
import type { SpanExpectation } from '../model/trace-expectation.ts';
import { compilePattern } from './span-pattern.ts';
import type { AwaitedSpan } from './wait.ts';

export function awaitedSpans(spans: readonly SpanExpectation[]): readonly AwaitedSpan[] {
  return spans.map(({ label, stage, required, minCount, pattern }) => ({
    label,
    stage,
    required,
    minCount,
    matches: compilePattern(pattern),
  }));
}

/** Attributes that expectations look at: they have to be asked for. */
export function attributesOf(spans: readonly SpanExpectation[]): readonly string[] {
  return [...new Set(spans.flatMap(({ pattern }) => Object.keys(pattern.attributes)))];
}
