/** What was sent and what came back, and the line that sends it again. */
import type { RepeatedSend, StoredResponse, TestResult, WebhookRequest } from '../../../model/result.ts';
import { countOf, durationText } from '../../../terminal/quantities.ts';
import { bodyText, headerLines, MASKED_NOTE, resendLine } from '../request-text.ts';
import { type Html, html } from './text.ts';

/** Characters of a body; the JSON report has all that is kept. */
const BODY_SHOWN = 6_000;

export function exchangePart({ request, response, repeat }: TestResult): Html {
  return html`<div class="pair"><div>${requestPart(request)}</div><div>${answerPart(response)}</div></div>
${(repeat?.sends ?? []).map(resentPart)}${againPart(request)}`;
}

/** @param name what it is a copy of, for those who hear the button without what stands around it */
export function copyButton(name: string): Html {
  return html`<button type="button" data-copy hidden>Copy<span class="skip"> ${name}</span></button>`;
}

function requestPart(request: WebhookRequest): Html {
  const { body } = request;
  return html`<h3>Request</h3>
<p><code>${request.method} ${request.url}</code></p>
${messagePart(request)}${body.length > BODY_SHOWN ? cutNote(Buffer.byteLength(body)) : html``}`;
}

function answerPart(response: StoredResponse | null): Html {
  return html`<h3>Answer</h3>
${response === null ? html`<p>None.</p>` : responsePart(response)}`;
}

function resentPart({ response, errors, timings, traceId }: RepeatedSend, at: number): Html {
  return html`<h3>Answer ${at + 2}, to the same webhook sent again</h3>
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
  return html`<h3>Send it again</h3>
<div class="copied"><pre tabindex="0">${line}</pre>${copyButton('the curl line')}</div>
${masked ? html`<p class="muted">${MASKED_NOTE}</p>` : html``}`;
}
