/** Lines with a label before their text: `Cause    HTTP 500`. */
import { cell, type Indent, layOut, type Span } from '../../../terminal/layout.ts';
import { textWidth } from '../../../terminal/width.ts';
import { layOutWithin } from './cut.ts';
import type { Page } from './page.ts';

/** A label and its text; wrapped lines align with the first. */
export function labeled(
  page: Page,
  {
    label,
    spans,
    at,
    most,
  }: {
    readonly label: string;
    readonly spans: readonly Span[];
    /** `indent` of the label, `hang` of the text. */
    readonly at: Indent;
    /** The number of lines after which the last span is cut. */
    readonly most?: number;
  },
): readonly string[] {
  const inner = { indent: at.hang, hang: at.hang };
  const lines =
    most === undefined
      ? layOut(spans, inner, page.screen)
      : layOutWithin(spans, { at: inner, most, screen: page.screen });
  // The layout collapses spaces, so the label is put before the first line by hand.
  const [first = '', ...rest] = lines;
  const [title = ''] = layOut([{ text: label, style: 'bold' }], { indent: 0, hang: 0 }, page.screen);
  const gap = ' '.repeat(Math.max(1, at.hang - at.indent - label.length));
  return [`${' '.repeat(at.indent)}${title}${gap}${first.slice(at.hang)}`, ...rest];
}

/** A command after its label, and a note. It is never wrapped, so that it can be pasted: if need be it has its own line. */
export function labeledCommand(
  page: Page,
  {
    label,
    command,
    at,
    note = null,
  }: { readonly label: string; readonly command: string; readonly at: Indent; readonly note?: string | null },
): readonly string[] {
  const { screen } = page;
  const shown = cell({ text: command, style: 'bold' }, screen);
  const row = (text: string) => labeled(page, { label, spans: [{ text }], at });
  const [titled = ''] = row('-');
  const start = titled.slice(0, -1);
  const after = note === null ? '' : cell({ text: ` · ${note}` }, screen);
  if (at.hang + textWidth(command) + textWidth(after) <= screen.columns) return [`${start}${shown}${after}`];
  if (at.hang + textWidth(command) <= screen.columns)
    return [
      `${start}${shown}`,
      ...(note === null ? [] : [`${' '.repeat(at.hang)}${cell({ text: note }, screen)}`]),
    ];
  return [...(note === null ? [start.trimEnd()] : row(note)), `${' '.repeat(at.indent + 2)}${shown}`];
}
