/** A request as a `curl` line for a POSIX shell. */
import type { WebhookRequest } from '../model.ts';

/**
 * Values of the environment that occur in the request are written as `"$NAME"`, so that the line works when pasted
 * into a shell that has them, and shows no secret.
 * @param variables value → name of the environment variable that holds it
 */
export function curlLine(request: WebhookRequest, variables: ReadonlyMap<string, string>): string {
  const quote = (text: string) => shellQuote(text, variables);
  const headers = Object.entries(request.headers).map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`);
  return [
    `curl -sS -i -X ${request.method} ${quote(request.url)}`,
    ...headers,
    `--data-binary ${quote(request.body)}`,
  ].join(' \\\n  ');
}

function shellQuote(text: string, variables: ReadonlyMap<string, string>): string {
  for (const [value, name] of variables) {
    const at = value === '' ? -1 : text.indexOf(value);
    if (at === -1) continue;
    const before = text.slice(0, at);
    const after = text.slice(at + value.length);
    return [
      before && shellQuote(before, variables),
      `"$${name}"`,
      after && shellQuote(after, variables),
    ].join('');
  }
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
