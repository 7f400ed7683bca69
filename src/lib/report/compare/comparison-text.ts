/** A comparison for the terminal. */
import type { Screen } from '../../terminal/capabilities.ts';
import { layOut, type Span } from '../../terminal/layout.ts';
import { countOf, durationText, numberText, timeText } from '../../terminal/quantities.ts';
import { glyphsFor } from '../../terminal/signs.ts';
import { message } from '../formatters/pretty/page.ts';
import { tableLines } from '../formatters/pretty/table.ts';
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

/** Lines per list. */
const SHOWN = 50;
const FLUSH = { indent: 0, hang: 2 };
const LISTED = { indent: 2, hang: 4 };

export function comparisonText(comparison: Comparison, screen: Screen): string {
  const { worse, better } = reportedChanges(comparison);
  const sections = [
    headLines(comparison, screen),
    changeLines('WORSE', worse, screen),
    changeLines('BETTER', better, screen),
    latencyLines(comparison, screen),
    noteLines(comparison, screen),
    layOut([comparison.compared ? verdict(worse, better) : nothing(comparison)], FLUSH, screen),
  ];
  return sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function headLines({ base, head }: Comparison, screen: Screen): readonly string[] {
  const line = (name: string, run: Comparison['base']): readonly string[] =>
    layOut(
      [
        { text: `${name} `, style: 'dim' },
        { text: run.runId, unbroken: true },
        { text: ` ${run.status}, ${countOf(run.tests, 'test')}, ${timeText(run.startedAt)}, ` },
        { text: run.target, unbroken: true },
      ],
      FLUSH,
      screen,
    );
  return [...line('Base', base), ...line('Head', head)];
}

function changeLines(title: string, changes: readonly Change[], screen: Screen): readonly string[] {
  if (changes.length === 0) return [];
  const { ok, fail, warn, more } = glyphsFor(screen);
  const line = (change: Change): readonly string[] => {
    const isBroken = change.kind === 'broken' || change.kind === 'more-often';
    const mark: Span = change.regression
      ? { text: `${isBroken ? fail : warn} `, style: isBroken ? 'red' : 'yellow' }
      : { text: `${ok} `, style: 'green' };
    return layOut(
      [mark, { text: `${placeOf(change)}: `, style: 'bold' }, { text: message(change.message) }],
      LISTED,
      screen,
    );
  };
  const hidden = changes.length - SHOWN;
  return [
    ...layOut([{ text: title, style: 'bold' }], FLUSH, screen),
    ...changes.slice(0, SHOWN).flatMap(line),
    ...(hidden > 0
      ? layOut([{ text: `${more} and ${numberText(hidden)} more`, style: 'dim' }], LISTED, screen)
      : []),
  ];
}

/** The latencies that have changed; the others mean nothing. */
function latencyLines(comparison: Comparison, screen: Screen): readonly string[] {
  const latency = comparison.latency.filter(hasChanged);
  if (latency.length === 0) return [];
  const dim = (text: string): Span => ({ text, style: 'dim' });
  const head = ['', 'tests', 'median', '', 'change', 'limit', ''].map(dim);
  const ms = (value: number | null): Span => ({ text: value === null ? '-' : durationText(value) });
  const rows = latency
    .slice(0, SHOWN)
    .map((each): readonly Span[] => [
      { text: placeOf(each) },
      { text: `${numberText(each.base.count)}, ${numberText(each.head.count)}` },
      ms(each.base.medianMs),
      ms(each.head.medianMs),
      { text: changeText(each.base.medianMs ?? 0, each.head.medianMs ?? 0), ...tone(each) },
      ms(each.limitMs),
      dim(each.verdict.replace('-', ' ')),
    ]);
  const table = tableLines(screen, [head, ...rows]);
  const narrow = table.some((line) => line.length > screen.columns);
  return [
    ...layOut(
      [
        { text: 'LATENCY', style: 'bold' },
        { text: ` of working tests, ${savedText(comparison)} and head`, style: 'dim' },
      ],
      FLUSH,
      screen,
    ),
    ...(narrow ? latency.slice(0, SHOWN).flatMap((each) => narrowLine(each, screen)) : table),
  ];
}

function tone({ verdict }: LatencyChange): Partial<Span> {
  if (verdict === 'slower') return { style: 'yellow' };
  return verdict === 'faster' ? { style: 'green' } : { style: 'dim' };
}

function narrowLine(each: LatencyChange, screen: Screen): readonly string[] {
  const [before, after] = [each.base.medianMs ?? 0, each.head.medianMs ?? 0];
  const text = `${placeOf(each)}: median ${durationText(before)} → ${durationText(after)} (${changeText(before, after)}, ${each.verdict.replace('-', ' ')})`;
  return layOut([{ text }], LISTED, screen);
}

function noteLines({ notJudged, notes }: Comparison, screen: Screen): readonly string[] {
  return [...(notJudged === null ? [] : [`${notJudged}.`]), ...notes].flatMap((note) =>
    layOut([{ text: `Note: ${note}` }], FLUSH, screen),
  );
}

function nothing(comparison: Comparison): Span {
  const text = nothingText(comparison);
  return { text: `${text[0]?.toUpperCase()}${text.slice(1)}.`, style: 'yellow' };
}

function verdict(worse: readonly Change[], better: readonly Change[]): Span {
  if (worse.length > 0) return { text: `Worse: ${countOf(worse.length, 'regression')}.`, style: 'red' };
  return better.length > 0
    ? { text: 'Better, and nothing worse.', style: 'green' }
    : { text: 'No change.', style: 'green' };
}
