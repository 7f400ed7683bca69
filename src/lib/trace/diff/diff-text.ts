/** Differences between traces in words. */
import { countOf, durationText, numberText, timeText } from '../../terminal/quantities.ts';
import { shownText, spanName } from '../spans/span-text.ts';
import type { Difference, Range, Share, TraceDiff } from './difference.ts';
import type { Place } from './trace-nodes.ts';

/** Of one difference; more would not be read. */
const MAX_VALUES = 3;
/** In one line. */
const MAX_RELEASES = 2;

/** `data-enrichment > fetch-gex-data`: the span and the one above it, unless that is the first of its trace. */
export function placeText(place: Place): string {
  const { parent } = place;
  const own = spanName(place);
  return parent === null || parent.parent === null ? own : `${spanName(parent)} > ${own}`;
}

/** `data-enrichment > fetch-gex-data fails (0 of 3 → 1 of 1)` */
export function differenceText(difference: Difference): string {
  switch (difference.kind) {
    case 'failing':
      return `${placeText(difference.place)} fails (${sharesText(difference)})`;
    case 'recovered':
      return `${placeText(difference.place)} no longer fails (${sharesText(difference)})`;
    case 'missing':
      return `${placeText(difference.place)} is missing (${sharesText(difference)})${insideText(difference.inside)}`;
    case 'new':
      return `${placeText(difference.place)} is new (${sharesText(difference)})${insideText(difference.inside)}`;
    case 'moved':
      return `${spanName(difference.place)} moved from ${parentText(difference.place)} to ${parentText(difference.to)}`;
    case 'count':
      return `${placeText(difference.place)} runs ${timesText(difference.head)} instead of ${timesText(difference.base)}`;
    case 'slower':
    case 'faster':
      return `${placeText(difference.place)} takes ${insteadText(difference)}`;
    case 'service-slower':
    case 'service-faster':
      return `${difference.service} as a whole takes ${insteadText(difference)}`;
    case 'attribute':
      return attributeText(difference);
  }
}

/**
 * One line for a report: `fetch-gex-data now fails; release of signals 1.4.2 → 1.4.3 (deployed 2026-11-29 14:02:11 UTC)`; null if
 * nothing differs.
 * @param deployedAt release → when it was deployed: ISO 8601, UTC
 */
export function changedText(
  { differences }: TraceDiff,
  deployedAt: ReadonlyMap<string, string> = new Map(),
): string | null {
  const main = differences.find(({ kind }) => kind !== 'attribute');
  const releases = releaseChanges({ differences });
  const parts = [
    ...(main === undefined ? [] : [shortText(main)]),
    ...releases.slice(0, MAX_RELEASES).map((change) => {
      const at = change.head.flatMap((release) => deployedAt.get(release) ?? [])[0];
      return `${attributeText(change)}${at === undefined ? '' : ` (deployed ${timeText(at)})`}`;
    }),
    ...(releases.length > MAX_RELEASES ? [`${releases.length - MAX_RELEASES} more releases`] : []),
  ];
  const [other] = differences;
  if (parts.length > 0) return parts.join('; ');
  return other === undefined ? null : differenceText(other);
}

type AttributeChange = Extract<Difference, { readonly kind: 'attribute' }>;

/** Services that run as another release. */
export function releaseChanges({ differences }: Pick<TraceDiff, 'differences'>): readonly AttributeChange[] {
  return differences.flatMap((each) =>
    each.kind === 'attribute' && each.attribute === 'release' ? [each] : [],
  );
}

function shortText(difference: Difference): string {
  switch (difference.kind) {
    case 'failing':
      return `${spanName(difference.place)} now fails`;
    case 'missing':
      return `${spanName(difference.place)} is now missing`;
    case 'new':
      return `${spanName(difference.place)} is new`;
    case 'recovered':
      return `${spanName(difference.place)} no longer fails`;
    default:
      return differenceText(difference);
  }
}

/** A service name that the value repeats is omitted: `release of signals 1.4.2 → 1.4.3` for `signals@1.4.2`. */
function attributeText({ service, place, attribute, base, head }: AttributeChange): string {
  const of = place === null ? service : placeText(place);
  const prefix = `${service}@`;
  const short = [...base, ...head].every((value) => value.startsWith(prefix));
  const texts = (values: readonly string[]) =>
    `${values
      .slice(0, MAX_VALUES)
      .map((value) => shownText(short ? value.slice(prefix.length) : value))
      .join(', ')}${values.length > MAX_VALUES ? ', …' : ''}`;
  return `${attribute} of ${of} ${texts(base)} → ${texts(head)}`;
}

function parentText({ parent }: Place): string {
  return parent === null ? 'the top of the trace' : spanName(parent);
}

function insideText(inside: number): string {
  return inside === 0 ? '' : `, with ${countOf(inside, 'span')} inside`;
}

function sharesText({ base, head }: { readonly base: Share; readonly head: Share }): string {
  const text = ({ count, of }: Share) => `${numberText(count)} of ${numberText(of)}`;
  return `${text(base)} → ${text(head)}`;
}

function insteadText({ baseMs, headMs }: { readonly baseMs: number; readonly headMs: number }): string {
  return `${durationText(headMs)} instead of ${durationText(baseMs)}`;
}

function timesText({ min, max }: Range): string {
  if (min !== max) return `${numberText(min)} to ${numberText(max)} times`;
  return min === 1 ? 'once' : `${numberText(min)} times`;
}
