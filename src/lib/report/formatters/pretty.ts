/** The report for the terminal, in the guide's sections. */
import type { ReportSource } from '../../model/report-source.ts';
import { layOut, type Span } from '../../terminal/layout.ts';
import { durationText, numberText } from '../../terminal/quantities.ts';
import type { Formatter, RenderOptions } from './formatter.ts';
import { briefLines } from './pretty/brief.ts';
import { brokenLines } from './pretty/broken.ts';
import { cleanupLines } from './pretty/cleanup.ts';
import { detailLines } from './pretty/details.ts';
import { digest } from './pretty/digest.ts';
import { missingLines } from './pretty/missing.ts';
import { nextStepLines } from './pretty/next-steps.ts';
import { heading, LEVEL, type Page, pageOf, type SectionLines } from './pretty/page.ts';
import { sentryLines } from './pretty/sentry.ts';
import { stageLines } from './pretty/stages.ts';
import { headLines, summaryLines } from './pretty/summary.ts';
import { fits, tableLines } from './pretty/table.ts';
import { verdictLines } from './pretty/verdict.ts';
import { workingLines } from './pretty/working.ts';
import { measuredText } from './words.ts';

export const pretty: Formatter = {
  name: 'pretty',
  description: 'For a person at a terminal: what works, what is broken, what data is missing, what to do.',
  extension: 'txt',
  render,
};

/** Percentiles of fewer tests say little more than the time of each. */
const MIN_FOR_LATENCY = 20;

/** In reading order. A terminal shows the end, so the verdict comes last. */
const SECTIONS: readonly SectionLines[] = [
  headLines,
  summaryLines,
  workingLines,
  brokenLines,
  missingLines,
  stageLines,
  (page) => (page.full ? detailLines(page) : briefLines(page)),
  latencyLines,
  thresholdLines,
  cleanupLines,
  sentryLines,
  (page) => (page.full ? nextStepLines(page) : []),
  verdictLines,
];

async function* render(source: ReportSource, screen: RenderOptions): AsyncGenerator<string> {
  const page = pageOf({ head: source.head, digest: await digest(source), screen });
  let gap = '';
  for (const section of SECTIONS) {
    const lines = section(page);
    if (lines.length === 0) continue;
    yield `${gap}${lines.join('\n')}\n`;
    gap = '\n';
  }
}

function latencyLines(page: Page): readonly string[] {
  const { latency } = page.head;
  if (latency.count < (page.full ? 1 : MIN_FOR_LATENCY)) return [];
  const ms = (value: number | null): Span => ({ text: value === null ? '-' : durationText(value) });
  const columns: readonly (readonly [name: Span, value: Span])[] = [
    [{ text: 'p50', style: 'dim' }, ms(latency.p50Ms)],
    [{ text: 'p90', style: 'dim' }, ms(latency.p90Ms)],
    [{ text: 'p95', style: 'dim' }, ms(latency.p95Ms)],
    [{ text: 'p99', style: 'dim' }, ms(latency.p99Ms)],
    [{ text: 'max', style: 'dim' }, ms(latency.maxMs)],
    [{ text: 'tests', style: 'dim' }, { text: numberText(latency.count) }],
  ];
  const side = tableLines(page.screen, [columns.map(([name]) => name), columns.map(([, value]) => value)]);
  return [
    heading(page, 'latency', 'LATENCY'),
    ...(fits(page, side) ? side : tableLines(page.screen, columns)),
  ];
}

function thresholdLines(page: Page): readonly string[] {
  const { thresholds } = page.head;
  if (thresholds.length === 0) return [];
  const { ok, fail } = page.glyphs;
  const rows = thresholds.map((each): readonly Span[] => [
    each.ok ? { text: `${ok} passed`, style: 'green' } : { text: `${fail} failed`, style: 'red' },
    { text: each.expression },
    { text: measuredText(each), style: 'dim' },
  ]);
  const lines = tableLines(page.screen, rows);
  return [
    heading(page, 'thresholds', 'THRESHOLDS'),
    ...(fits(page, lines)
      ? lines
      : rows.flatMap((row) =>
          layOut(
            row.flatMap((span) => [span, { text: ' ' }]),
            LEVEL[1],
            page.screen,
          ),
        )),
  ];
}
