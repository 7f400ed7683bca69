/** The head of the terminal report and its SUMMARY: what a person reads first. */
import type { RunStatus } from '../../../model/report.ts';
import { layOut, type Span } from '../../../terminal/layout.ts';
import { durationText, numberText, timeText } from '../../../terminal/quantities.ts';
import type { Style } from '../../../terminal/signs.ts';
import { repeatSummary } from '../repeat-text.ts';
import { statusText, statusTitle } from '../words.ts';
import { findingLines, heading, LEVEL, type Page, PROSE } from './page.ts';

const STATUS_STYLE: Readonly<Record<RunStatus, Style>> = {
  healthy: 'green',
  degraded: 'yellow',
  broken: 'red',
  interrupted: 'yellow',
};

/** The full report begins with what the others end with. */
export function headLines(page: Page): readonly string[] {
  const { head, screen } = page;
  if (!page.full) return [];
  const title: Span[] = [
    { text: 'prod-e2e', style: 'bold' },
    { text: ` ${head.tool.version}: ` },
    { text: statusTitle(head), style: STATUS_STYLE[head.status] },
  ];
  const circumstances = [
    timeText(head.startedAt),
    ...(head.durationMs === null ? [] : [`took ${durationText(head.durationMs)}`]),
    ...(head.profile === null ? [] : [`profile ${head.profile}`]),
    ...(head.shard === null ? [] : [`shard ${head.shard.index} of ${head.shard.total}`]),
  ];
  return [
    ...layOut(title, LEVEL[0], screen),
    ...layOut([{ text: statusText(head) }], PROSE, screen),
    ...layOut([{ text: 'Target: ' }, { text: head.target, unbroken: true }], LEVEL[1], screen),
    ...layOut(
      [{ text: 'Run: ' }, { text: head.runId, unbroken: true }, { text: `, ${circumstances.join(', ')}` }],
      LEVEL[1],
      screen,
    ),
    ...layOut([{ text: `Seed: ${head.seed}` }], LEVEL[1], screen),
  ];
}

export function summaryLines(page: Page): readonly string[] {
  const { summary, skippedBecause } = page.head;
  const { ok, fail, warn } = page.glyphs;
  const counts: readonly (readonly [glyph: string, style: Style, count: number, text: string])[] = [
    [ok, 'green', summary.successful, `Successful: ${numberText(summary.successful)}`],
    [fail, 'red', summary.failed, `Failed: ${numberText(summary.failed)}`],
    [warn, 'yellow', summary.warnings, `Warnings: ${numberText(summary.warnings)}`],
  ];
  const flaky = `Flaky: ${numberText(summary.flaky)} (passed after a retry, possibly delivered more than once)`;
  const rest: readonly (readonly [count: number, text: string])[] = [
    // MISSING DATA has them.
    [page.full ? summary.missing : 0, `Missing fields: ${numberText(summary.missing)}`],
    [summary.flaky, flaky],
    [summary.unverified, `Unverified traces: ${numberText(summary.unverified)}`],
    [summary.skipped, `Not sent: ${numberText(summary.skipped)}`],
  ];
  const shown = [
    ...counts,
    ...rest.flatMap(([count, text]) => (count > 0 ? [[warn, 'yellow', count, text] as const] : [])),
  ];
  const again = repeatSummary(page.digest.resent);
  const line = (spans: readonly Span[], depth: 1 | 2 = 1) => layOut(spans, LEVEL[depth], page.screen);
  return [
    heading(page, 'summary', 'SUMMARY'),
    ...line([{ text: `Total Tests: ${numberText(summary.total)}` }]),
    ...shown.flatMap(([glyph, style, count, text]) =>
      line([{ text: glyph, ...(count > 0 ? { style } : {}) }, { text: ` ${text}` }]),
    ),
    ...(skippedBecause === null ? [] : line([{ text: skippedBecause }], 2)),
    ...(again === null ? [] : line([{ text: again }])),
    ...(isInVerdict(page) ? [] : layOut([{ text: statusText(page.head) }], PROSE, page.screen)),
    // Findings about Sentry have their own section.
    ...page.head.findings
      .filter(({ code }) => !code.startsWith('sentry-'))
      .flatMap((each) => findingLines(page, each, 1)),
  ];
}

/** The verdict names what is broken; the full report begins with the sentence. */
function isInVerdict({ full, head }: Page): boolean {
  return full || (head.status === 'degraded' && head.summary.failed > 0);
}
