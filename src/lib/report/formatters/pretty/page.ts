/** Shared by the sections of the terminal report: the screen, headings, findings, and names of tests and left-overs. */
import type { Finding } from '../../../model/finding.ts';
import type { ReportHead } from '../../../model/report.ts';
import type { TestResult } from '../../../model/result.ts';
import type { StageResult } from '../../../model/stage.ts';
import { cell, type Indent, layOut, type Span } from '../../../terminal/layout.ts';
import { numberText } from '../../../terminal/quantities.ts';
import { type Glyphs, glyphsFor } from '../../../terminal/signs.ts';
import type { RenderOptions } from '../formatter.ts';
import type { Digest } from './digest.ts';

export interface Page {
  readonly head: ReportHead;
  readonly digest: Digest;
  readonly screen: RenderOptions;
  readonly glyphs: Glyphs;
  /** Everything that is known, as for `--full`. */
  readonly full: boolean;
}

/** The lines of a section; empty if it has nothing to show. */
export type SectionLines = (page: Page) => readonly string[];

/** Longer messages are cut, because a response may quote an entire page. */
const MESSAGE_SHOWN = 400;

export function pageOf(parts: Omit<Page, 'glyphs' | 'full'>): Page {
  return { ...parts, glyphs: glyphsFor(parts.screen), full: parts.screen.full === true };
}

export function heading(page: Page, section: Section, title: string): string {
  return (
    headingGlyph(section, page.screen) +
    layOut([{ text: title, style: 'bold' }], LEVEL[0], page.screen).join(' ')
  );
}

/** Indents by depth; wrapped lines are indented by two more columns. */
export const LEVEL = [
  { indent: 0, hang: 2 },
  { indent: 2, hang: 4 },
  { indent: 4, hang: 6 },
  { indent: 6, hang: 8 },
] as const;

/** For sentences: wrapped lines align with the first. */
export const PROSE = { indent: 2, hang: 2 } as const;

/** `ORB_BREAKOUT (SPY)` as in the guide; `ORB_BREAKOUT #2 (QQQ)` where the scenario was sent more than once. */
export function testTitle(page: Page, test: TestResult, dimensions: 'none' | 'first' | 'all'): string {
  const name = (page.digest.scenarios.get(test.scenario)?.tests ?? 0) > 1 ? test.name : test.scenario;
  const values = Object.values(test.dimensions).map(String);
  const shown = dimensions === 'all' ? values : values.slice(0, dimensions === 'first' ? 1 : 0);
  return shown.length === 0 ? name : `${name} (${shown.join(', ')})`;
}

/** The stage that a test got stuck at; null if it did not get stuck, or if that is unknown. */
export function stuckStage({ stages, stuckAt }: TestResult): StageResult | null {
  return stages.find(({ name }) => name === stuckAt?.stage) ?? null;
}

/** `at decided`, or `between received and decided` if the stages between could not be checked; null if the test is not stuck. */
export function stuckPlace({ stuckAt }: Pick<TestResult, 'stuckAt'>): string | null {
  if (stuckAt === null) return null;
  return stuckAt.after === null ? `at ${stuckAt.stage}` : `between ${stuckAt.after} and ${stuckAt.stage}`;
}

export function message(text: string, limit = MESSAGE_SHOWN): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}

/** `… and 99,980 more`, with the command that shows them; no lines when all are shown. */
export function moreLine(page: Page, hidden: number): readonly string[] {
  if (hidden <= 0) return [];
  const { savedAs } = page.digest;
  const text = `${page.glyphs.more} and ${numberText(hidden)} more`;
  if (savedAs === null) return layOut([{ text, style: 'dim' }], LEVEL[1], page.screen);
  const command = `prod-e2e report show ${savedAs} --json`;
  return withCommand(page, { text: `${text}:`, command, at: LEVEL[1] });
}

/** A text and a command, which is never wrapped, so that it can be pasted: if necessary it is on a separate line. */
export function withCommand(
  { screen }: Page,
  { text, command, at }: { readonly text: string; readonly command: string; readonly at: Indent },
): readonly string[] {
  const dim = (each: string): Span => ({ text: each, style: 'dim' });
  const together = layOut([dim(`${text} `), { text: command }], at, screen);
  if (together.length === 1) return together;
  return [...layOut([dim(text)], at, screen), ' '.repeat(at.hang) + cell({ text: command }, screen)];
}

export type Section =
  | 'summary'
  | 'working'
  | 'broken'
  | 'missing'
  | 'stages'
  | 'details'
  | 'request'
  | 'response'
  | 'again'
  | 'latency'
  | 'thresholds'
  | 'cleanup'
  | 'sentry'
  | 'next';

/** With a space after it. */
const GLYPHS: Readonly<Record<Section, string>> = {
  summary: '📊 ',
  working: '✅ ',
  broken: '❌ ',
  // Terminals disagree on whether this sign takes one or two columns, so two spaces follow it, as in the guide.
  missing: '⚠️  ',
  stages: '🚦 ',
  details: '📝 ',
  request: '📤 ',
  response: '📥 ',
  again: '🔁 ',
  latency: '📈 ',
  thresholds: '🎯 ',
  cleanup: '🧹 ',
  sentry: '🔍 ',
  next: '👉 ',
};

/** Empty if only ASCII can be shown. */
export function headingGlyph(section: Section, screen: { readonly unicode: boolean }): string {
  return screen.unicode ? GLYPHS[section] : '';
}

/** The lines of a finding, indented by `depth` levels. */
export function findingLines(page: Page, finding: Finding, depth: 1 | 2): readonly string[] {
  const [mark, style] =
    finding.severity === 'error'
      ? ([page.glyphs.fail, 'red'] as const)
      : ([page.glyphs.warn, 'yellow'] as const);
  return [
    ...layOut([{ text: mark, style }, { text: ` ${message(finding.message)}` }], LEVEL[depth], page.screen),
    ...hintLines(page, finding, depth === 1 ? LEVEL[2] : LEVEL[3]),
  ];
}

/** The hint of a finding; no lines without one. */
export function hintLines(page: Page, { hint }: Finding, at: Indent): readonly string[] {
  if (hint === null) return [];
  return layOut([{ text: `${page.glyphs.hint} ${hint}`, style: 'dim' }], at, page.screen);
}
