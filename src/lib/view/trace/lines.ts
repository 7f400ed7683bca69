/** The lines for one row of a drawn trace. */

import type { TraceIssue } from '../../model/trace.ts';
import { cell } from '../../terminal/layout.ts';
import { countOf, durationText, numberText } from '../../terminal/quantities.ts';
import type { Style } from '../../terminal/signs.ts';
import { textWidth } from '../../terminal/width.ts';
import { type Entry, isFailure, traceText } from './drawn-forest.ts';
import {
  asides,
  cutEnd,
  cutMiddle,
  durationCell,
  GAP,
  markText,
  noteText,
  padTo,
  paint,
  type TracePage,
} from './page.ts';
import type { Repeats, Row } from './rows.ts';
import type { Gaps } from './span-gaps.ts';
import { bar, dots, type TimeAxis } from './time-axis.ts';

/** A span may have hundreds of issues; the first ones show what happened. */
const ISSUES_DRAWN = 3;
/** A name cut shorter than this is useless. */
const MIN_NAME = 8;

/** The name is already on the lines above, so only the figures are shown. */
const REPEATED_NAME = 24;

/** Statuses such as `internal_error`. */
const STATUS_CODE = /^[a-z_]+$/;

interface Drawing {
  readonly page: TracePage;
  readonly axis: TimeAxis;
}

export function rowLines(row: Row, drawing: Drawing): readonly string[] {
  switch (row.kind) {
    case 'span':
      return [spanLine(row.entry, row.before, drawing), ...troubleLines(row.entry, row.under, drawing.page)];
    case 'gap':
      return [gapLine(row.gaps, row.before, drawing)];
    case 'missing':
      return [
        plainLine(`? ${label(row.place.label, drawing)} (missing)`, row.before, {
          ...drawing,
          style: 'yellow',
        }),
      ];
    case 'repeats':
      return [plainLine(repeatsText(row.repeats, drawing), row.before, { ...drawing, style: 'dim' })];
  }
}

function spanLine(entry: Entry, before: string, { page, axis }: Drawing): string {
  const { screen, glyphs } = page;
  const style = entry.mark === 'fail' ? 'red' : entry.mark === 'warn' ? 'yellow' : null;
  const mark = markText(entry, glyphs);
  const room = page.nameColumns - textWidth(before + mark);
  const fullNote = noteText(entry);
  const note = cutEnd(fullNote, { columns: Math.max(0, room - MIN_NAME), more: glyphs.more });
  const name = cutMiddle(entry.name, { columns: room - textWidth(note), more: glyphs.more });
  const left = room - textWidth(name + note);
  const aside = asides(entry, screen).find((text) => textWidth(text) <= left) ?? '';
  const { startMs, durationMs } = entry.span;
  const text =
    paint(before, 'dim', screen) +
    paint(mark + name, style, screen) +
    paint(note, 'yellow', screen) +
    paint(padTo(aside, left), 'dim', screen) +
    GAP +
    durationCell(durationMs).padStart(page.durationColumns);
  if (page.barColumns === 0) return text;
  return (
    text + GAP + paint(bar(axis, { startMs, endMs: startMs + durationMs }, screen.unicode), style, screen)
  );
}

/** What went wrong in a span: its own message, unless an issue has the same one, and its issues. */
function troubleLines({ span, mark, failures }: Entry, under: string, page: TracePage): readonly string[] {
  if (mark === null) return [];
  const { screen, glyphs } = page;
  const style = mark === 'fail' ? 'red' : 'yellow';
  const columns = screen.columns - textWidth(under);
  const line = (text: string, link?: string | null) =>
    paint(under, 'dim', screen) +
    cell({ text: cutEnd(text, { columns, more: glyphs.more }), style, ...(link ? { link } : {}) }, screen);
  const words = mark === 'fail' ? traceText(span.statusMessage ?? '', screen) : '';
  // A bare status passed up from a child span adds nothing to the mark.
  const own = failures > 1 && STATUS_CODE.test(words) ? '' : words;
  const issues = worstFirst(span.issues)
    .slice(0, ISSUES_DRAWN)
    .map((issue) => ({
      text: [issue.shortId, issue.message]
        .map((part) => traceText(part ?? '', screen))
        .filter((part) => part !== '')
        .join(': '),
      url: issue.url,
    }));
  const further = span.issues.length - issues.length;
  return [
    ...(own === '' || issues.some(({ text }) => text.includes(own)) ? [] : [line(own)]),
    ...issues.filter(({ text }) => text !== '').map(({ text, url }) => line(text, url)),
    ...(further > 0 ? [line(`${glyphs.more} and ${countOf(further, 'more issue')}`)] : []),
  ];
}

/** Issues that mark the span as failed first, otherwise in the original order. */
function worstFirst(issues: readonly TraceIssue[]): readonly TraceIssue[] {
  return [...issues.filter(isFailure), ...issues.filter((issue) => !isFailure(issue))];
}

function gapLine(gaps: Gaps, before: string, { page, axis }: Drawing): string {
  const { screen, glyphs } = page;
  const count = gaps.stretches.length;
  const many = count === 1 ? 'gap' : `${count} gaps,`;
  // It has no duration, so that column is free.
  const columns = page.nameColumns + GAP.length + page.durationColumns;
  const text = `(${many} ${durationText(gaps.totalMs)} without spans)`;
  const shown = cutEnd(text, { columns: columns - textWidth(before), more: glyphs.more });
  if (page.barColumns === 0) return paint(before + shown, 'dim', screen);
  return paint(
    padTo(before + shown, columns) + GAP + dots(axis, gaps.stretches, screen.unicode),
    'dim',
    screen,
  );
}

/** Counts come first, because the end may be cut. */
function repeatsText({ entries, name }: Repeats, { page }: Drawing): string {
  let [least, most, sum, failures, size] = [Number.POSITIVE_INFINITY, 0, 0, 0, 0];
  for (const entry of entries) {
    const { durationMs } = entry.span;
    least = Math.min(least, durationMs);
    most = Math.max(most, durationMs);
    sum += durationMs;
    failures += entry.failures;
    size += entry.size;
  }
  const below = size - entries.length;
  const { more } = page.glyphs;
  const counts = [
    ...(failures > 0 ? [`${numberText(failures)} failed`] : []),
    ...(below > 0 ? [`${numberText(below)} below`] : []),
  ];
  return [
    `${more} ${numberText(entries.length)} more`,
    ...(counts.length > 0 ? [`(${counts.join(', ')})`] : []),
    `${cutMiddle(name, { columns: REPEATED_NAME, more })}:`,
    `${durationText(least)} to ${durationText(most)}, ${durationText(sum)} together`,
  ].join(' ');
}

function plainLine(
  text: string,
  before: string,
  { page, style }: Drawing & { readonly style: Style },
): string {
  const { screen, glyphs } = page;
  const columns = screen.columns - textWidth(before);
  return paint(before, 'dim', screen) + paint(cutEnd(text, { columns, more: glyphs.more }), style, screen);
}

function label(text: string, { page }: Drawing): string {
  return traceText(text, page.screen);
}
