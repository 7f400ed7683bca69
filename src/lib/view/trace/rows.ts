/** Decides what each line of a drawn trace shows: spans, gaps, missing spans, collapsed repeats. */
import type { MissingPlace } from '../../model/trace-expectation.ts';
import type { DrawnForest, Entry } from './drawn-forest.ts';
import { type Gaps, gapsOf } from './span-gaps.ts';

export interface Branches {
  readonly fork: string;
  readonly end: string;
  readonly trunk: string;
  readonly none: string;
}

/** Siblings with the same name that are counted instead of drawn. */
export interface Repeats {
  readonly entries: readonly Entry[];
  readonly name: string;
}

type Item =
  | { readonly kind: 'span'; readonly entry: Entry }
  | { readonly kind: 'gap'; readonly gaps: Gaps }
  | { readonly kind: 'missing'; readonly place: MissingPlace }
  | { readonly kind: 'repeats'; readonly repeats: Repeats };

export type Row = Item & {
  /** Branches in front of the line. */
  readonly before: string;
  /** Branches in front of the item's further lines, which align with its name. */
  readonly under: string;
};

export interface RowsOptions {
  readonly branches: Branches;
  /** Deeper spans are not indented further; they show their depth as a number. */
  readonly depthLimit: number;
  /** Missing spans by the id of their expected parent. */
  readonly missing: ReadonlyMap<string, readonly MissingPlace[]>;
  /** Missing spans among the roots, or after them if their place is unknown. */
  readonly missingRoots: readonly MissingPlace[];
}

/** Siblings drawn per name: enough to show a loop without filling the screen. */
const REPEATS_DRAWN = 20;
/** Further siblings drawn that failed or contain a failure, because they matter most. */
const FAILED_REPEATS_DRAWN = 20;

interface Frame {
  readonly items: readonly Item[];
  readonly depth: number;
  /** Branches of the levels above. */
  readonly trunk: string;
  next: number;
}

/** The rows in drawing order. Uses its own stack, so that deep traces do not overflow the call stack. */
export function* traceRows(forest: DrawnForest, options: RowsOptions): Iterable<Row> {
  const { branches, depthLimit } = options;
  const belowMissing = entriesBelowMissing(forest, options);
  const withoutMoved = (entries: readonly Entry[]) => entries.filter((entry) => !belowMissing.has(entry));
  const rootItems = collapsed(withMissing(withoutMoved(forest.roots).map(asItem), options.missingRoots));
  const itemsOf = (item: Item): readonly Item[] => {
    if (item.kind === 'span') return itemsBelow(item.entry, { options, withoutMoved });
    if (item.kind !== 'missing') return [];
    return (item.place.below ?? []).flatMap((below): readonly Item[] => {
      if ('label' in below) return [asMissing(below)];
      return [...belowMissing].filter(([, place]) => place === below).map(([entry]) => asItem(entry));
    });
  };
  const frames: Frame[] = [{ items: rootItems, depth: 0, trunk: '', next: 0 }];
  for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
    const item = frame.items[frame.next];
    if (item === undefined) {
      frames.pop();
      continue;
    }
    frame.next += 1;
    const { depth } = frame;
    const last = frame.next === frame.items.length;
    const indented = depth > 0 && depth <= depthLimit;
    const trunk = frame.trunk + (indented ? (last ? branches.none : branches.trunk) : '');
    const below = itemsOf(item);
    yield {
      ...item,
      before: frame.trunk + (indented ? (last ? branches.end : branches.fork) : numbered(depth)),
      under: trunk + (below.length > 0 && depth < depthLimit ? branches.trunk : branches.none).slice(0, -1),
    };
    if (below.length > 0) frames.push({ items: below, depth: depth + 1, trunk, next: 0 });
  }
}

/** Replaces the branches of a span that is too deep to be indented. */
export function numbered(depth: number): string {
  return depth === 0 ? '' : `[${depth}] `;
}

function itemsBelow(
  { span, children }: Entry,
  {
    options,
    withoutMoved,
  }: {
    readonly options: RowsOptions;
    readonly withoutMoved: (entries: readonly Entry[]) => readonly Entry[];
  },
): readonly Item[] {
  const spans = withoutMoved(children).map(asItem);
  const gaps = gapsOf(
    span,
    children.map((child) => child.span),
  );
  return collapsed(
    withMissing(gaps === null ? spans : withGap(spans, gaps), options.missing.get(span.spanId) ?? []),
  );
}

/** Puts each missing span where it was expected: right after or right before a neighbor, else at the end. */
function withMissing(items: readonly Item[], missing: readonly MissingPlace[]): readonly Item[] {
  if (missing.length === 0) return items;
  const ids = new Set(items.map(idOf));
  const isAfter = (place: MissingPlace) => place.afterSpanId !== undefined && ids.has(place.afterSpanId);
  const isBefore = (place: MissingPlace) =>
    !isAfter(place) && place.beforeSpanId !== undefined && ids.has(place.beforeSpanId);
  return [
    ...items.flatMap((item) => [
      ...missing.filter((place) => isBefore(place) && place.beforeSpanId === idOf(item)).map(asMissing),
      item,
      ...missing.filter((place) => isAfter(place) && place.afterSpanId === idOf(item)).map(asMissing),
    ]),
    ...missing.filter((place) => !isAfter(place) && !isBefore(place)).map(asMissing),
  ];
}

function idOf(item: Item): string | null {
  return item.kind === 'span' ? item.entry.span.spanId : null;
}

type Below = NonNullable<MissingPlace['below']>[number];

/** Spans drawn below a missing span instead of below their own parent, with the place of the missing span. */
function entriesBelowMissing(
  forest: DrawnForest,
  { missing, missingRoots }: RowsOptions,
): ReadonlyMap<Entry, Below> {
  const all = [...missingRoots, ...[...missing.values()].flat()];
  if (all.every(({ below }) => below === undefined)) return new Map();
  const byId = new Map(forest.all.map((entry) => [entry.span.spanId, entry]));
  // The others belong to the drawing of another trace.
  const places = all.filter((place) => missingRoots.includes(place) || byId.has(place.parentSpanId ?? ''));
  const moved = new Map<Entry, Below>();
  for (const { below = [] } of places) {
    for (const each of below) {
      if ('label' in each) places.push(each);
      const entry = 'label' in each ? undefined : byId.get(each.spanId);
      if (entry !== undefined && !moved.has(entry)) moved.set(entry, each);
    }
  }
  return moved;
}

/** The gap is shown where its longest stretch is. */
function withGap(spans: readonly SpanItem[], gaps: Gaps): readonly Item[] {
  const later = spans.findIndex(({ entry }) => entry.span.startMs > gaps.longest.startMs);
  const at = later < 0 ? spans.length : later;
  return [...spans.slice(0, at), { kind: 'gap', gaps }, ...spans.slice(at)];
}

type SpanItem = Extract<Item, { kind: 'span' }>;

/** Collapses many siblings with the same name: the later ones become one item, in the place of the first of them. */
function collapsed(items: readonly Item[]): readonly Item[] {
  const drawn = new Map<string, { all: number; failed: number }>();
  const hidden = new Map<string, Entry[]>();
  const shown: Item[] = [];
  for (const item of items) {
    if (item.kind !== 'span') {
      shown.push(item);
      continue;
    }
    const { entry } = item;
    const counts = drawn.get(entry.name) ?? { all: 0, failed: 0 };
    drawn.set(entry.name, counts);
    counts.all += 1;
    const failed = counts.all > REPEATS_DRAWN && entry.failures > 0;
    if (failed) counts.failed += 1;
    if (
      counts.all <= REPEATS_DRAWN ||
      entry.holdsMissing ||
      (failed && counts.failed <= FAILED_REPEATS_DRAWN)
    ) {
      shown.push(item);
      continue;
    }
    const others = hidden.get(entry.name);
    if (others !== undefined) {
      others.push(entry);
      continue;
    }
    const entries = [entry];
    hidden.set(entry.name, entries);
    shown.push({ kind: 'repeats', repeats: { entries, name: entry.name } });
  }
  return shown.map(unlessAlone);
}

/** A single span takes as much room as the line that would count it. */
function unlessAlone(item: Item): Item {
  if (item.kind !== 'repeats') return item;
  const [entry, ...others] = item.repeats.entries;
  return entry === undefined || others.length > 0 ? item : asItem(entry);
}

function asItem(entry: Entry): SpanItem {
  return { kind: 'span', entry };
}

function asMissing(place: MissingPlace): Item {
  return { kind: 'missing', place };
}
