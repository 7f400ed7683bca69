/** Slow spans: over their budget, or far over what is usual for them. */
import type { Finding } from '../../model/finding.ts';
import { tookWords } from '../../terminal/quantities.ts';
import type { FoundSpan } from '../spans/found-spans.ts';
import { labeledName, spanName } from '../spans/span-text.ts';
import type { ExpectedSpan } from './expected-spans.ts';
import { isSlowerThanUsual, MAX_USUAL_SPANS, type UsualDurations, usualMsOf } from './usual-limit.ts';

/** What it exceeds; null for what it does not, or for what is not known. */
interface Exceeded {
  readonly limitMs: number | null;
  readonly usualMs: number | null;
}

interface SlowSpan {
  readonly seen: FoundSpan;
  /** What its limit hangs on: the expectation's label, or the span's name. */
  readonly label: string;
  readonly exceeded: Exceeded;
}

/**
 * One finding for each label, about its slowest span. A span of whose excess slow spans inside of it account for most is
 * named with them.
 */
export function slowFindings(options: {
  readonly seen: readonly FoundSpan[];
  readonly expected: readonly ExpectedSpan[];
  readonly usualDurations: UsualDurations;
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
  { seen: { span }, label, exceeded }: SlowSpan,
  { others, victims }: { readonly others: number; readonly victims: readonly string[] },
): string {
  const more = others === 0 ? '' : `; ${others} more of it too slow`;
  const also = victims.length === 0 ? '' : `; it makes ${victims.join(' and ')} slow as well`;
  return `${labeledName(label, span)} ${tookWords(span.durationMs, exceeded)}${more}${also}`;
}

/** In the order of `seen`, so parents first. */
function slowSpans({
  seen,
  expected,
  usualDurations,
}: Parameters<typeof slowFindings>[0]): ReadonlyMap<FoundSpan, SlowSpan> {
  const labels = new Map<FoundSpan, { label: string; limitMs: number | null }>();
  for (const { expectation, found } of expected) {
    const { label, maxDurationMs } = expectation;
    for (const each of found) {
      const known = labels.get(each)?.limitMs ?? Number.POSITIVE_INFINITY;
      if (!labels.has(each) || (maxDurationMs ?? Number.POSITIVE_INFINITY) < known)
        labels.set(each, { label, limitMs: maxDurationMs });
    }
  }
  const slow = new Map<FoundSpan, SlowSpan>();
  for (const each of seen) {
    if (each.ours) continue;
    const { label, limitMs } = labels.get(each) ?? { label: spanName(each.span), limitMs: null };
    const { durationMs } = each.span;
    const usualMs = usualMsOf(each, usualDurations);
    const exceeded = {
      limitMs: limitMs !== null && durationMs > limitMs ? limitMs : null,
      usualMs: usualMs !== null && isSlowerThanUsual(durationMs, usualMs) ? usualMs : null,
    };
    if (exceeded.limitMs !== null || exceeded.usualMs !== null)
      slow.set(each, { seen: each, label, exceeded });
  }
  return slow;
}

function excess({ seen, exceeded: { limitMs, usualMs } }: SlowSpan): number {
  const { durationMs } = seen.span;
  return durationMs - Math.min(limitMs ?? durationMs, usualMs ?? durationMs);
}

/** Slow span → the worst of the slow spans inside of it, where they account for most of its excess. */
function explainedBy(
  slow: ReadonlyMap<FoundSpan, SlowSpan>,
  seen: readonly FoundSpan[],
): ReadonlyMap<SlowSpan, SlowSpan> {
  const explained = new Map<SlowSpan, SlowSpan>();
  const inside = new Map<FoundSpan, { excess: number; worst: SlowSpan }>();
  // Backwards, so that children come before their parents.
  for (let at = seen.length - 1; at >= 0; at--) {
    const each = seen[at];
    if (each === undefined) continue;
    const own = slow.get(each);
    const below = inside.get(each);
    if (own !== undefined && below !== undefined && below.excess >= excess(own) * MAX_USUAL_SPANS)
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
