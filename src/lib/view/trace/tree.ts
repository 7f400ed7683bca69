/** Draws a trace as a tree of spans with durations and bars, with findings below it. */
import type { Finding } from '../../model/finding.ts';
import type { OtherItem, TraceIssue } from '../../model/trace.ts';
import type { MissingPlace } from '../../model/trace-expectation.ts';
import type { Screen } from '../../terminal/capabilities.ts';
import { layOut } from '../../terminal/layout.ts';
import { durationText } from '../../terminal/quantities.ts';
import { type DrawnForest, type DrawnNode, drawnForest, traceText } from './drawn-forest.ts';
import { findingsLines } from './findings.ts';
import { axisLines, headerLines } from './header.ts';
import { rowLines } from './lines.ts';
import { type TracePage, tracePage } from './page.ts';
import { type RowsOptions, traceRows } from './rows.ts';
import { clockSkewMs, extentOf, type Stretch } from './time-axis.ts';

export interface FollowedForest {
  /** What was searched for. */
  readonly label: string;
  readonly forest: readonly DrawnNode[];
}

export interface TraceDrawing {
  readonly traceId: string;
  readonly url: string | null;
  readonly forest: readonly DrawnNode[];
  /** Background work in separate traces. */
  readonly followed: readonly FollowedForest[];
  readonly missing: readonly MissingPlace[];
  /** Issues of the trace without a span in it. */
  readonly issues?: readonly TraceIssue[];
  /** Items of the trace that are neither spans nor issues. */
  readonly others?: readonly OtherItem[];
  readonly findings: readonly Finding[];
  readonly screen: Screen;
  /** Spans sent by prod-e2e: nothing in the trace can have begun before them. */
  readonly ourSpanIds: ReadonlySet<string>;
}

/** The trace's minimum share of an axis shared with later work; below it, each gets its own axis. */
const MIN_SHARE_OF_AXIS = 0.25;
const UNINDENTED = { indent: 0, hang: 2 } as const;

interface Part {
  /** Null for the trace itself. */
  readonly label: string | null;
  readonly forest: DrawnForest;
}

/** The lines of the drawing, each with its newline. Only URLs may be wider than the screen, because they are never wrapped. */
export function* drawTrace(input: TraceDrawing): Iterable<string> {
  for (const line of drawingLines(input)) yield `${line.trimEnd()}\n`;
}

function* drawingLines(input: TraceDrawing): Iterable<string> {
  const { screen, ourSpanIds } = input;
  const missing = missingByParent(input.missing);
  const partOf = (label: string | null, forest: readonly DrawnNode[]): Part => ({
    label,
    forest: drawnForest(forest, {
      unicode: screen.unicode,
      followed: label !== null,
      missingBelow: new Set(missing.keys()),
    }),
  });
  const main = partOf(null, input.forest);
  const followed = input.followed.map(({ label, forest }) => partOf(label, forest));
  const entries = [main, ...followed].flatMap(({ forest }) => forest.all);
  const page = tracePage(screen, entries, levelsBelow(input.missing));
  const extent = extentOf(main.forest.all, ourSpanIds);
  const axis = sharedAxis(extent, extentOf(entries, ourSpanIds));
  const skewMs = extent === null ? null : clockSkewMs(main.forest.all, extent.startMs);

  yield* headerLines({ ...input, page, entries, followed: followed.length, extent, skewMs });
  yield '';
  const known = new Set(entries.map(({ span }) => span.spanId));
  const missingRoots = input.missing.filter(
    ({ parentSpanId }) => parentSpanId === null || !known.has(parentSpanId),
  );
  let hidden = 0;
  for (const part of [main, ...followed]) {
    const own = part === main ? extent : extentOf(part.forest.all, new Set());
    if (part.label !== null) yield* followedLines({ part, page, own, since: extent });
    const shown = axis ?? own;
    if (part === main || axis === null) yield* axisLines(page, shown);
    const rows = {
      ...page,
      missing,
      missingRoots: missingRoots.filter((place) => partFor(place, [main, ...followed]) === part),
    };
    hidden += yield* partLines({ part, page, extent: shown, rows });
  }
  yield* findingsLines({ ...input, page, hidden });
}

/** @returns how many spans were counted but not drawn */
function* partLines(options: {
  readonly part: Part;
  readonly page: TracePage;
  readonly extent: Stretch | null;
  readonly rows: RowsOptions;
}): Generator<string, number> {
  const { part, page, extent } = options;
  const { startMs, endMs } = extent ?? { startMs: 0, endMs: 0 };
  const axis = { originMs: startMs, lengthMs: endMs - startMs, columns: page.barColumns };
  let hidden = 0;
  for (const row of traceRows(part.forest, options.rows)) {
    yield* rowLines(row, { page, axis });
    if (row.kind === 'repeats') hidden += row.repeats.entries.reduce((sum, { size }) => sum + size, 0);
  }
  const none = part.label === null ? '(no spans)' : '(nothing found)';
  if (part.forest.all.length === 0) yield* layOut([{ text: none, style: 'dim' }], UNINDENTED, page.screen);
  return hidden;
}

function* followedLines(options: {
  readonly part: Part;
  readonly page: TracePage;
  readonly own: Stretch | null;
  readonly since: Stretch | null;
}): Iterable<string> {
  const { part, page, own, since } = options;
  const laterMs = own === null || since === null ? 0 : own.startMs - since.startMs;
  const later = laterMs > 0 ? `, began ${durationText(laterMs)} later` : '';
  yield '';
  yield* layOut(
    [{ text: `Followed: ${traceText(part.label ?? '', page.screen)}${later}` }],
    UNINDENTED,
    page.screen,
  );
}

function missingByParent(missing: readonly MissingPlace[]): ReadonlyMap<string, readonly MissingPlace[]> {
  const byParent = new Map<string, MissingPlace[]>();
  for (const place of missing) {
    if (place.parentSpanId === null) continue;
    const places = byParent.get(place.parentSpanId) ?? [];
    places.push(place);
    byParent.set(place.parentSpanId, places);
  }
  return byParent;
}

/** Maximum nesting of missing spans. */
function levelsBelow(missing: readonly MissingPlace[]): number {
  return missing.reduce((most, { below = [] }) => {
    if (below.length === 0) return most;
    return Math.max(most, 1 + levelsBelow(below.filter((each) => 'label' in each)));
  }, 0);
}

/** For a missing root: the part that has a neighboring root, else the trace itself. */
function partFor({ afterSpanId, beforeSpanId }: MissingPlace, parts: readonly Part[]): Part | undefined {
  const isBeside = ({ span }: { readonly span: { readonly spanId: string } }) =>
    span.spanId === afterSpanId || span.spanId === beforeSpanId;
  return parts.find(({ forest }) => forest.roots.some(isBeside)) ?? parts[0];
}

/** A shared axis for all parts; null if later work would leave the trace too few columns. */
function sharedAxis(trace: Stretch | null, everything: Stretch | null): Stretch | null {
  if (trace === null || everything === null) return null;
  const share = (trace.endMs - trace.startMs) / (everything.endMs - everything.startMs || 1);
  return share >= MIN_SHARE_OF_AXIS || trace.endMs === everything.endMs ? everything : null;
}
