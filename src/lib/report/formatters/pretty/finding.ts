/** A finding on the terminal: what was noticed, and below it what to try first. */
import type { Finding } from '../../../model/finding.ts';
import { type Indent, layOut } from '../../../terminal/layout.ts';
import { LEVEL, message, type Page } from './page.ts';

/** The lines of a finding, `depth` levels in. */
export function findingLines(page: Page, finding: Finding, depth: 1 | 2): readonly string[] {
  const [mark, style] =
    finding.severity === 'error'
      ? ([page.glyphs.fail, 'red'] as const)
      : ([page.glyphs.warn, 'yellow'] as const);
  return [
    ...layOut([{ text: `${mark} ${message(finding.message)}`, style }], LEVEL[depth], page.screen),
    ...hintLines(page, finding, depth === 1 ? LEVEL[2] : LEVEL[3]),
  ];
}

/** What to do about a finding; no lines when there is nothing useful to say. */
export function hintLines(page: Page, { hint }: Finding, at: Indent): readonly string[] {
  if (hint === null) return [];
  return layOut([{ text: `${page.glyphs.hint} ${hint}`, style: 'dim' }], at, page.screen);
}
