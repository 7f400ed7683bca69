/** One test's request, response and curl command on the terminal, unchanged at any screen width. */
import type { RepeatedSend, StoredResponse, WebhookRequest } from '../../../model/result.ts';
import { layOut } from '../../../terminal/layout.ts';
import { countOf, durationText } from '../../../terminal/quantities.ts';
import { jsonEscaped, withoutSteering } from '../../../terminal/text.ts';
import { bodyText, headerLines, MASKED_NOTE, resendLine } from '../request-text.ts';
import { heading, LEVEL, type Page, PROSE } from './page.ts';

/** Characters shown of a body; the same limit as for saved responses. `--json` has all that is saved of a request. */
const BODY_SHOWN = 16_384;

export function requestLines(page: Page, { method, url, headers, body }: WebhookRequest): readonly string[] {
  return [
    heading(page, 'request', 'REQUEST'),
    ...layOut([{ text: `${method} ` }, { text: url, unbroken: true }], LEVEL[1], page.screen),
    ...headersAndBody(page, { headers, body }),
    ...cutNote(page, body.length > BODY_SHOWN ? Buffer.byteLength(body) : null),
  ];
}

export function exchangeLines(page: Page, response: StoredResponse | null): readonly string[] {
  return [
    heading(page, 'response', 'RESPONSE'),
    ...(response === null
      ? layOut([{ text: 'No response.' }], PROSE, page.screen)
      : responseLines(page, response)),
  ];
}

/** The responses to a resent webhook, in order. */
export function resentLines(page: Page, sends: readonly RepeatedSend[]): readonly string[] {
  return sends.flatMap(({ response, errors, timings, traceId }, at) => [
    ...(at === 0 ? [] : ['']),
    heading(page, 'response', `RESPONSE ${at + 2}, TO THE SAME WEBHOOK RESENT`),
    ...layOut(
      [{ text: `After ${durationText(timings.totalMs)}, in trace ` }, { text: traceId, unbroken: true }],
      PROSE,
      page.screen,
    ),
    ...(response === null
      ? layOut([{ text: errors[0]?.message ?? 'No response.' }], PROSE, page.screen)
      : responseLines(page, response)),
  ]);
}

function responseLines(page: Page, response: StoredResponse): readonly string[] {
  const { status, statusText, bodyBytes, bodyCut } = response;
  return [
    ...layOut([{ text: `HTTP ${status} ${statusText}` }], LEVEL[1], page.screen),
    ...headersAndBody(page, response),
    ...cutNote(page, bodyCut ? bodyBytes : null),
  ];
}

export function resendLines(page: Page, request: WebhookRequest): readonly string[] {
  const { line, masked } = resendLine(request);
  return [
    heading(page, 'again', 'RESEND'),
    // In column 1 and never wrapped, so that it can be pasted.
    ...line.split('\n'),
    ...(masked ? layOut([{ text: MASKED_NOTE, style: 'dim' }], PROSE, page.screen) : []),
  ];
}

function headersAndBody(
  page: Page,
  { headers, body }: Pick<WebhookRequest, 'headers' | 'body'>,
): readonly string[] {
  const shown = bodyText(body, BODY_SHOWN);
  return [
    ...headerLines(headers).flatMap((line) => layOut([{ text: line, style: 'dim' }], LEVEL[1], page.screen)),
    ...(shown === '' ? [] : ['', ...exactLines(shown, page.screen)]),
  ];
}

function cutNote(page: Page, bytes: number | null): readonly string[] {
  if (bytes === null) return [];
  return layOut(
    [{ text: `Cut: the whole body has ${countOf(bytes, 'byte')}.`, style: 'dim' }],
    PROSE,
    page.screen,
  );
}

/** Keeps every space and line end; control and invisible characters are escaped as in JSON. */
function exactLines(text: string, { unicode }: { readonly unicode: boolean }): readonly string[] {
  const plain = withoutSteering(text.replaceAll('\r\n', '\n'), jsonEscaped);
  const shown = unicode ? plain : plain.replaceAll('…', '...').replace(/[^\n -~]+/g, jsonEscaped);
  return shown.split('\n').map((line) => (line === '' ? '' : `  ${line}`));
}
