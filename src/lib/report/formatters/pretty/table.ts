/** Tables in the terminal report. The only importer of cli-table3. */
import Table from 'cli-table3';
import { cell, type Span } from '../../../terminal/layout.ts';
import { textWidth } from '../../../terminal/width.ts';
import type { RenderOptions } from '../formatter.ts';
import type { Page } from './page.ts';

export function fits({ screen }: Page, lines: readonly string[]): boolean {
  return lines.every((line) => textWidth(line) <= screen.columns);
}

/** Rows without borders, indented like the text around them. */
export function tableLines(screen: RenderOptions, rows: readonly (readonly Span[])[]): readonly string[] {
  const none = '';
  const table = new Table({
    chars: {
      ...{ top: none, 'top-mid': none, 'top-left': none, 'top-right': none },
      ...{ bottom: none, 'bottom-mid': none, 'bottom-left': none, 'bottom-right': none },
      ...{ left: '  ', 'left-mid': none, mid: none, 'mid-mid': none },
      ...{ right: none, 'right-mid': none, middle: '  ' },
    },
    // The table package would color by the environment, ignoring the options.
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  table.push(...rows.map((row) => row.map((span) => cell(span, screen))));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}
