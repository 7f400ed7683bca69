/** BROKEN in the terminal report: the broken tests by cause, and below them what is known of it. */
import type { TestResult } from '../../../model/result.ts';
import { layOut, type Span } from '../../../terminal/layout.ts';
import { countOf, numberText, timeText } from '../../../terminal/quantities.ts';
import { webAddress } from '../../../terminal/web-address.ts';
import { causeBehind, mainMessage } from '../../cause-text.ts';
import { layOutWithin } from './cut.ts';
import { NAMES_SHOWN } from './digest.ts';
import { byKind, type Group } from './groups.ts';
import { labeled, labeledCommand } from './labeled.ts';
import { legendLines, type Matrix, matrixOf, rowsHeading, stageTextLines, testRow } from './matrix.ts';
import { issueUrl, traceCommand } from './open.ts';
import { heading, LEVEL, message, moreLine, type Page, stuckPlace, withCommand } from './page.ts';
import { changedTexts, sinceTexts } from './since.ts';
import { stepsFor } from './steps.ts';

/** Tests listed of one cause; the others are counted. */
const SAME_CAUSE_SHOWN = 5;
/** Causes shown of a run whose tests are grouped. */
const CAUSES_OF_MANY = 3;
const ALL_CAUSES = 10;
/** Scenarios named per cause of such a run. */
const SCENARIOS_NAMED = 3;
/** The label and its text. */
const FACT = { indent: 4, hang: 13 } as const;

export function brokenLines(page: Page): readonly string[] {
  const { tests, count } = page.digest.broken;
  if (count === 0) return [];
  if (count > NAMES_SHOWN) return [heading(page, 'broken', 'BROKEN'), ...groupedLines(page)];
  const matrix = matrixOf(page);
  const { working } = page.digest;
  const shown = [...(working.count > NAMES_SHOWN ? [] : working.tests), ...tests];
  const kinds = byKind(tests);
  const advice = new Set<string>();
  // The verdict at the end has the first step of the first cause.
  if (kinds.length === 1) for (const step of firstStepOf(page, tests)) advice.add(step);
  return [
    rowsHeading(page, { section: 'broken', title: 'BROKEN', matrix }),
    ...kinds.flatMap((alike) => [
      ...alike.slice(0, SAME_CAUSE_SHOWN).flatMap((test) => rowLines(page, matrix, test)),
      ...moreAlike(page, alike.length - SAME_CAUSE_SHOWN),
      ...factLines(page, alike, advice),
    ]),
    ...legendLines(page, matrix, shown),
  ];
}

function firstStepOf(page: Page, [test]: readonly TestResult[]): readonly string[] {
  return test === undefined ? [] : stepsFor(page, test).slice(0, 1);
}

function rowLines(page: Page, matrix: Matrix, test: TestResult): readonly string[] {
  return [testRow(page, matrix, test), ...stageTextLines(page, matrix, test)];
}

function moreAlike({ glyphs, screen }: Page, hidden: number): readonly string[] {
  if (hidden <= 0) return [];
  const text = `${glyphs.more} and ${numberText(hidden)} more with the same cause`;
  return layOut([{ text, style: 'dim' }], LEVEL[2], screen);
}

/** @param shownSteps advice already shown above */
function factLines(page: Page, alike: readonly TestResult[], shownSteps: Set<string>): readonly string[] {
  const [test] = alike;
  if (test === undefined) return [];
  const fact = (label: string, spans: readonly Span[]) => labeled(page, { label, spans, at: FACT });
  const cause = mainMessage(test) ?? 'no reason recorded';
  const [first] = test.errors;
  const symptom = causeBehind(test) === null ? null : (first?.message ?? null);
  const others = test.errors.length - 1;
  const more: readonly Span[] = others > 0 ? [{ text: ` (+${others} more)`, style: 'dim' }] : [];
  const stuck = unsaidPlace(test);
  const scenarios = alike.map(({ scenario }) => scenario);
  const steps = stepsFor(page, test).filter((step) => !shownSteps.has(step));
  for (const step of steps) shownSteps.add(step);
  return [
    ...fact('Cause', [{ text: message(cause) }, ...(symptom === null ? more : [])]),
    ...(symptom === null ? [] : fact('Symptom', [{ text: message(symptom) }, ...more])),
    ...(stuck === null ? [] : fact('Stuck', [{ text: stuck }])),
    ...sinceTexts(page, scenarios).flatMap((text) => fact('Since', [{ text }])),
    ...changedTexts(page, scenarios).flatMap((text) => fact('Changed', [{ text }])),
    ...issueLines(page, test),
    ...traceLines(page, test),
    ...steps.flatMap((text) => layOut([{ text: `${page.glyphs.hint} ${text}` }], LEVEL[2], page.screen)),
  ];
}

/** Where the test got stuck, if its cause does not name it. */
export function unsaidPlace(test: TestResult): string | null {
  const { cause, stuckAt } = test;
  const isSaid = stuckAt?.after === null && cause?.stage === stuckAt.stage;
  return isSaid ? null : stuckPlace(test);
}

/** `SIGNALS-42 https://…` */
function issueLines(page: Page, test: TestResult): readonly string[] {
  const shortId = test.cause?.issue?.shortId ?? null;
  const url = issueUrl(page, test);
  const spans: readonly Span[] = [
    ...(shortId === null ? [] : [{ text: `${shortId} `, unbroken: true }]),
    ...(url === null ? [] : [{ text: url, unbroken: true, link: url }]),
  ];
  return spans.length === 0 ? [] : labeled(page, { label: 'Issue', spans, at: FACT });
}

/** The command that shows the trace, else its id; and its address unless the issue leads to it. */
function traceLines(page: Page, test: TestResult): readonly string[] {
  const { traceId, url, state } = test.trace;
  // DETAILED RESULTS has the id of a trace that cannot be opened.
  if (state === 'skipped' && url === null) return [];
  const command = traceCommand(page, test);
  const link = url === null ? {} : { link: url };
  const linked = page.screen.hyperlinks && url !== null && webAddress(url) !== null;
  const withUrl = url !== null && issueUrl(page, test) === null && page.head.sandbox !== true;
  const first =
    command === null
      ? labeled(page, { label: 'Trace', spans: [{ text: traceId, unbroken: true, ...link }], at: FACT })
      : labeledCommand(page, { label: 'Trace', command, at: FACT });
  return [
    ...first,
    ...(withUrl && !(linked && command === null)
      ? labeled(page, { label: '', spans: [{ text: url, unbroken: true, ...link }], at: FACT })
      : []),
  ];
}

/** Each cause once: how often, where, the first and the last test with it. */
function groupedLines(page: Page): readonly string[] {
  const { groups, ungrouped } = page.digest;
  const broken = groups.filter(({ urgency }) => urgency === 'broken');
  const shown = broken.slice(0, page.full ? ALL_CAUSES : CAUSES_OF_MANY);
  const hidden = broken.slice(shown.length);
  const hiddenTests = hidden.reduce((sum, { count }) => sum + count, ungrouped);
  return [
    ...outageLines(page),
    ...shown.flatMap((group) => groupLines(page, group)),
    ...moreCauses(page, hidden),
    ...(hidden.length === 0 || page.full ? moreLine(page, hiddenTests) : []),
  ];
}

/** The full report shows more of them. */
function moreCauses(page: Page, hidden: readonly Group[]): readonly string[] {
  const { savedAs } = page.digest;
  if (hidden.length === 0 || page.full) return [];
  const text = `${page.glyphs.more} and ${countOf(hidden.length, 'more cause')}`;
  if (savedAs === null) return layOut([{ text, style: 'dim' }], LEVEL[1], page.screen);
  const command = `prod-e2e report show ${savedAs} --full`;
  return withCommand(page, { text: `${text}:`, command, at: LEVEL[1] });
}

/** Shown first, because the outage is ongoing. */
function outageLines({ digest, head, screen, glyphs }: Page): readonly string[] {
  if (digest.brokenAtEnd === null || digest.working.count === 0) return [];
  const { since, count } = digest.brokenAtEnd;
  const text = ` Nothing has worked since ${clockText(since, head.startedAt)}: the last ${numberText(count)} tests are all broken.`;
  return layOut([{ text: glyphs.fail, style: 'red' }, { text }], LEVEL[1], screen);
}

function groupLines(page: Page, group: Group): readonly string[] {
  const { screen, glyphs, full } = page;
  const { first, count } = group;
  const place = unsaidPlace(first);
  const times = ` ${numberText(count)} ${screen.unicode ? '×' : 'x'} `;
  const similar = group.varied ? ' (and similar)' : '';
  const text = `${times}${message(group.message)}${similar}${place === null ? '' : `, stuck ${place}`}`;
  const title: readonly Span[] = [{ text: glyphs.fail, style: 'red' }, { text }];
  return [
    ...layOutWithin(title, { at: LEVEL[1], most: full ? 6 : 2, screen }),
    ...layOutWithin([{ text: `${scenariosText(group)}${unreadText(group)}` }], {
      ...{ at: LEVEL[2], screen },
      most: full ? 6 : 2,
    }),
    ...seenSpans(page, group).flatMap((spans) => layOut(spans, LEVEL[2], screen)),
  ];
}

/** `first 12:00:00 UTC, #100; last 12:04:00 UTC, #980`; the full report has the traces, too. */
function seenSpans(page: Page, { first, last, count }: Group): readonly (readonly Span[])[] {
  const at = (which: string, { startedAt, index }: TestResult) =>
    `${which} ${clockText(startedAt, page.head.startedAt)}, #${index}`;
  const ends =
    count === 1
      ? ([['at', first]] as const)
      : ([
          ['first', first],
          ['last', last],
        ] as const);
  if (!page.full) return [[{ text: ends.map(([which, test]) => at(which, test)).join('; ') }]];
  return ends.map(([which, test]) => {
    const { traceId, url } = test.trace;
    const id: Span = { text: traceId, unbroken: true, ...(url === null ? {} : { link: url }) };
    return [{ text: `${at(which, test)}, trace ` }, id];
  });
}

/** `; cause known from the 50 traces that were read` */
function unreadText({ count, unread }: Group): string {
  return unread === 0
    ? ''
    : `; cause known from ${countOf(count - unread, 'trace')} that ${count - unread === 1 ? 'was' : 'were'} read`;
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
  return named.join(', ') + (hidden > 0 ? ` and ${countOf(hidden, 'more scenario')}` : '');
}
