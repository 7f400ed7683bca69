/** Which spans, and which services as a whole, take longer or shorter on one side. */
import { median } from '../spans/median.ts';
import type { Difference } from './difference.ts';
import type { Side, Sides } from './side.ts';
import type { Place } from './trace-nodes.ts';

/** A span differs if its time does by this factor and by at least this much: the rule for slow spans of a run. */
const SPAN_FACTOR = 3;
const MIN_EXCESS_MS = 100;
/** A service as a whole varies less, but one slow trace must not count. */
const SERVICE_FACTOR = 1.5;
const MIN_TRACES_FOR_SERVICES = 4;

/** @param parents places whose children only one side has: their own time includes that of the children */
export function compareDurations(sides: Sides, parents: ReadonlySet<Place>): readonly Difference[] {
  const spans: (Difference & { readonly kind: 'slower' | 'faster' })[] = [];
  const services = new Map<string, { readonly base: number[]; readonly head: number[] }>();
  for (const place of sides.base.places) {
    const times = { base: timesOf(place, sides.base), head: timesOf(place, sides.head) };
    if (times.base === null || times.head === null || parents.has(place)) continue;
    const [baseMs, headMs] = [median(times.base), median(times.head)];
    if (areApart(times.base, times.head) && differBy(baseMs, headMs, SPAN_FACTOR)) {
      spans.push({ kind: headMs > baseMs ? 'slower' : 'faster', place, baseMs, headMs });
      continue;
    }
    const sums = services.get(place.service) ?? { base: [], head: [] };
    services.set(place.service, sums);
    // The sums of two traces compare only if they have the same spans.
    if (times.base.length < sides.base.count || times.head.length < sides.head.count) continue;
    addEach(sums.base, times.base);
    addEach(sums.head, times.head);
  }
  spans.sort((a, b) => Math.abs(b.headMs - b.baseMs) - Math.abs(a.headMs - a.baseMs));
  return [...spans, ...compareServices(services, sides)];
}

function compareServices(
  services: ReadonlyMap<string, { readonly base: readonly number[]; readonly head: readonly number[] }>,
  { base, head }: Sides,
): readonly Difference[] {
  if (base.count + head.count < MIN_TRACES_FOR_SERVICES) return [];
  return [...services].flatMap(([service, sums]): readonly Difference[] => {
    const [baseMs, headMs] = [median(sums.base), median(sums.head)];
    if (!areApart(sums.base, sums.head) || !differBy(baseMs, headMs, SERVICE_FACTOR)) return [];
    return [{ kind: headMs > baseMs ? 'service-slower' : 'service-faster', service, baseMs, headMs }];
  });
}

/** Per trace; null unless most traces have the place, and none failed in it: a failed span may end early or late. */
function timesOf(place: Place, side: Side): readonly number[] | null {
  const measures = side.at(place);
  if (2 * measures.length <= side.count || measures.some(({ failed }) => failed > 0)) return null;
  return measures.map(({ selfMs, count }) => selfMs / count);
}

function areApart(a: readonly number[], b: readonly number[]): boolean {
  return Math.max(...a) < Math.min(...b) || Math.max(...b) < Math.min(...a);
}

function differBy(a: number, b: number, factor: number): boolean {
  const [less, more] = [Math.min(a, b), Math.max(a, b)];
  return more - less >= MIN_EXCESS_MS && more >= factor * less;
}

function addEach(sums: number[], values: readonly number[]): void {
  for (const [at, value] of values.entries()) sums[at] = (sums[at] ?? 0) + value;
}
