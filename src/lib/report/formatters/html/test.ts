/** One test of the page: a line that opens to all that is known of it. */
import type { TestResult } from '../../../model/result.ts';
import { durationText, timeText } from '../../../terminal/quantities.ts';
import { causeBehind, mainMessage } from '../../cause-text.ts';
import { hasWarnings, urgencyOf } from '../../digest/urgency.ts';
import { attemptsWords, phasesText, readingText } from '../pretty/details.ts';
import { findingsOf } from '../pretty/digest.ts';
import { message, stuckPlace, stuckStage } from '../pretty/page.ts';
import { REPEAT_TERM, repeatWords } from '../repeat-text.ts';
import { retryText } from '../words.ts';
import { copyButton, exchangePart } from './exchange.ts';
import { findingList, signOf, siteOf } from './finding.ts';
import { factList } from './head.ts';
import { stageTable } from './stages.ts';
import { apart, type Html, html, joined, webLink } from './text.ts';
import { waterfall } from './waterfall.ts';

/** Characters that a search looks through. */
const FOUND_IN = 1_000;

export interface Shown {
  /** Whether its trace is drawn. */
  readonly drawn: boolean;
  /** The number of the kind it is of, where it is told. */
  readonly kind: number | null;
}

export function testItem(result: TestResult, { drawn, kind }: Shown): Html {
  const findings = findingsOf(result);
  return html`<li${marks(result, kind)}><details>${lineOf(result, mainMessage(result) ?? findings[0]?.message)}
<div class="test" id="t-${result.index}">
${findingList(findings, siteOf(result.trace.url))}${factList(facts(result))}${stageTable(result)}${drawn ? waterfall(result.trace) : html``}
${exchangePart(result)}
</div></details></li>
`;
}

/** What filters go by. */
function marks(result: TestResult, kind: number | null): Html {
  const retried = retryText(result);
  const words = [
    ...[result.name, ...Object.values(result.dimensions).map(String)],
    ...[result.testId, result.trace.traceId, statusOf(result)],
    ...(result.from === undefined ? [] : [result.from]),
    ...(retried === null ? [] : [retried]),
    ...(causeBehind(result) === null ? [] : [causeBehind(result)]),
    ...findingsOf(result).map((finding) => finding.message),
  ];
  const stages = result.stages.filter(({ state }) => state !== 'ok');
  const stuck = stages.map(({ name, state }) => `${name}:${state}`).join('\n');
  return html` data-status="${urgencyOf(result)}" data-scenario="${result.scenario}"${kind === null ? html`` : html` data-kind="${kind}"`}${stuck === '' ? html`` : html` data-stages="${stuck}"`} data-find="${words.join(' ').toLowerCase().slice(0, FOUND_IN)}"`;
}

function lineOf(result: TestResult, first: string | undefined): Html {
  const values = Object.values(result.dimensions).map((value) => apart(String(value)));
  const said = first ?? retryText(result) ?? '';
  return html`<summary>${mark(result)}<span class="name">${result.index}. ${apart(result.name)}${values.length === 0 ? html`` : html` (${joined(values, ', ')})`}</span>${said === '' ? html`` : html`<span class="said">${message(said)}</span>`}<span class="muted time">${durationText(result.timings.totalMs)}</span></summary>`;
}

function mark(result: TestResult): Html {
  if (result.verdict === 'broken') return signOf('error', 'broken');
  return hasWarnings(result)
    ? signOf('warning', 'working, with doubts')
    : html`<span class="ok" role="img" aria-label="working">✓</span>`;
}

function statusOf({ response }: TestResult): string {
  return response === null ? 'no answer' : `HTTP ${response.status} ${response.statusText}`;
}

type Row = readonly [term: string, text: Html];

function facts(result: TestResult): readonly Row[] {
  const { trace } = result;
  const took = `${result.response === null ? 'None' : statusOf(result)} after ${durationText(result.timings.totalMs)}`;
  return [
    ...row('Cause', causeBehind(result)),
    ...stuckRow(result),
    ...missingRow(result),
    ['Answer', html`${took} ${phasesText(result.timings)}`],
    ...row('Attempts', result.attempts.length > 1 ? attemptsWords(result.attempts) : null),
    ...row('From', result.from ?? null),
    ...row(REPEAT_TERM, result.repeat === undefined ? null : repeatWords(result.repeat)),
    [
      'Trace',
      html`<span class="copied">${webLink(html`<code>${trace.traceId}</code>`, trace.url)} ${copyButton('the trace id')}</span>`,
    ],
    ...row('Reading it', trace.state === 'skipped' ? null : readingText(trace)),
    [
      'Test',
      html`<code>${result.testId}</code>, sent ${timeText(result.startedAt)}, <a href="#t-${result.index}">link to it</a>`,
    ],
  ];
}

function row(term: string, text: string | null): readonly Row[] {
  return text === null ? [] : [[term, html`${text}`]];
}

function stuckRow(result: TestResult): readonly Row[] {
  const stage = stuckStage(result);
  if (stage === null) return [];
  const [term, place] =
    result.stuckAt?.after == null ? ['Stuck at', stage.name] : ['Stuck', stuckPlace(result)];
  return [[term, html`<b class="bad">${place}</b> (${stage.detail ?? stage.state})`]];
}

function missingRow({ missingData }: TestResult): readonly Row[] {
  if (missingData.length === 0) return [];
  return row('Missing data', missingData.map(({ field, level }) => `${field} (${level})`).join(', '));
}
