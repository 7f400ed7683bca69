/** Which attributes of services and spans have other values on one side. */
import type { Difference } from './difference.ts';
import type { Side, Sides } from './side.ts';
import type { Place } from './trace-nodes.ts';

/** Belong to a service, on any span. */
const OF_SERVICES: readonly string[] = ['release', 'environment'];
/** Few values in all, so that one trace is enough. */
const OF_FEW_VALUES: readonly string[] = [
  ...OF_SERVICES,
  'http.response.status_code',
  'http.status_code',
  'db.system',
  'db.system.name',
];
/** Another value may be an id, or another host behind a load balancer, unless it is the same in this many traces of a side. */
const MIN_TRACES = 2;

interface Values {
  readonly service: string;
  readonly place: Place | null;
  readonly attribute: string;
  readonly base: ReadonlySet<string>;
  readonly head: ReadonlySet<string>;
}

export function compareAttributes(sides: Sides): readonly Difference[] {
  const { base, head } = sides;
  const few = Math.min(base.count, head.count) < MIN_TRACES;
  const all = [...valuesOf(sides).values()];
  return all
    .filter(({ attribute, base: before, head: after }) => {
      if (before.size === 0 || after.size === 0 || [...before].some((value) => after.has(value)))
        return false;
      return OF_FEW_VALUES.includes(attribute) || (!few && before.size === 1 && after.size === 1);
    })
    .map(({ base: before, head: after, ...where }) => ({
      kind: 'attribute' as const,
      ...where,
      base: [...before],
      head: [...after],
    }))
    .sort((a, b) => order(a.attribute) - order(b.attribute));
}

function order(attribute: string): number {
  const at = OF_FEW_VALUES.indexOf(attribute);
  return at === -1 ? OF_FEW_VALUES.length : at;
}

/** The values of each attribute on both sides. */
function valuesOf({ base, head }: Sides): ReadonlyMap<string, Values> {
  const found = new Map<string, Values & { readonly base: Set<string>; readonly head: Set<string> }>();
  const collect = (side: Side, name: 'base' | 'head') => {
    for (const place of side.places) {
      const measures = side.at(place);
      const attributes = new Set(measures.flatMap((each) => [...each.attributes.keys()]));
      for (const attribute of attributes) {
        const isOfService = OF_SERVICES.includes(attribute);
        const key = JSON.stringify([attribute, isOfService ? place.service : numberOf(place)]);
        const { service } = place;
        const values = found.get(key) ?? {
          service,
          place: isOfService ? null : place,
          attribute,
          base: new Set(),
          head: new Set(),
        };
        found.set(key, values);
        for (const each of measures)
          for (const value of each.attributes.get(attribute) ?? []) values[name].add(value);
      }
    }
  };
  const numbers = new Map<Place, number>();
  const numberOf = (place: Place) => {
    const number = numbers.get(place) ?? numbers.size;
    numbers.set(place, number);
    return number;
  };
  collect(base, 'base');
  collect(head, 'head');
  return found;
}
