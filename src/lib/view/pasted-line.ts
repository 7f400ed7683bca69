/** Requests as lines to paste: secrets as the variables that hold them, or masked. */
import type { WebhookRequest } from '../model/result.ts';
import { curlLine, onOneLine, printableLine, splitAtValues } from '../plan/curl.ts';
import { maskHeaders, maskUrl, type Redact } from '../secrets/redact.ts';

/** One line for a POSIX shell that makes a call. */
export function pastedLine(
  request: WebhookRequest,
  { redact, variables }: { readonly redact: Redact; readonly variables: ReadonlyMap<string, string> },
): string {
  const masked = unlessVariable(redact, variables);
  const { headers } = hideUnnamed(request, variables);
  const shown = {
    method: request.method,
    // Its query may hold the very id that is to be removed.
    url: masked(request.url),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, masked(value)])),
    body: masked(request.body),
  };
  return printableLine(onOneLine(curlLine(shown, variables)));
}

/** Masks all but the values that variables stand for. */
export function unlessVariable(redact: Redact, variables: ReadonlyMap<string, string>): Redact {
  const split = splitAtValues(variables);
  return (text) =>
    split(text)
      .map((part, at) => (at % 2 === 1 ? part : redact(part)))
      .join('');
}

/** Header values and URL parts that are secret and that no variable can stand for are masked. */
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
