/** A comparison for a pull request or a step summary. Text from outside stays text. */
import { countOf, durationText, numberText, timeText } from '../../terminal/quantities.ts';
import { markdownCode, markdownTable, markdownText } from '../formatters/markdown-text.ts';
import { message } from '../formatters/pretty-page.ts';
import { changeText, probabilityText, toldChanges } from './compare.ts';
import type { Change, Comparison, LatencyChange } from './comparison.ts';
import { placeOf } from './places.ts';

/** Rows of each list: all of it fits into a comment of GitHub. */
const SHOWN = 30;

export function comparisonMarkdown(comparison: Comparison): string {
  const { latency, notes } = comparison;
  const { worse, better } = toldChanges(comparison);
  const sections = [
    titleLines(comparison, { worse: worse.length, better: better.length }),
    changeLines('Worse', worse),
    changeLines('Better', better),
    latencyLines(latency),
    notes.slice(0, SHOWN).map((note) => `- Note: ${markdownText(note)}`),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function titleLines(
  { base, head }: Comparison,
  { worse, better }: { readonly worse: number; readonly better: number },
): readonly string[] {
  const told = better > 0 ? 'better, and nothing worse' : 'no change';
  const title = worse > 0 ? `❌ prod-e2e: ${countOf(worse, 'regression')}` : `✅ prod-e2e: ${told}`;
  const row = (name: string, run: Comparison['base']) => [
    name,
    markdownCode(run.runId),
    run.status,
    numberText(run.tests),
    timeText(run.startedAt),
    markdownCode(run.target),
  ];
  return [
    `## ${title}`,
    '',
    ...markdownTable(
      ['', 'Run', 'Status', 'Tests', 'Started', 'Target'],
      [row('Base', base), row('Head', head)],
    ),
  ];
}

function changeLines(title: string, changes: readonly Change[]): readonly string[] {
  if (changes.length === 0) return [];
  const mark = ({ kind, regression }: Change) => {
    if (!regression) return '✅';
    return kind === 'broken' || kind === 'more-often' ? '❌' : '⚠️';
  };
  return [
    `### ${title}`,
    '',
    ...changes
      .slice(0, SHOWN)
      .map(
        (each) =>
          `- ${mark(each)} **${markdownText(placeOf(each))}**: ${markdownText(message(each.message))}`,
      ),
    ...more(changes.length - SHOWN),
  ];
}

function latencyLines(latency: readonly LatencyChange[]): readonly string[] {
  if (latency.length === 0) return [];
  const rows = latency.slice(0, SHOWN).map((each) => {
    const { base, head, p } = each;
    return [
      markdownText(placeOf(each)),
      `${numberText(base.count)}, ${numberText(head.count)}`,
      `${ms(base.medianMs)} → ${ms(head.medianMs)}`,
      `${ms(base.p95Ms)} → ${ms(head.p95Ms)}`,
      changeText(base.medianMs ?? 0, head.medianMs ?? 0),
      p === null
        ? 'too few tests'
        : probabilityText(p)
            .replace(/^p (= )?/, '')
            .replace('<', '&lt;'),
    ];
  });
  return [
    '### Latency of working tests, base and head',
    '',
    ...markdownTable(['', 'Tests', 'Median', 'p95', 'Change', 'p'], rows),
    ...more(latency.length - SHOWN),
  ];
}

function ms(value: number | null): string {
  return value === null ? '-' : durationText(value);
}

function more(hidden: number): readonly string[] {
  return hidden > 0 ? ['', `… and ${numberText(hidden)} more`] : [];
}
