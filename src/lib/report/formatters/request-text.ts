/** A request and its bodies as text for people: what every report that shows one test in full writes the same way. */
import { indentJson } from '../../json/text.ts';
import type { WebhookRequest } from '../../model/result.ts';
import { curlLine, printableLine } from '../../plan/curl.ts';
import { MASK } from '../../secrets/forms.ts';

/** With these a webhook that is sent again would go on in the old trace. */
const TRACE_HEADERS = new Set(['sentry-trace', 'baggage', 'traceparent']);
const NONE: ReadonlyMap<string, string> = new Map();

export const MASKED_NOTE = `Where it says ${MASK}, a secret was masked: put it in before you send.`;

/** A `curl` line that sends the webhook again, in no trace, and whether secrets have to be put into it first. */
export function resendLine(request: WebhookRequest): { readonly line: string; readonly masked: boolean } {
  const headers = Object.entries(request.headers).filter(([name]) => !TRACE_HEADERS.has(name));
  const line = printableLine(curlLine({ ...request, headers: Object.fromEntries(headers) }, NONE));
  return { line, masked: line.includes(MASK) };
}

/** `name: value`, a line each. */
export function headerLines(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

/** JSON in lines, anything else as it came; cut at `limit` characters. */
export function bodyText(body: string, limit: number): string {
  const text = indented(body, limit);
  return text.length > limit ? `${text.slice(0, limit)}…` : text;
}

function indented(body: string, limit: number): string {
  if (!/^\s*[[{]/.test(body) || body.length > limit) return body;
  try {
    return indentJson(body);
  } catch {
    return body;
  }
}
