/**
 * The last lines of the terminal report: what broke, at which stage, why, since when, and the one thing to open. A terminal
 * shows the end, so they stand alone.
 */
import type { TestResult } from '../../../model/result.ts';
import { layOut, type Span } from '../../../terminal/layout.ts';
import { countOf, durationText, numberText } from '../../../terminal/quantities.ts';
import type { Style } from '../../../terminal/signs.ts';
import { brokenGroups, headlineText, NAMES_IN_TEXT, namesText } from '../headline.ts';
import { advised, brokenSinceTexts, statusTitle } from '../words.ts';
import type { Group } from './groups.ts';
import { LEVEL, type Page, stuckPlace } from './page.ts';

const CAUSES_SHOWN = 3;
/** Two lines of 80 columns. */
const MESSAGE_SHOWN = 130;
const LABEL_COLUMNS = 12;

export function verdictLines(page: Page): readonly string[] {
  const { head, screen } = page;
  const { mark, style } = markOf(page);
  const took = head.durationMs === null ? '' : ` (${durationText(head.durationMs)})`;
  const title: readonly Span[] = [
    { text: `${mark} ${statusTitle(head)}`, style },
    { text: `: ${headlineText(page)}${took}` },
  ];
  return [
    ...layOut(title, LEVEL[0], screen),
    ...causeRows(page),
    ...sinceRow(page),
    ...firstStepRow(page),
    ...openRow(page),
    ...row(page, 'Target', [
      { text: head.target, unbroken: true },
      { text: ', run ' },
      { text: head.runId, unbroken: true },
    ]),
    ...moreRow(page),
  ];
}

function markOf({ head, glyphs }: Page): { readonly mark: string; readonly style: Style } {
  if (head.summary.failed > 0 || head.status === 'broken') return { mark: glyphs.fail, style: 'red' };
  if (head.status === 'healthy') return { mark: glyphs.ok, style: 'green' };
  return { mark: glyphs.warn, style: 'yellow' };
}

/** Each cause once; without a broken test, the warning that most tests share. */
function causeRows(page: Page): readonly string[] {
  const broken = brokenGroups(page);
  const groups = broken.length > 0 ? broken : page.digest.groups.slice(0, 1);
  const label = broken.length > 0 ? 'Cause' : 'Warning';
  const rows = groups.slice(0, CAUSES_SHOWN).flatMap((group) => {
    const { message, first } = group;
    const place = stuckPlace(first);
    const names = groups.length === 1 && broken.length > 0 ? '' : `${whoseText(group)}: `;
    const stuck = groups.length > 1 && place !== null ? `, stuck ${place}` : '';
    return row(page, label, [{ text: `${names}${cutMessage(message)}${stuck}` }]);
  });
  const hidden = groups.length - CAUSES_SHOWN;
  return hidden > 0 && broken.length > 0
    ? [...rows, ...row(page, '', [{ text: `and ${countOf(hidden, 'more cause')}`, style: 'dim' }])]
    : rows;
}

/** The scenarios of a cause, or how many tests it broke where the names would fill the screen. */
function whoseText({ scenarios, count }: Group): string {
  return scenarios.size > NAMES_IN_TEXT ? countOf(count, 'test') : namesText([...scenarios.keys()]);
}

function cutMessage(text: string): string {
  return text.length <= MESSAGE_SHOWN ? text : `${text.slice(0, MESSAGE_SHOWN)}…`;
}

function sinceRow(page: Page): readonly string[] {
  const [first, ...others] = brokenSinceTexts(page.head);
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` (and ${numberText(others.length)} more scenarios)`;
  return row(page, 'Since', [{ text: `${first}${more}` }]);
}

function firstStepRow(page: Page): readonly string[] {
  if (page.head.status === 'healthy') return [];
  const solution = advised(page.head, page.digest)[0]?.solutions[0];
  return solution === undefined ? [] : row(page, 'Try first', [{ text: solution }]);
}

/** The issue in Sentry, else the command that shows the test. */
function openRow(page: Page): readonly string[] {
  const test = brokenGroups(page)[0]?.first;
  if (test === undefined) return [];
  const url = test.cause?.issue?.url ?? null;
  if (url !== null && page.head.sandbox !== true)
    return row(page, 'Open first', [{ text: url, unbroken: true, link: url }]);
  const command = showCommand(page, test);
  return command === null ? [] : row(page, 'Open first', [{ text: command, style: 'bold' }]);
}

/** The sandbox and its Sentry end with the run: what is saved can still be shown. */
function showCommand({ head, digest }: Page, { testId, index, trace }: TestResult): string | null {
  const { savedAs } = digest;
  if (savedAs === null) return null;
  const isRead = trace.state !== 'skipped' && trace.url !== null && head.sandbox !== true;
  if (isRead && savedAs === head.runId) return `prod-e2e trace show ${testId}`;
  return `prod-e2e report show ${savedAs} ${index}`;
}

function moreRow(page: Page): readonly string[] {
  const { savedAs } = page.digest;
  const exit: Span = { text: `(exit code ${page.head.exitCode})` };
  const command: Span = { text: `prod-e2e report show ${savedAs}`, style: 'bold' };
  return row(page, 'More', savedAs === null ? [exit] : [command, { text: ' ' }, exit]);
}

function row({ screen }: Page, label: string, spans: readonly Span[]): readonly string[] {
  const at = { indent: 2, hang: 2 + LABEL_COLUMNS };
  // Spaces between words are collapsed, so the label is padded by hand.
  const [first = '', ...rest] = layOut(spans, { indent: at.hang, hang: at.hang }, screen);
  return [`  ${label.padEnd(LABEL_COLUMNS)}${first.slice(at.hang)}`, ...rest];
}
