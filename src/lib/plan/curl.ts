/** A request as a `curl` line for a POSIX shell. */
import type { WebhookRequest } from '../model/result.ts';
import { withoutSteering } from '../terminal/text.ts';

/** Names that a shell can expand. Windows and npm set others as well. */
const SHELL_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Values of the environment that occur in the request are written as `"$NAME"`, so that the line works when pasted
 * into a shell that has them, and shows no secret.
 * @param variables value → name of the environment variable that holds it
 */
export function curlLine(request: WebhookRequest, variables: ReadonlyMap<string, string>): string {
  const quote = shellQuoter(variables);
  const headers = Object.entries(request.headers).map(
    ([name, value]) => `-H ${quote(headerLine(name, value))}`,
  );
  return [
    `curl -sS -i -X ${request.method} ${quote(request.url)}`,
    ...headers,
    // Without this, curl would print the compressed response.
    ...(Object.hasOwn(request.headers, 'accept-encoding') ? ['--compressed'] : []),
    ...(request.body === '' && !WITH_BODY.has(request.method) ? [] : [`--data-raw ${quote(request.body)}`]),
  ].join(NEXT_LINE);
}

/** Methods whose requests have a body, even an empty one. */
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH']);

const NEXT_LINE = ' \\\n  ';

/** The same on one line. */
export function onOneLine(line: string): string {
  return line.replaceAll(NEXT_LINE, ' ');
}

/** A header without a value is written with a semicolon: `Name:` would make curl leave it out. */
function headerLine(name: string, value: string): string {
  return value === '' ? `${name};` : `${name}: ${value}`;
}

function shellQuoter(variables: ReadonlyMap<string, string>): (text: string) => string {
  const split = splitAtValues(variables);
  return (text) =>
    split(text)
      .map((part, at) => (at % 2 === 1 ? `"$${variables.get(part)}"` : part && singleQuoted(part)))
      .join('') || singleQuoted('');
}

/** Splits a text at the values of variables: every second part is such a value. */
export function splitAtValues(variables: ReadonlyMap<string, string>): (text: string) => readonly string[] {
  const values = [...variables]
    .filter(([value, name]) => value !== '' && SHELL_NAME.test(name))
    .map(([value]) => value)
    // Longest first, so that a value that contains another one is replaced completely.
    .sort((a, b) => b.length - a.length);
  if (values.length === 0) return (text) => [text];
  const anyValue = new RegExp(
    `(${values.map((value) => value.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')})`,
  );
  return (text) => text.split(anyValue);
}

function singleQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Text in single quotes, or a single quote on its own. */
const QUOTED = /'([^']*)'|\\'/g;

/**
 * The same line without control characters for the terminal or the log: the shell makes text that has any with `printf`. All text
 * from outside is in single quotes.
 */
export function printableLine(line: string): string {
  const printable = line.replace(QUOTED, (quotedPart, inside?: string) => {
    if (inside === undefined || withoutSteering(inside, () => '') === inside) return quotedPart;
    // Command substitution drops trailing line ends.
    const [text = '', ends = ''] = /^([\s\S]*?)(\n*)$/.exec(inside)?.slice(1) ?? [];
    const escaped = withoutSteering(text.replaceAll('\\', String.raw`\\`), octal);
    return `"$(printf %b '${escaped}')"${ends === '' ? '' : `'${ends}'`}`;
  });
  return withoutSteering(printable, () => '');
}

/** Escaped for `printf %b` (POSIX). */
function octal(characters: string): string {
  return [...Buffer.from(characters)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
}
