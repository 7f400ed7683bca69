/** One test of the page: a line that opens to all that is known of it. */
import type { Finding } from '../../model/finding.ts';
import type { WebhookRequest } from '../../model/plan.ts';
import type { KeptResponse } from '../../model/response.ts';
import type { TestResult } from '../../model/result.ts';
import { countOf, durationText, timeText } from '../../terminal/quantities.ts';
import { isDoubtful, urgencyOf } from '../urgency.ts';
import { againText } from './again.ts';
import { type Html, html, webLink } from './html-text.ts';
import { waterfall } from './html-waterfall.ts';
import { attemptsText, phasesText, readingText } from './pretty-details.ts';
import { findingsOf } from './pretty-digest.ts';
import { message, stuckAt } from './pretty-page.ts';
import { bodyText, headerLines, MASKED_NOTE, resendLine } from './request-text.ts';

/** Characters of a body; the JSON report has all that is kept. */
const BODY_SHOWN = 6_000;

/** @param drawn whether its trace is drawn */
export function testItem(result: TestResult, drawn: boolean): Html {
  const values = Object.values(result.dimensions).map(String);
  const findings = findingsOf(result);
  const said = findings[0]?.message ?? (result.flaky ? 'passed only after a retry' : '');
  const words = [result.name, ...values, result.testId, result.trace.traceId, statusOf(result), said];
  return html`<li data-status="${urgencyOf(result)}" data-find="${words.join(' ').toLowerCase().slice(0, 600)}"><details><summary>${mark(result)}<span class="name">${result.index}. ${result.name}${values.length === 0 ? '' : ` (${values.join(', ')})`}</span><span class="said">${message(said)}</span><span class="muted">${durationText(result.timings.totalMs)}</span></summary>
<div class="test" id="t-${result.index}">
<dl class="facts">
${facts(result)}</dl>
${findingList(findings)}${stageTable(result)}${drawn ? waterfall(result.trace) : html``}
<div class="pair"><div>${requestPart(result.request)}</div><div>${responsePart(result.response)}</div></div>
</div></details></li>
`;
}

function mark(result: TestResult): Html {
  if (result.verdict === 'broken') return html`<span class="bad" role="img" aria-label="broken">✗</span>`;
  return isDoubtful(result)
    ? html`<span class="warn" role="img" aria-label="working, with doubts">⚠</span>`
    : html`<span class="ok" role="img" aria-label="working">✓</span>`;
}

function statusOf({ response }: TestResult): string {
  return response === null ? 'no answer' : `HTTP ${response.status} ${response.statusText}`;
}

function facts(result: TestResult): readonly Html[] {
  const { trace } = result;
  const stage = stuckAt(result);
  const rows: readonly (readonly [string, Html])[] = [
    ['Test ID', html`<code>${result.testId}</code>`],
    ['Sent', html`${timeText(result.startedAt)}`],
    [
      'Answer',
      html`${statusOf(result)} after ${durationText(result.timings.totalMs)} ${phasesText(result.timings)}`,
    ],
    ...(result.attempts.length > 1 ? [['Attempts', html`${attemptsText(result.attempts)}`] as const] : []),
    ...(result.from === undefined ? [] : [['From', html`${result.from}`] as const]),
    ...(result.repeat === undefined ? [] : [['Resent', html`${againText(result.repeat)}`] as const]),
    ['Sentry trace', webLink(html`<code>${trace.traceId}</code>`, trace.url)],
    ...(trace.state === 'skipped' ? [] : [['Reading it', html`${readingText(trace)}`] as const]),
    ...(stage === null
      ? []
      : [['Stuck at', html`<b class="bad">${stage.name}</b> (${stage.detail ?? stage.state})`] as const]),
    ...(result.missingData.length === 0
      ? []
      : [
          [
            'Missing data',
            html`${result.missingData.map(({ field, level }) => `${field} (${level})`).join(', ')}`,
          ] as const,
        ]),
  ];
  return rows.map(
    ([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>
`,
  );
}

export function findingList(findings: readonly Finding[]): Html {
  if (findings.length === 0) return html``;
  const one = ({ severity, message: text, hint }: Finding) => html`<li>${
    severity === 'error'
      ? html`<span class="bad" role="img" aria-label="error">✗</span>`
      : html`<span class="warn" role="img" aria-label="warning">⚠</span>`
  } ${text}${hint === null ? html`` : html`<span class="hint anywhere">→ ${hint}</span>`}</li>
`;
  return html`<ul class="findings">
${findings.map(one)}</ul>
`;
}

function stageTable({ stages }: TestResult): Html {
  if (stages.length === 0) return html``;
  const cell = (state: string | null) => html`<td>${state ?? ''}</td>`;
  return html`<h3>Stages</h3>
<div class="scroll" tabindex="0" role="group" aria-label="Stages of the test"><table class="evidence">
<thead><tr><th scope="col">Stage</th><th scope="col">State</th><th scope="col">Response</th><th scope="col">Trace</th><th scope="col">HTTP</th><th scope="col">SQL</th><th scope="col" class="num">Duration</th><th scope="col">Detail</th></tr></thead>
<tbody>
${stages.map(
  ({
    name,
    state,
    evidence,
    durationMs,
    detail,
  }) => html`<tr><th scope="row">${name}</th><td class="${stateTone(state)}">${state}</td>${[evidence.response, evidence.trace, evidence.http, evidence.sql].map(cell)}<td class="num">${durationMs === null ? '' : durationText(durationMs)}</td><td>${detail}</td></tr>
`,
)}</tbody></table></div>
`;
}

function stateTone(state: string): 's-ok' | 's-warn' | 's-bad' {
  if (state === 'ok') return 's-ok';
  return state === 'failed' || state === 'missing' ? 's-bad' : 's-warn';
}

function requestPart(request: WebhookRequest): Html {
  const { line, masked } = resendLine(request);
  return html`<h3>Request</h3>
<p><code>${request.method} ${request.url}</code></p>
<pre tabindex="0">${headerLines(request.headers).join('\n')}

${bodyText(request.body, BODY_SHOWN)}</pre>
<h3>Send it again</h3>
<div><button type="button" data-copy hidden>Copy</button>
<pre tabindex="0">${line}</pre></div>
${masked ? html`<p class="muted">${MASKED_NOTE}</p>` : html``}`;
}

function responsePart(response: KeptResponse | null): Html {
  if (response === null) return html`<h3>Answer</h3><p>None.</p>`;
  const { bodyBytes, bodyCut } = response;
  const shown = bodyText(response.body, BODY_SHOWN);
  return html`<h3>Answer</h3>
<p><code>HTTP ${response.status} ${response.statusText}</code></p>
<pre tabindex="0">${headerLines(response.headers).join('\n')}

${shown}</pre>
${bodyCut || response.body.length > BODY_SHOWN ? html`<p class="muted">Cut: the whole body has ${countOf(bodyBytes, 'byte')}.</p>` : html``}`;
}
