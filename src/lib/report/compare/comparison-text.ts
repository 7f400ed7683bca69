/** A comparison for a person at a terminal. */
import type { Screen } from '../../terminal/capabilities.ts';
import { glyphsFor } from '../../terminal/glyphs.ts';
import { layOut, type Span } from '../../terminal/layout.ts';
import { countOf, durationText, numberText, timeText } from '../../terminal/quantities.ts';
import { message } from '../formatters/pretty-page.ts';
import { tableLines } from '../formatters/pretty-table.ts';
import { changeText, probabilityText, toldChanges } from './compare.ts';
import type { Change, Comparison, LatencyChange } from './comparison.ts';
import { placeOf } from './places.ts';

/** Lines of each list. */
const SHOWN = 50;
const FLUSH = { indent: 0, hang: 2 };
const LISTED = { indent: 2, hang: 4 };

export function comparisonText(comparison: Comparison, screen: Screen): string {
  const { worse, better } = toldChanges(comparison);
  const sections = [
    headLines(comparison, screen),
    changeLines('WORSE', worse, screen),
    changeLines('BETTER', better, screen),
    latencyLines(comparison.latency, screen),
    noteLines(comparison.notes, screen),
    layOut([verdict(worse, better)], FLUSH, screen),
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
        { text: run.runId, whole: true },
        { text: ` ${run.status}, ${countOf(run.tests, 'test')}, ${timeText(run.startedAt)}, ` },
        { text: run.target, whole: true },
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

function latencyLines(latency: readonly LatencyChange[], screen: Screen): readonly string[] {
  if (latency.length === 0) return [];
  const dim = (text: string): Span => ({ text, style: 'dim' });
  const head = ['', 'tests', 'median', '', 'p95', '', 'change', 'p'].map(dim);
  const ms = (value: number | null): Span => ({ text: value === null ? '-' : durationText(value) });
  const rows = latency
    .slice(0, SHOWN)
    .map((each): readonly Span[] => [
      { text: placeOf(each) },
      { text: `${numberText(each.base.count)}, ${numberText(each.head.count)}` },
      ms(each.base.medianMs),
      ms(each.head.medianMs),
      ms(each.base.p95Ms),
      ms(each.head.p95Ms),
      { text: changeText(each.base.medianMs ?? 0, each.head.medianMs ?? 0), ...tone(each) },
      each.p === null
        ? dim('too few tests')
        : { text: probabilityText(each.p).replace(/^p = /, '').replace(/^p /, '') },
    ]);
  const table = tableLines(screen, [head, ...rows]);
  const narrow = table.some((line) => line.length > screen.columns);
  return [
    ...layOut(
      [
        { text: 'LATENCY', style: 'bold' },
        { text: ' of working tests, base and head', style: 'dim' },
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
  const p = each.p === null ? 'too few tests' : probabilityText(each.p);
  const text = `${placeOf(each)}: median ${durationText(before)} → ${durationText(after)} (${changeText(before, after)}, ${p})`;
  return layOut([{ text }], LISTED, screen);
}

function noteLines(notes: readonly string[], screen: Screen): readonly string[] {
  return notes.flatMap((note) => layOut([{ text: `Note: ${note}` }], FLUSH, screen));
}

function verdict(worse: readonly Change[], better: readonly Change[]): Span {
  if (worse.length > 0) return { text: `Worse: ${countOf(worse.length, 'regression')}.`, style: 'red' };
  return better.length > 0
    ? { text: 'Better, and nothing worse.', style: 'green' }
    : { text: 'No change.', style: 'green' };
}
