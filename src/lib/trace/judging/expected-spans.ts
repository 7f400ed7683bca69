/** Which spans of a test are those that were expected. */
import type { Finding } from '../../model/finding.ts';
import type { Severity, SpanExpectation } from '../../model/trace-expectation.ts';
import { type FoundSpan, spansBelow } from '../spans/found-spans.ts';
import { compilePattern, describePattern } from '../spans/span-pattern.ts';
import { compareSpans } from '../spans/span-tree.ts';

export interface ExpectedSpan {
  readonly expectation: SpanExpectation;
  /**
   * What fits, by start. Where it has to be inside of another span: only what is, or may be, inside; all that fits
   * when nothing is, since then it is there, but in the wrong place.
   */
  readonly found: readonly FoundSpan[];
  /** It was seen, but surely not inside of where it belongs. */
  readonly misplaced: boolean;
}

/** In the order of the expectations, which is taken for that of the pipeline. */
export function findExpected(
  expectations: readonly SpanExpectation[],
  seen: readonly FoundSpan[],
): readonly ExpectedSpan[] {
  const targets = seen.filter(({ ours }) => !ours);
  const fitting = expectations.map(({ pattern }) => {
    const fits = compilePattern(pattern);
    return targets.filter(({ span }) => fits(span)).sort((a, b) => compareSpans(a.span, b.span));
  });
  return expectations.map((expectation, index) => {
    const found = fitting[index] ?? [];
    const outer = expectations.findIndex(({ label }) => label === expectation.inside);
    const places = outer === -1 || outer === index ? [] : (fitting[outer] ?? []);
    if (places.length === 0) return { expectation, found, misplaced: false };
    const below = spansBelow(places, seen);
    const traces = new Set(places.map(({ span }) => span.traceId));
    const placed = found.filter((each) => below.has(each) || each.orphaned || !traces.has(each.span.traceId));
    return placed.length === 0
      ? { expectation, found, misplaced: found.length > 0 }
      : { expectation, found: placed, misplaced: false };
  });
}

/** The label, and what was looked for where the label does not say it: `database (op db*)`. */
export function expectedName({ label, pattern }: SpanExpectation): string {
  const words = describePattern(pattern);
  return words.toLowerCase() === label.toLowerCase() ? label : `${label} (${words})`;
}

/** Null where nothing is to be said. */
export function findingSeverity(severity: Severity): Finding['severity'] | null {
  if (severity === 'off') return null;
  return severity === 'error' ? 'error' : 'warning';
}
