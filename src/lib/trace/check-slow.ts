/** Slow spans: over their budget, or far over what is usual for them. */
import type { Finding } from '../model/finding.ts';
import type { ExpectedSpan } from './expected-spans.ts';
import type { SeenSpan } from './seen-spans.ts';
import { allowedMs, labelledName, measuredMs, spanName } from './span-words.ts';
import { usualLimitMs } from './usual-limit.ts';

interface Limit {
  readonly ms: number;
  /** Where the limit comes from history: what is usual. */
  readonly usualMs: number | null;
}

interface SlowSpan {
  readonly seen: SeenSpan;
  /** What its limit hangs on: the expectation's label, or the span's name. */
  readonly label: string;
  readonly limit: Limit;
}

/**
 * One finding for each label, about its slowest span. A span that is slow only by what slow spans inside of it took
 * too long is named with them.
 */
export function slowFindings(options: {
  readonly seen: readonly SeenSpan[];
  readonly expected: readonly ExpectedSpan[];
  readonly usualDurations: ReadonlyMap<string, number>;
  readonly severity: Finding['severity'];
}): readonly Finding[] {
  const slow = slowSpans(options);
  const explanations = explainedBy(slow, options.seen);
  const byLabel = new Map<string, { worst: SlowSpan; count: number; victims: Set<string> }>();
  for (const each of slow.values()) {
    if (explanations.has(each)) continue;
    const entry = byLabel.get(each.label);
    if (entry === undefined) byLabel.set(each.label, { worst: each, count: 1, victims: new Set() });
    else {
      entry.count++;
      if (excess(each) > excess(entry.worst)) entry.worst = each;
    }
  }
  for (const [victim, cause] of explanations) byLabel.get(cause.label)?.victims.add(victim.label);
  return [...byLabel.values()].map(({ worst, count, victims }) => ({
    severity: options.severity,
    code: 'trace-slow',
    message: slowMessage(worst, { others: count - 1, victims: [...victims] }),
    hint: null,
  }));
}

function slowMessage(
  { seen: { span }, label, limit }: SlowSpan,
  { others, victims }: { readonly others: number; readonly victims: readonly string[] },
): string {
  const usual = limit.usualMs === null ? '' : ` (usual are ${allowedMs(Math.round(limit.usualMs))})`;
  const more = others === 0 ? '' : `; ${others} more of it too slow`;
  const also = victims.length === 0 ? '' : `; it makes ${victims.join(' and ')} slow as well`;
  const took = `${labelledName(label, span)} took ${measuredMs(span.durationMs)}`;
  return `${took}, allowed are ${allowedMs(limit.ms)}${usual}${more}${also}`;
}

/** In the order of `seen`, so parents first. */
function slowSpans({
  seen,
  expected,
  usualDurations,
}: Parameters<typeof slowFindings>[0]): ReadonlyMap<SeenSpan, SlowSpan> {
  const limits = new Map<SeenSpan, { label: string; limit: Limit }>();
  const limitTo = (each: SeenSpan, label: string, limit: Limit | null) => {
    if (limit !== null && limit.ms < (limits.get(each)?.limit.ms ?? Number.POSITIVE_INFINITY)) {
      limits.set(each, { label, limit });
    }
  };
  for (const { expectation, found } of expected) {
    const { label, maxDurationMs } = expectation;
    const budget = maxDurationMs === null ? null : { ms: maxDurationMs, usualMs: null };
    const usual = usualLimit(usualDurations.get(label));
    for (const each of found) {
      limitTo(each, label, budget);
      limitTo(each, label, usual);
    }
  }
  const slow = new Map<SeenSpan, SlowSpan>();
  for (const each of seen) {
    if (each.ours) continue;
    limitTo(each, spanName(each.span), usualLimit(usualDurations.get(each.span.name)));
    const found = limits.get(each);
    if (found !== undefined && each.span.durationMs > found.limit.ms)
      slow.set(each, { seen: each, ...found });
  }
  return slow;
}

function usualLimit(usualMs: number | undefined): Limit | null {
  if (usualMs === undefined || !Number.isFinite(usualMs)) return null;
  return { ms: usualLimitMs(usualMs), usualMs };
}

function excess({ seen, limit }: SlowSpan): number {
  return seen.span.durationMs - limit.ms;
}

/** Slow span → the worst of the slow spans inside of it, where without their excess it would have kept its limit. */
function explainedBy(
  slow: ReadonlyMap<SeenSpan, SlowSpan>,
  seen: readonly SeenSpan[],
): ReadonlyMap<SlowSpan, SlowSpan> {
  const explained = new Map<SlowSpan, SlowSpan>();
  const inside = new Map<SeenSpan, { excess: number; worst: SlowSpan }>();
  // Backwards, so that children come before their parents.
  for (let at = seen.length - 1; at >= 0; at--) {
    const each = seen[at];
    if (each === undefined) continue;
    const own = slow.get(each);
    const below = inside.get(each);
    if (own !== undefined && below !== undefined && excess(own) <= below.excess)
      explained.set(own, below.worst);
    const up = own === undefined || explained.has(own) ? below : { excess: excess(own), worst: own };
    if (up === undefined || each.parent === null) continue;
    const known = inside.get(each.parent);
    inside.set(each.parent, {
      excess: (known?.excess ?? 0) + up.excess,
      worst: known !== undefined && excess(known.worst) >= excess(up.worst) ? known.worst : up.worst,
    });
  }
  return explained;
}
