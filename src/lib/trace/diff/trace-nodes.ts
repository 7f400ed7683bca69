/** Traces as comparable nodes: one per place, with what all spans of that place did together. */
import type { PlainScalar } from '../../model/json.ts';
import type { SavedSpan } from '../../model/result.ts';
import { type TargetSpan, targetSpans } from '../spans/span-path.ts';

export interface DiffTrace {
  /** As saved: parents before their children. */
  readonly spans: readonly (SavedSpan & { readonly attributes?: Readonly<Record<string, PlainScalar>> })[];
  /** False if spans may have been lost or cut: absence from such a trace proves nothing. */
  readonly isComplete: boolean;
}

/** Where a span is, the same in every trace of a scenario. */
export interface Place {
  readonly service: string;
  readonly op: string | null;
  readonly name: string;
  /** Service, kind of operation, and name without ids, as in `pathStep`. */
  readonly step: string;
  /** Null for the first span of the target in its trace. */
  readonly parent: Place | null;
  /** Part of background work, whose service may leave out traces by sampling. */
  readonly followed: boolean;
  /** Equal for places whose names differ only in digits. */
  readonly looseKey: number;
}

/** What the spans of one place did in one trace. */
export interface Measure {
  readonly count: number;
  readonly failed: number;
  /** Without the time of their children, in milliseconds. */
  readonly selfMs: number;
  /** Earliest start, in milliseconds from the start of the trace. */
  readonly startMs: number;
  /** Attribute → its values. */
  readonly attributes: ReadonlyMap<string, ReadonlySet<string>>;
}

export type TraceNodes = ReadonlyMap<Place, Measure>;

/** Reads traces into nodes; traces read by one reader share their places. Linear in the number of spans. */
export function createNodeReader(): (trace: DiffTrace) => TraceNodes {
  const placeOf = createPlaces();
  return ({ spans }) => {
    const targets = [...targetSpans(spans)];
    const children = childrenOf(targets);
    const places = new Map<TargetSpan, Place>();
    const nodes = new Map<Place, Measure>();
    for (const target of targets) {
      const { parent } = target;
      const place = placeOf(target, (parent === null ? null : places.get(parent)) ?? null);
      places.set(target, place);
      const measure = measureOf(target.span, children.get(target) ?? []);
      const known = nodes.get(place);
      nodes.set(place, known === undefined ? measure : mergeMeasures(known, measure));
    }
    return nodes;
  };
}

export function mergeMeasures(a: Measure, b: Measure): Measure {
  const attributes = new Map(a.attributes);
  for (const [name, values] of b.attributes)
    attributes.set(name, new Set([...(attributes.get(name) ?? []), ...values]));
  return {
    count: a.count + b.count,
    failed: a.failed + b.failed,
    selfMs: a.selfMs + b.selfMs,
    startMs: Math.min(a.startMs, b.startMs),
    attributes,
  };
}

function measureOf(span: DiffTrace['spans'][number], children: readonly SavedSpan[]): Measure {
  const attributes = Object.entries(span.attributes ?? {});
  return {
    count: 1,
    failed: span.status === 'error' ? 1 : 0,
    selfMs: Math.max(0, span.durationMs - coveredMs(span, children)),
    startMs: span.startMs,
    attributes: new Map(attributes.map(([name, value]) => [name, new Set([String(value)])])),
  };
}

/** Places by number and step instead of their whole path, whose length would be quadratic for a chain of spans. */
function createPlaces(): (target: TargetSpan, parent: Place | null) => Place {
  const places = new Map<Place | null, Map<string, Place>>();
  const looseKeys = new Map<string, number>();
  return ({ span, step }, parent) => {
    const siblings = places.get(parent) ?? new Map<string, Place>();
    places.set(parent, siblings);
    const key = `${span.followed} ${step}`;
    const known = siblings.get(key);
    if (known !== undefined) return known;
    const loose = `${parent?.looseKey} ${key.replace(/\d+/g, '#')}`;
    const looseKey = looseKeys.get(loose) ?? looseKeys.size;
    looseKeys.set(loose, looseKey);
    const { service, op, name, followed } = span;
    const place: Place = { service, op, name, step, parent, followed, looseKey };
    siblings.set(key, place);
    return place;
  };
}

function childrenOf(targets: readonly TargetSpan[]): ReadonlyMap<TargetSpan, readonly SavedSpan[]> {
  const children = new Map<TargetSpan, SavedSpan[]>();
  for (const { span, parent } of targets) {
    if (parent === null) continue;
    const siblings = children.get(parent);
    if (siblings === undefined) children.set(parent, [span]);
    else siblings.push(span);
  }
  return children;
}

/** Children of another service count by their durations alone, because the clocks of two services differ. */
function coveredMs(parent: SavedSpan, children: readonly SavedSpan[]): number {
  const services = new Set(children.map(({ service }) => service));
  return [...services].reduce((sum, service) => {
    const group = children.filter((child) => child.service === service);
    return sum + unionMs(group, service === parent.service ? parent : null);
  }, 0);
}

/** Time in which at least one of the spans runs, in milliseconds; only that within `bounds`, if given. */
function unionMs(spans: readonly SavedSpan[], bounds: SavedSpan | null): number {
  const first = bounds?.startMs ?? Number.NEGATIVE_INFINITY;
  const last = bounds === null ? Number.POSITIVE_INFINITY : bounds.startMs + bounds.durationMs;
  let [total, end] = [0, first];
  for (const { startMs, durationMs } of spans.toSorted((a, b) => a.startMs - b.startMs)) {
    const until = Math.min(startMs + durationMs, last);
    total += Math.max(0, until - Math.max(startMs, end));
    end = Math.max(end, until);
  }
  return total;
}
