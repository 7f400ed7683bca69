/** Requests as commands to paste, with secrets as the variables that hold them, or masked. */
import type { WebhookRequest } from '../model/result.ts';
import { curlLine, onOneLine, printableLine, splitAtValues } from '../plan/curl.ts';
import { maskHeaders, maskUrl, type Redact } from '../secrets/redact.ts';

/** A command for a POSIX shell that makes a clean-up call. */
export function pastedLine(
  request: WebhookRequest,
  { redact, variables }: { readonly redact: Redact; readonly variables: ReadonlyMap<string, string> },
): string {
  const masked = unlessVariable(redact, variables);
  const { headers } = hideUnnamed(request, variables);
  const shown = {
    method: request.method,
    // The query is not masked: it may contain the id to remove.
    url: masked(request.url),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, masked(value)])),
    body: masked(request.body),
  };
  return printableLine(onOneLine(curlLine(shown, variables)));
}

/** Masks all secrets except values that a variable replaces. */
export function unlessVariable(redact: Redact, variables: ReadonlyMap<string, string>): Redact {
  const split = splitAtValues(variables);
  return (text) =>
    split(text)
      .map((part, at) => (at % 2 === 1 ? part : redact(part)))
      .join('');
}

/** Masks secret header values and URL parts that no variable can replace. */
export function hideUnnamed(request: WebhookRequest, variables: ReadonlyMap<string, string>): WebhookRequest {
  const masked = maskHeaders(request.headers);
  const named = (value: string) => [...variables.keys()].some((secret) => value.includes(secret));
  const headers = Object.entries(request.headers).map(([name, value]) => [
    name,
    named(value) ? value : masked[name],
  ]);
  return {
    ...request,
    url: named(request.url) ? request.url : maskUrl(request.url),
    headers: Object.fromEntries(headers),
  };
}
