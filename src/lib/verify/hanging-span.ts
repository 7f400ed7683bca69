/** What a webhook without a response in time was waiting for, as its trace shows. */

import { durationText } from '../terminal/quantities.ts';
import { type FoundSpan, foundSpans, type SpanSources } from '../trace/spans/found-spans.ts';
import { spanName } from '../trace/spans/span-text.ts';

/** A span that took this part of the time that was waited accounts for it. */
const SHARE = 0.8;

/** `fetch-gex-data took 10.1 s: look there first`; null where no span of the target accounts for the wait. */
export function hangingHint(sources: SpanSources, waitedMs: number): string | null {
  const long = foundSpans(sources).filter(({ ours, span }) => !ours && span.durationMs >= waitedMs * SHARE);
  const above = new Set<FoundSpan | null>(long.map(({ parent }) => parent));
  const deepest = long.findLast((each) => !above.has(each));
  if (deepest === undefined) return null;
  return `${spanName(deepest.span)} took ${durationText(deepest.span.durationMs)}: look there first`;
}
