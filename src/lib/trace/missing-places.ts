/** Where in a trace the expected spans are missing. */
import type { SpanExpectation } from '../model/trace-expectation.ts';
import { type ExpectedSpan, findExpected } from './expected-spans.ts';
import { type SeenSpan, type SpanSources, seenSpans } from './seen-spans.ts';

export interface MissingPlace {
  readonly label: string;
  /** The span it was expected below; null where nobody knows. */
  readonly parentSpanId: string | null;
}

/**
 * Each missing span once, in the order of the expectations. What belongs inside of a span that is missing itself is
 * left out: that one stands for it.
 */
export function missingPlaces(
  options: SpanSources & { readonly spans: readonly SpanExpectation[] },
): readonly MissingPlace[] {
  const expected = findExpected(options.spans, seenSpans(options));
  const byLabel = new Map(expected.map((each) => [each.expectation.label, each]));
  const isMissing = ({ expectation, found }: ExpectedSpan) => found.length === 0 && expectation.minCount > 0;
  const besides = commonParent(expected);
  return [...byLabel.values()].filter(isMissing).flatMap(({ expectation: { label, inside } }) => {
    const outer = inside === null ? undefined : byLabel.get(inside);
    if (outer !== undefined && isMissing(outer)) return [];
    const parent = outer === undefined ? besides : (outer.found[0] ?? null);
    return [{ label, parentSpanId: parent?.span.spanId ?? null }];
  });
}

/** What all spans hang below that were expected anywhere: most likely the others, too. */
function commonParent(expected: readonly ExpectedSpan[]): SeenSpan | null {
  const parents = expected
    .filter(({ expectation }) => expectation.inside === null)
    .flatMap(({ found }) => found.map(({ parent }) => parent));
  const [first = null] = parents;
  return parents.every((parent) => parent === first) ? first : null;
}
