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

export function headLines(page: Page): readonly string[] {
  const { head, screen } = page;
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
  const counts: readonly Span[] = [
    { text: `Total Tests: ${numberText(summary.total)}` },
    {
      text: `${ok} Successful: ${numberText(summary.successful)}`,
      ...styleWhen(summary.successful, 'green'),
    },
    { text: `${fail} Failed: ${numberText(summary.failed)}`, ...styleWhen(summary.failed, 'red') },
    { text: `${warn} Warnings: ${numberText(summary.warnings)}`, ...styleWhen(summary.warnings, 'yellow') },
  ];
  const rest: readonly (readonly [count: number, text: string])[] = [
    [summary.missing, `Missing fields: ${numberText(summary.missing)}`],
    [
      summary.flaky,
      `Flaky: ${numberText(summary.flaky)} (passed after a retry, possibly delivered more than once)`,
    ],
    [summary.unverified, `Unverified traces: ${numberText(summary.unverified)}`],
    [summary.skipped, `Not sent: ${numberText(summary.skipped)}`],
  ];
  const shown = [
    ...counts,
    ...rest
      .filter(([count]) => count > 0)
      .map(([, text]): Span => ({ text: `${warn} ${text}`, style: 'yellow' })),
  ];
  const again = repeatSummary(page.digest.resent);
  return [
    heading(page, 'summary', 'SUMMARY'),
    ...shown.flatMap((span) => layOut([span], LEVEL[1], page.screen)),
    ...(again === null ? [] : layOut([{ text: again }], LEVEL[1], page.screen)),
    ...(skippedBecause === null ? [] : layOut([{ text: skippedBecause }], LEVEL[2], page.screen)),
    // Findings about Sentry have their own section.
    ...page.head.findings
      .filter(({ code }) => !code.startsWith('sentry-'))
      .flatMap((each) => findingLines(page, each, 1)),
  ];
}

function styleWhen(count: number, style: Style): { readonly style?: Style } {
  return count > 0 ? { style } : {};
}
