/** A comparison for a pull request or a step summary. Outside text is escaped. */
import { countOf, durationText, numberText, timeText } from '../../terminal/quantities.ts';
import { markdownCode, markdownTable, markdownText } from '../formatters/markdown-text.ts';
import { message } from '../formatters/pretty/page.ts';
import { reportedChanges } from './compare.ts';
import {
  type Change,
  type Comparison,
  type LatencyChange,
  nothingText,
  placeOf,
  savedText,
} from './comparison.ts';
import { changeText, hasChanged } from './latency-changes.ts';

/** Rows per list, so that everything fits into one GitHub comment. */
const SHOWN = 30;

export function comparisonMarkdown(comparison: Comparison): string {
  const { latency, notJudged, notes } = comparison;
  const all = [...(notJudged === null ? [] : [`${notJudged}.`]), ...notes];
  const { worse, better } = reportedChanges(comparison);
  const sections = [
    titleLines(comparison, { worse: worse.length, better: better.length }),
    changeLines('Worse', worse),
    changeLines('Better', better),
    latencyLines(latency, savedText(comparison)),
    all.slice(0, SHOWN).map((note) => `- Note: ${markdownText(note)}`),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function titleLines(
  comparison: Comparison,
  { worse, better }: { readonly worse: number; readonly better: number },
): readonly string[] {
  const { base, head } = comparison;
  const outcome = better > 0 ? 'better, and nothing worse' : 'no change';
  const good = comparison.compared ? `✅ prod-e2e: ${outcome}` : `⚠️ prod-e2e: ${nothingText(comparison)}`;
  const title = worse > 0 ? `❌ prod-e2e: ${countOf(worse, 'regression')}` : good;
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

/** The latencies that have changed; the others mean nothing. */
function latencyLines(all: readonly LatencyChange[], saved: string): readonly string[] {
  const latency = all.filter(hasChanged);
  if (latency.length === 0) return [];
  const rows = latency.slice(0, SHOWN).map((each) => {
    const { base, head, limitMs } = each;
    return [
      markdownText(placeOf(each)),
      `${numberText(base.count)}, ${numberText(head.count)}`,
      `${ms(base.medianMs)} → ${ms(head.medianMs)}`,
      changeText(base.medianMs ?? 0, head.medianMs ?? 0),
      ms(limitMs),
      each.verdict.replace('-', ' '),
    ];
  });
  return [
    `### Latency of working tests, ${saved} and head`,
    '',
    ...markdownTable(['', 'Tests', 'Median', 'Change', 'Limit', ''], rows),
    ...more(latency.length - SHOWN),
  ];
}

function ms(value: number | null): string {
  return value === null ? '-' : durationText(value);
}

function more(hidden: number): readonly string[] {
  return hidden > 0 ? ['', `… and ${numberText(hidden)} more`] : [];
}
