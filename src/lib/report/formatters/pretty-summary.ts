/** The head of the terminal report, and its SUMMARY: what a person reads first. */
import type { ReportHead, RunStatus } from '../../model/report.ts';
import { layOut, type Span } from '../../terminal/layout.ts';
import type { Style } from '../../terminal/palette.ts';
import { countOf, durationText, numberText, timeText } from '../../terminal/quantities.ts';
import { againSummary } from './again.ts';
import { findingLines } from './pretty-finding.ts';
import { heading, LEVEL, type Page, PROSE } from './pretty-page.ts';

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
    { text: head.status.toUpperCase(), style: STATUS_STYLE[head.status] },
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
    ...layOut([{ text: 'Target: ' }, { text: head.target, whole: true }], LEVEL[1], screen),
    ...layOut(
      [{ text: 'Run: ' }, { text: head.runId, whole: true }, { text: `, ${circumstances.join(', ')}` }],
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
    [summary.flaky, `Flaky: ${numberText(summary.flaky)} (passed, but only after a retry)`],
    [summary.unverified, `Unverified traces: ${numberText(summary.unverified)}`],
    [summary.skipped, `Not sent: ${numberText(summary.skipped)}`],
  ];
  const shown = [
    ...counts,
    ...rest
      .filter(([count]) => count > 0)
      .map(([, text]): Span => ({ text: `${warn} ${text}`, style: 'yellow' })),
  ];
  const again = againSummary(page.digest.again);
  return [
    heading(page, 'summary', 'SUMMARY'),
    ...shown.flatMap((span) => layOut([span], LEVEL[1], page.screen)),
    ...(again === null ? [] : layOut([{ text: again }], LEVEL[1], page.screen)),
    ...(skippedBecause === null ? [] : layOut([{ text: skippedBecause }], LEVEL[2], page.screen)),
    // What Sentry had to say stands in its own section.
    ...page.head.findings
      .filter(({ code }) => !code.startsWith('sentry-'))
      .flatMap((each) => findingLines(page, each, 1)),
  ];
}

function styleWhen(count: number, style: Style): { readonly style?: Style } {
  return count > 0 ? { style } : {};
}

/** The status in the guide's words ("Interpreting Results"), as far as they are true of this run. */
function statusText(head: ReportHead): string {
  const { total, successful, failed, missing } = head.summary;
  if (head.endedAt === null) return 'This run was cut off; what had finished is shown.';
  switch (head.status) {
    case 'interrupted':
      return `This run was interrupted after ${countOf(total, 'test')} of ${numberText(head.planned)}; what had finished is shown.`;
    case 'healthy':
      return 'All webhooks processed successfully, no missing data.';
    case 'broken':
      return total === 0
        ? 'Nothing was sent.'
        : 'All webhooks failing. Critical issue - check server status and Sentry immediately.';
    case 'degraded':
      if (failed + missing + head.summary.warnings === 0 && head.summary.skipped > 0) {
        return 'All webhooks that were sent work, but not all were sent.';
      }
      if (failed === 0) {
        return `All webhooks work, but some ${missing > 0 ? 'data is missing' : 'have warnings'}. Investigate warnings.`;
      }
      return `${successful * 2 > total ? 'Most' : 'Some'} webhooks work, but some failures or missing data. Investigate warnings.`;
  }
}
