/** WORKING, BROKEN and MISSING DATA in the terminal report: one line each, in the guide's form. */
import type { MissingDataEntry } from '../../../model/report.ts';
import type { TestResult } from '../../../model/result.ts';
import { layOut, type Span } from '../../../terminal/layout.ts';
import { numberText, timeText } from '../../../terminal/quantities.ts';
import { causeBehind, mainMessage } from '../../cause-text.ts';
import { brokenSinceTexts, extentText, retryText } from '../words.ts';
import { GROUPS_SHOWN, NAMES_SHOWN } from './digest.ts';
import type { Group } from './groups.ts';
import { heading, LEVEL, message, moreLine, type Page, stuckPlace, testTitle } from './page.ts';
import { fits, tableLines } from './table.ts';

export function workingLines(page: Page): readonly string[] {
  const { tests, count } = page.digest.working;
  if (count === 0) return [];
  const line = (test: TestResult): readonly Span[] => [
    { text: `${page.glyphs.ok} `, style: 'green' },
    { text: testTitle(page, test, 'first') },
    ...retrySpans(test),
  ];
  return [
    heading(page, 'working', 'WORKING'),
    ...(count > NAMES_SHOWN
      ? scenarioLines(page)
      : tests.flatMap((test) => layOut(line(test), LEVEL[1], page.screen))),
  ];
}

function retrySpans(test: TestResult): readonly Span[] {
  const text = retryText(test);
  if (text === null) return [];
  return [{ text: ` ${test.flaky ? 'flaky' : 'retried'}: ${text}`, style: 'yellow' }];
}

export function brokenLines(page: Page): readonly string[] {
  const { tests, count } = page.digest.broken;
  if (count === 0) return [];
  const line = (test: TestResult): readonly Span[] => {
    const { errors } = test;
    const stuck = stuckPlace(test);
    const others = errors.length > 1 ? ` (+${errors.length - 1} more)` : '';
    return [
      { text: `${page.glyphs.fail} ${testTitle(page, test, 'first')}:`, style: 'red' },
      { text: ` ${message(mainMessage(test) ?? 'no reason recorded')}` },
      ...(stuck === null ? [] : [{ text: `, stuck ${stuck}` }]),
      { text: others, style: 'dim' },
    ];
  };
  return [
    heading(page, 'broken', 'BROKEN'),
    ...(count > NAMES_SHOWN
      ? groupedBrokenLines(page)
      : tests.flatMap((test) => [...layOut(line(test), LEVEL[1], page.screen), ...symptomLines(page, test)])),
    ...sinceLines(page),
  ];
}

/** The response's finding, if the cause is something else. */
function symptomLines(page: Page, test: TestResult): readonly string[] {
  const [first] = test.errors;
  if (first === undefined || causeBehind(test) === null) return [];
  return layOut([{ text: message(first.message), style: 'dim' }], LEVEL[2], page.screen);
}

function sinceLines(page: Page): readonly string[] {
  const sinceTexts = brokenSinceTexts(page.head);
  const shown = sinceTexts.slice(0, NAMES_SHOWN);
  return [
    ...shown.flatMap((text) => layOut([{ text: '- ', style: 'dim' }, { text }], LEVEL[1], page.screen)),
    ...moreLine(page, sinceTexts.length - shown.length),
  ];
}

export function missingLines(page: Page): readonly string[] {
  const entries = page.head.missingData;
  if (entries.length === 0) return [];
  const line = (entry: MissingDataEntry): readonly Span[] => [
    { text: `- ${entry.field}`, style: entry.level === 'required' ? 'red' : 'yellow' },
    { text: ` (${extentText(entry, page.head.summary.total)})`, style: 'dim' },
  ];
  const shown = entries.slice(0, NAMES_SHOWN);
  return [
    heading(page, 'missing', 'MISSING DATA'),
    ...shown.flatMap((entry) => layOut(line(entry), LEVEL[1], page.screen)),
    ...moreLine(page, entries.length - shown.length),
  ];
}

/** Scenarios named per kind of failure; the rest are counted. */
const SCENARIOS_NAMED = 5;

/** `✓ ORB_BREAKOUT 19,800 of 20,000` for each scenario with a working test. */
export function scenarioLines(page: Page): readonly string[] {
  const works = [...page.digest.scenarios].filter(([, { working }]) => working > 0);
  const rows = works.slice(0, NAMES_SHOWN).map(([scenario, { working, tests }]) => ({
    name: { text: `${page.glyphs.ok} ${scenario}`, style: 'green' } satisfies Span,
    count: { text: `${numberText(working)} of ${numberText(tests)}` } satisfies Span,
  }));
  const table = tableLines(
    page.screen,
    rows.map(({ name, count }) => [name, count]),
  );
  const hidden = works.length - rows.length;
  return [
    ...(fits(page, table)
      ? table
      : rows.flatMap(({ name, count }) => layOut([name, { text: ' ' }, count], LEVEL[1], page.screen))),
    ...(hidden > 0 ? moreScenarios(page, hidden) : []),
  ];
}

function moreScenarios({ glyphs, screen }: Page, hidden: number): readonly string[] {
  return layOut(
    [{ text: `${glyphs.more} and ${numberText(hidden)} more scenarios`, style: 'dim' }],
    LEVEL[1],
    screen,
  );
}

/** Each kind of failure once: how often, where, since when, and the first and the last test to open. */
export function groupedBrokenLines(page: Page): readonly string[] {
  const { groups, ungrouped } = page.digest;
  const broken = groups.filter(({ urgency }) => urgency === 'broken');
  const hidden = broken.slice(GROUPS_SHOWN);
  return [
    ...outageLines(page),
    ...broken.slice(0, GROUPS_SHOWN).flatMap((group) => groupLines(page, group)),
    ...moreLine(
      page,
      hidden.reduce((sum, { count }) => sum + count, ungrouped),
    ),
  ];
}

/** Shown first, because the outage is ongoing. */
function outageLines({ digest, head, screen }: Page): readonly string[] {
  if (digest.brokenAtEnd === null || digest.working.count === 0) return [];
  const { since, count } = digest.brokenAtEnd;
  const text = `Nothing has worked since ${clockText(since, head.startedAt)}: the last ${numberText(count)} tests are all broken.`;
  return layOut([{ text, style: 'red' }], LEVEL[1], screen);
}

function groupLines(page: Page, group: Group): readonly string[] {
  const { screen, glyphs } = page;
  const title: readonly Span[] = [
    { text: `${glyphs.fail} ${numberText(group.count)} ${screen.unicode ? '×' : 'x'}`, style: 'red' },
    { text: ` ${message(group.message)}` },
    ...(group.varied ? [{ text: ' (and alike)', style: 'dim' } as const] : []),
  ];
  const examples =
    group.count === 1
      ? [example('at', { page, test: group.first })]
      : [example('first', { page, test: group.first }), example('last', { page, test: group.last })];
  return [
    ...layOut(title, LEVEL[1], screen),
    ...layOut([{ text: scenariosText(group) }], LEVEL[2], screen),
    ...examples.flatMap((line) => layOut(line, LEVEL[2], screen)),
  ];
}

/** `first 12:00:00 UTC, #100, trace 1234567890abcdef1234567890abcdef`; the number works with `trace show`. */
function example(which: string, { page, test }: { readonly page: Page; readonly test: TestResult }) {
  const { index, trace, startedAt } = test;
  const text = `${which} ${clockText(startedAt, page.head.startedAt)}, #${index}, trace `;
  return [
    { text },
    { text: trace.traceId, unbroken: true, ...(trace.url === null ? {} : { link: trace.url }) },
  ];
}

/** The date is shown only if it differs from that of the run's start. */
function clockText(iso: string, begun: string): string {
  const text = timeText(iso);
  return iso.slice(0, 10) === begun.slice(0, 10) ? text.slice('2026-08-01 '.length) : text;
}

/** `ORB_BREAKOUT 200, CHOP 180`, largest first. */
function scenariosText({ scenarios }: Group): string {
  const counted = [...scenarios].sort(([, a], [, b]) => b - a);
  const named = counted
    .slice(0, SCENARIOS_NAMED)
    .map(([scenario, tests]) => `${scenario} ${numberText(tests)}`);
  const hidden = counted.length - named.length;
  return named.join(', ') + (hidden > 0 ? ` and ${hidden} more scenarios` : '');
}
