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

/** Value → the number of traces with it. */
type Counts = Map<string, number>;

interface Values {
  readonly service: string;
  readonly place: Place | null;
  readonly attribute: string;
  readonly base: Counts;
  readonly head: Counts;
}

export function compareAttributes(sides: Sides): readonly Difference[] {
  return valuesOf(sides)
    .filter(({ attribute, base, head }) => {
      if (base.size === 0 || head.size === 0 || [...base.keys()].some((value) => head.has(value)))
        return false;
      return OF_FEW_VALUES.includes(attribute) || (isConstant(base) && isConstant(head));
    })
    .map(({ base, head, ...where }) => ({
      kind: 'attribute' as const,
      ...where,
      base: [...base.keys()],
      head: [...head.keys()],
    }))
    .sort((a, b) => order(a.attribute) - order(b.attribute));
}

function isConstant(values: Counts): boolean {
  const [traces = 0, ...others] = values.values();
  return others.length === 0 && traces >= MIN_TRACES;
}

function order(attribute: string): number {
  const at = OF_FEW_VALUES.indexOf(attribute);
  return at === -1 ? OF_FEW_VALUES.length : at;
}

function valuesOf({ base, head }: Sides): readonly Values[] {
  const ofPlaces = new Map<Place, Map<string, Values>>();
  const ofServices = new Map<string, Map<string, Values>>();
  const valuesAt = (place: Place, attribute: string): Values => {
    const isOfService = OF_SERVICES.includes(attribute);
    const { service } = place;
    const known = (isOfService ? ofServices.get(service) : ofPlaces.get(place)) ?? new Map<string, Values>();
    if (isOfService) ofServices.set(service, known);
    else ofPlaces.set(place, known);
    const created = {
      service,
      place: isOfService ? null : place,
      attribute,
      base: new Map(),
      head: new Map(),
    };
    const values = known.get(attribute) ?? created;
    known.set(attribute, values);
    return values;
  };
  const collect = (side: Side, name: 'base' | 'head') => {
    for (const place of side.places) {
      for (const { attributes } of side.at(place)) {
        for (const [attribute, found] of attributes) {
          const counts = valuesAt(place, attribute)[name];
          for (const value of found) counts.set(value, (counts.get(value) ?? 0) + 1);
        }
      }
    }
  };
  collect(base, 'base');
  collect(head, 'head');
  return [...ofServices.values(), ...ofPlaces.values()].flatMap((known) => [...known.values()]);
}
