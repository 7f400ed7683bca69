/** A request and its bodies as text, the same in every report that shows one test in full. */
import { indentJson } from '../../json/text.ts';
import type { WebhookRequest } from '../../model/result.ts';
import { curlLine, printableLine } from '../../plan/curl.ts';
import { MASK } from '../../secrets/forms.ts';

/** With these headers, resending the webhook would continue the old trace. */
const TRACE_HEADERS = new Set(['sentry-trace', 'baggage', 'traceparent']);
const NONE: ReadonlyMap<string, string> = new Map();

export const MASKED_NOTE = `Where it says ${MASK}, a secret was masked: put it in before you send.`;

/** A `curl` command that resends the webhook outside any trace, and whether secrets must be filled in first. */
export function resendLine(request: WebhookRequest): { readonly line: string; readonly masked: boolean } {
  const headers = Object.entries(request.headers).filter(([name]) => !TRACE_HEADERS.has(name));
  const line = printableLine(curlLine({ ...request, headers: Object.fromEntries(headers) }, NONE));
  return { line, masked: line.includes(MASK) };
}

/** `name: value`, one per line. */
export function headerLines(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}

/** Indented JSON, anything else unchanged; cut at `limit` characters. */
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
