/** One test on the page: a line that opens to everything known about it. */
import type { RepeatedSend, StoredResponse, TestResult, WebhookRequest } from '../../../model/result.ts';
import type { StageResult } from '../../../model/stage.ts';
import { countOf, durationText } from '../../../terminal/quantities.ts';
import { causeBehind, mainMessage } from '../../cause-text.ts';
import { hasWarnings, urgencyOf } from '../../digest/urgency.ts';
import { attemptsWords, phasesText, readingText } from '../pretty/details.ts';
import { findingsOf } from '../pretty/digest.ts';
import { message, stuckPlace, stuckStage } from '../pretty/page.ts';
import { REPEAT_TERM, repeatWords } from '../repeat-text.ts';
import { bodyText, headerLines, MASKED_NOTE, resendLine } from '../request-text.ts';
import { retryText, stateText } from '../words.ts';
import { factList } from './head.ts';
import { signOfState } from './matrix.ts';
import { copyable, copyButton, findingList, signOf, siteOf } from './parts.ts';
import { STATUS_FILTERS } from './tests.ts';
import { breakable, type Html, html, isolated, joined, timeTag, webLink } from './text.ts';
import { waterfall } from './waterfall.ts';

/** Characters that the search covers. */
const FOUND_IN = 1_000;

export interface Shown {
  /** Its name is enough: the only test of its scenario. */
  readonly single: boolean;
  /** Whether its trace is drawn. */
  readonly drawn: boolean;
  /** Its number in the list of problems; null if it is not listed. */
  readonly kind: number | null;
}

export interface TestItem {
  readonly full: Html;
  /** Without stages, trace, request and response, for pages that would be too large. */
  readonly brief: Html;
}

/** @param savedAs as in the report source */
export function testItem(result: TestResult, shown: Shown, savedAs: string | null): TestItem {
  const findings = findingsOf(result);
  const open = html`<li${marks(result, shown.kind)}><details>${lineOf(result, shown, mainMessage(result) ?? findings[0]?.message)}
<div class="test" id="test-${result.index}">
${findingList(findings, siteOf(result.trace.url))}${factList(facts(result))}`;
  const close = html`</div></details></li>
`;
  const command = savedAs === null ? '--reporter json' : `prod-e2e report show ${savedAs} ${result.index}`;
  return {
    full: html`${open}${stageTable(result)}${shown.drawn ? waterfall(result.trace) : html``}
${exchangePart(result)}
${close}`,
    brief: html`${open}<p class="muted">Stages, request and response: <code>${command}</code></p>
${close}`,
  };
}

/** The attributes that the filters read. */
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
  return html` data-status="${STATUS_FILTERS[urgencyOf(result)]}" data-scenario="${result.scenario}"${kind === null ? html`` : html` data-kind="${kind}"`}${stuck === '' ? html`` : html` data-stages="${stuck}"`} data-find="${words.join(' ').toLowerCase().slice(0, FOUND_IN)}"`;
}

function lineOf(result: TestResult, { single }: Shown, first: string | undefined): Html {
  const values = Object.values(result.dimensions).map((value) => isolated(String(value)));
  const shown = first ?? retryText(result) ?? '';
  return html`<summary>${mark(result)}<span class="name">${result.index}. ${isolated(single ? result.scenario : result.name)}${values.length === 0 ? html`` : html` (${joined(values, ', ')})`}</span>${shown === '' ? html`` : html`<span class="said">${message(shown)}</span>`}<span class="muted time">${durationText(result.timings.totalMs)}</span></summary>`;
}

function mark(result: TestResult): Html {
  if (result.verdict === 'broken') return signOf('error', 'broken');
  return hasWarnings(result)
    ? signOf('warning', 'working, with warnings')
    : html`<span class="ok" role="img" aria-label="working">✓</span>`;
}

function statusOf({ response }: TestResult): string {
  return response === null ? 'no response' : `HTTP ${response.status} ${response.statusText}`;
}

type Row = readonly [term: string, text: Html];

function facts(result: TestResult): readonly Row[] {
  const { trace } = result;
  const took = `${result.response === null ? 'None' : statusOf(result)} after ${durationText(result.timings.totalMs)}`;
  return [
    ...row('Cause', causeBehind(result)),
    ...stuckRow(result),
    ...missingRow(result),
    ['Response', html`${took} ${phasesText(result.timings)}`],
    ...row('Attempts', result.attempts.length > 1 ? attemptsWords(result.attempts) : null),
    ...row('From', result.from ?? null),
    ...row(REPEAT_TERM, result.repeat === undefined ? null : repeatWords(result.repeat)),
    ['Trace', copyable(webLink(html`<code>${trace.traceId}</code>`, trace.url), 'the trace id')],
    ...row('Trace status', trace.state === 'skipped' ? null : withoutTerm(readingText(trace))),
    [
      'Test',
      html`<code>${result.testId}</code>, sent ${timeTag(result.startedAt)}, <a href="#test-${result.index}">link</a>`,
    ],
  ];
}

/** `verified: 15 spans` of `Trace verified: 15 spans`, whose term already contains the rest. */
function withoutTerm(text: string): string {
  return text.replace(/^Trace /, '');
}

function row(term: string, text: string | null): readonly Row[] {
  return text === null ? [] : [[term, html`${text}`]];
}

function stuckRow(result: TestResult): readonly Row[] {
  const stage = stuckStage(result);
  if (stage === null) return [];
  const [term, place] =
    result.stuckAt?.after == null ? ['Stuck at', stage.name] : ['Stuck', stuckPlace(result)];
  const why = stage.detail ?? stage.state;
  // The cause is in the line above.
  const isKnown = mainMessage(result)?.includes(why) === true;
  return [[term, html`<b class="bad">${place}</b>${isKnown ? '' : ` (${why})`}`]];
}

function missingRow({ missingData }: TestResult): readonly Row[] {
  if (missingData.length === 0) return [];
  return row('Missing data', missingData.map(({ field, level }) => `${field} (${level})`).join(', '));
}

/** The evidence under its column's label. */
const KINDS = [
  ['response', 'response'],
  ['trace', 'trace'],
  ['http', 'HTTP'],
  ['sql', 'SQL'],
] as const;

function stageTable({ stages }: TestResult): Html {
  if (stages.length === 0) return html``;
  return html`<h3>Stages</h3>
<div class="scroll" tabindex="0" role="group" aria-label="Stages of the test"><table class="evidence">
<thead><tr><th scope="col">Stage</th><th scope="col">State</th><th scope="col">Evidence</th><th scope="col" class="num">Duration</th></tr></thead>
<tbody>
${stages.map(stageRow)}</tbody></table></div>
`;
}

/** The detail has a separate full-width row, because on a phone it fits in no column. */
function stageRow({ name, state, evidence, durationMs, detail }: StageResult): Html {
  const seen = KINDS.flatMap(([kind, word]) =>
    evidence[kind] === null ? [] : [`${word} ${evidence[kind]}`],
  );
  const { sign, tone } = signOfState(state);
  const why =
    detail === null
      ? html``
      : html`<tr class="why"><td colspan="4">${detail}</td></tr>
`;
  return html`<tr><th scope="row">${breakable(name)}</th><td class="${tone}"><span aria-hidden="true">${sign}</span> ${stateText(state)}</td><td>${seen.join(', ')}</td><td class="num">${durationMs === null ? '' : durationText(durationMs)}</td></tr>
${why}`;
}

/** Characters shown of a body; the JSON report has all that is saved. */
const BODY_SHOWN = 6_000;

function exchangePart({ request, response, repeat }: TestResult): Html {
  return html`<div class="pair"><div>${requestPart(request)}</div><div>${responseSection(response)}</div></div>
${(repeat?.sends ?? []).map(resentPart)}${againPart(request)}`;
}

function requestPart(request: WebhookRequest): Html {
  const { body } = request;
  return html`<h3>Request</h3>
<p><code>${request.method} ${request.url}</code></p>
${messagePart(request)}${body.length > BODY_SHOWN ? cutNote(Buffer.byteLength(body)) : html``}`;
}

function responseSection(response: StoredResponse | null): Html {
  return html`<h3>Response</h3>
${response === null ? html`<p>None.</p>` : responsePart(response)}`;
}

function resentPart({ response, errors, timings, traceId }: RepeatedSend, at: number): Html {
  return html`<h3>Response ${at + 2}, to the resent webhook</h3>
<p>After ${durationText(timings.totalMs)}, in trace <code>${traceId}</code></p>
${response === null ? html`<p>${errors[0]?.message ?? 'None.'}</p>` : responsePart(response)}`;
}

function responsePart(response: StoredResponse): Html {
  const { status, statusText, body, bodyBytes, bodyCut } = response;
  return html`<p><code>HTTP ${status} ${statusText}</code></p>
${messagePart(response)}${bodyCut || body.length > BODY_SHOWN ? cutNote(bodyBytes) : html``}`;
}

function messagePart({ headers, body }: Pick<WebhookRequest, 'headers' | 'body'>): Html {
  return html`<pre tabindex="0">${headerLines(headers).join('\n')}

${bodyText(body, BODY_SHOWN)}</pre>
`;
}

function cutNote(bytes: number): Html {
  return html`<p class="muted">Cut: the whole body has ${countOf(bytes, 'byte')}.</p>`;
}

function againPart(request: WebhookRequest): Html {
  const { line, masked } = resendLine(request);
  return html`<h3>Resend</h3>
<div class="copied"><pre tabindex="0">${line}</pre>${copyButton('the curl line')}</div>
${masked ? html`<p class="muted">${MASKED_NOTE}</p>` : html``}`;
}
