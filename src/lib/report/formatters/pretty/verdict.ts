/**
 * The last lines of the terminal report: what broke, at which stage, why, since when, and the one thing to open. A terminal
 * shows the end, so they stand alone.
 */
import type { Finding } from '../../../model/finding.ts';
import { cell, type Span } from '../../../terminal/layout.ts';
import { countOf, durationText, numberText } from '../../../terminal/quantities.ts';
import type { Style } from '../../../terminal/signs.ts';
import { textWidth } from '../../../terminal/width.ts';
import { causeWords } from '../../cause-text.ts';
import { brokenGroups, headlineText, NAMES_IN_TEXT, namesText } from '../headline.ts';
import { advised, measuredText, statusTitle } from '../words.ts';
import { unsaidPlace } from './broken.ts';
import { layOutWithin } from './cut.ts';
import type { Group } from './groups.ts';
import { labeled, labeledCommand } from './labeled.ts';
import { issueUrl, testCommand, traceCommand } from './open.ts';
import { type Page, stuckPlace } from './page.ts';
import { changedTexts, sinceTexts } from './since.ts';
import { stepsFor } from './steps.ts';

/** Number of lines that a small terminal shows besides a prompt. */
const MAX_LINES = 12;
const CAUSES_SHOWN = 3;
/** Of the title, and of a single cause. */
const MAX_TEXT_LINES = 2;
/** The label and its text. */
const ROW = { indent: 2, hang: 13 } as const;

export function verdictLines(page: Page): readonly string[] {
  const title = titleLines(page);
  const since = sinceRow(page);
  const changed = changedRow(page);
  const before = checkRows(page);
  const after = [...firstStepRow(page), ...openRow(page), ...targetRow(page), ...moreRow(page)];
  // BROKEN has what does not fit here.
  const room = MAX_LINES - title.length - before.length - after.length - 1;
  const facts = [[...since, ...changed], changed, since].find((lines) => lines.length <= room) ?? [];
  const causes = causeRows(page, room + 1 - facts.length);
  return [...title, ...causes, ...before, ...facts, ...after];
}

/** `✗ DEGRADED  CHOP is broken at data-enrichment; 4 of 5 webhooks work (2.4 s)` */
function titleLines(page: Page): readonly string[] {
  const { head, screen } = page;
  const { mark, style } = markOf(page);
  const title = `${mark} ${statusTitle(head)}`;
  const took = head.durationMs === null ? '' : ` (${durationText(Number(head.durationMs.toPrecision(2)))})`;
  const start = textWidth(title) + 2;
  const text = { text: `${headlineText(page)}${took}` };
  // The first line begins after the title, at a width that the layout does not know.
  const [first = '', ...rest] = layOutWithin([text], {
    at: { indent: start, hang: 2 },
    most: MAX_TEXT_LINES,
    screen,
  });
  return [`${cell({ text: title, style }, screen)}  ${first.trimStart()}`, ...rest];
}

function markOf({ head, glyphs }: Page): { readonly mark: string; readonly style: Style } {
  if (head.summary.failed > 0 || head.status === 'broken') return { mark: glyphs.fail, style: 'red' };
  if (head.status === 'healthy') return { mark: glyphs.ok, style: 'green' };
  return { mark: glyphs.warn, style: 'yellow' };
}

/** Each cause once, in this many lines; without a broken test, the problem of the run as a whole and each warning. */
function causeRows(page: Page, lines: number): readonly string[] {
  const broken = brokenGroups(page);
  const problem = broken.length > 0 ? [] : problemRow(page);
  const groups = worstGroups(page);
  const shown = groups.slice(0, CAUSES_SHOWN);
  const hidden = groups.length - shown.length;
  const others = shown.length - 1 + Math.min(hidden, 1) + problem.length;
  const label = broken.length > 0 ? 'Cause' : 'Warning';
  const isSole =
    broken.length > 0 && new Set(broken.flatMap(({ scenarios }) => [...scenarios.keys()])).size === 1;
  const rows = shown.flatMap((group, at) => {
    const names = broken.length === 1 || isSole ? '' : `${whoseText(group)}: `;
    const place = broken.length === 0 ? null : unsaidPlace(group.first);
    const stuck = place === null || headlineText(page).includes(place) ? '' : `stuck ${place}: `;
    const most = at === 0 ? Math.max(1, Math.min(MAX_TEXT_LINES, lines - others)) : 1;
    return row(page, label, { text: `${names}${stuck}${causeOf(page, group)}`, most });
  });
  const kind = broken.length > 0 ? 'more cause' : 'more warning';
  return [
    ...problem,
    ...rows,
    ...(hidden > 0 ? row(page, '', { text: `and ${countOf(hidden, kind)}`, most: 1 }) : []),
  ];
}

/** Without its stage if the title has it. */
function causeOf(page: Page, { first, message }: Group): string {
  const { cause, verdict, stuckAt } = first;
  const place = stuckPlace(first);
  const isTitled = verdict === 'broken' && place !== null && headlineText(page).includes(place);
  return cause !== null && isTitled && cause.stage === stuckAt?.stage ? causeWords(cause) : message;
}

/** The groups of broken tests; else those with warnings. */
function worstGroups(page: Page): readonly Group[] {
  const broken = brokenGroups(page);
  return broken.length > 0 ? broken : page.digest.groups;
}

function problemRow(page: Page): readonly string[] {
  const problem = problemOf(page);
  return problem === null ? [] : row(page, 'Problem', { text: problem.message, most: MAX_TEXT_LINES });
}

/** Of the run as a whole; what got worse than the baseline has a separate row. */
function problemOf({ head }: Page): Finding | null {
  return head.findings.find(({ severity, change }) => severity === 'error' && change === undefined) ?? null;
}

/** The scenarios of a cause, or how many tests it broke where the names would fill the screen. */
function whoseText({ scenarios, count }: Group): string {
  return scenarios.size > NAMES_IN_TEXT ? countOf(count, 'test') : namesText([...scenarios.keys()]);
}

/** What fails the run besides its tests: a threshold, or something that got worse. */
function checkRows(page: Page): readonly string[] {
  const { thresholds, findings } = page.head;
  const failed = thresholds.filter(({ ok }) => !ok);
  const worse = findings.flatMap(({ change }) => change ?? []);
  const rows = [
    ...failed.map((each) => ['Threshold', `${each.expression}: ${measuredText(each)}`] as const),
    ...worse.map((text) => ['Worse', text] as const),
  ];
  const [first, ...others] = rows;
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` (and ${numberText(others.length)} more)`;
  return row(page, first[0], { text: `${first[1]}${more}`, most: 1 });
}

function sinceRow(page: Page): readonly string[] {
  const broken = brokenGroups(page);
  // On a narrow screen the cause needs the line more.
  const most = broken.length > 1 || page.screen.columns < 80 ? 1 : MAX_TEXT_LINES;
  return firstOfRow(page, { label: 'Since', texts: sinceTexts(page, brokenScenarios(page)), most });
}

function changedRow(page: Page): readonly string[] {
  return firstOfRow(page, { label: 'Changed', texts: changedTexts(page, brokenScenarios(page)), most: 1 });
}

function brokenScenarios(page: Page): readonly string[] {
  return brokenGroups(page).flatMap(({ scenarios }) => [...scenarios.keys()]);
}

function firstOfRow(
  page: Page,
  {
    label,
    texts,
    most,
  }: { readonly label: string; readonly texts: readonly string[]; readonly most: number },
): readonly string[] {
  const [first, ...others] = texts;
  if (first === undefined) return [];
  const more = others.length === 0 ? '' : ` (and ${countOf(others.length, 'more scenario')})`;
  return row(page, label, { text: `${first}${more}`, most });
}

function firstStepRow(page: Page): readonly string[] {
  const { head, digest } = page;
  if (isFlawless(page)) return [];
  // What the run as a whole found explains its tests.
  const problem = problemOf(page)?.hint;
  const [group] = worstGroups(page);
  const step =
    problem ??
    (group === undefined ? undefined : stepsFor(page, group.first)[0]) ??
    head.findings.find(({ hint }) => hint !== null)?.hint ??
    advised(head, digest)[0]?.solutions[0];
  if (step === undefined) return [];
  return row(page, 'Try first', { text: step, most: brokenGroups(page).length > 1 ? 1 : MAX_TEXT_LINES });
}

/** Everything that was requested works and was verified. */
function isFlawless({ head }: Page): boolean {
  return head.status === 'healthy' && head.summary.unverified === 0 && head.exitCode === 0;
}

/** The issue in Sentry, else the command that shows the trace or the test. */
function openRow(page: Page): readonly string[] {
  const [group] = worstGroups(page);
  if (group === undefined) return [];
  const url = issueUrl(page, group.first);
  if (url !== null)
    return labeled(page, { label: 'Open first', spans: [{ text: url, unbroken: true, link: url }], at: ROW });
  const command = traceCommand(page, group.first) ?? testCommand(page, group.first);
  return command === null ? [] : labeledCommand(page, { label: 'Open first', command, at: ROW });
}

function targetRow(page: Page): readonly string[] {
  const target: Span = { text: page.head.target, unbroken: true };
  const runId: Span = { text: page.head.runId, unbroken: true };
  const line = (label: string, spans: readonly Span[]) => labeled(page, { label, spans, at: ROW });
  const together = line('Target', [target, { text: ' · run ' }, runId]);
  return together.length === 1 ? together : [...line('Target', [target]), ...line('Run', [runId])];
}

/** Not after a run with nothing to look into. */
function moreRow(page: Page): readonly string[] {
  const { savedAs } = page.digest;
  const { exitCode } = page.head;
  if (isFlawless(page)) return [];
  if (savedAs === null) return row(page, 'Exit code', { text: String(exitCode), most: 1 });
  const command = `prod-e2e report show ${savedAs}${page.full ? '' : ' --full'}`;
  return labeledCommand(page, { label: 'More', command, note: `exit ${exitCode}`, at: ROW });
}

function row(
  page: Page,
  label: string,
  { text, most }: { readonly text: string; readonly most: number },
): readonly string[] {
  return labeled(page, { label, spans: [{ text }], at: ROW, most });
}
