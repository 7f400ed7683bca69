/** A request as a `curl` line for a POSIX shell. */
import type { WebhookRequest } from '../model/result.ts';
import { withoutSteering } from '../terminal/text.ts';

/** Names a shell can expand; Windows and npm also set others. */
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
    // An answer that we ask to be compressed is to be read by a person.
    ...(Object.hasOwn(request.headers, 'accept-encoding') ? ['--compressed'] : []),
    ...(request.body === '' && !WITH_BODY.has(request.method) ? [] : [`--data-raw ${quote(request.body)}`]),
  ].join(NEXT_LINE);
}

/** Methods whose requests have a body, were it an empty one. */
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

/** Cuts a text at the values that variables stand for: every second part is such a value. */
export function splitAtValues(variables: ReadonlyMap<string, string>): (text: string) => readonly string[] {
  const values = [...variables]
    .filter(([value, name]) => value !== '' && SHELL_NAME.test(name))
    .map(([value]) => value)
    // Longest first: a value that contains another one is replaced whole.
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

/** What stands in single quotes, and a single quote that stands by itself. */
const QUOTED = /'([^']*)'|\\'/g;

/**
 * The same line without a character that could steer the screen or the log it is shown on: where there is one, the shell
 * makes the text with `printf`. All that comes from outside stands in single quotes.
 */
export function printableLine(line: string): string {
  const printable = line.replace(QUOTED, (whole, inside?: string) => {
    if (inside === undefined || withoutSteering(inside, () => '') === inside) return whole;
    // Line ends at its end are lost in what a shell takes from a command.
    const [text = '', ends = ''] = /^([\s\S]*?)(\n*)$/.exec(inside)?.slice(1) ?? [];
    const escaped = withoutSteering(text.replaceAll('\\', String.raw`\\`), octal);
    return `"$(printf %b '${escaped}')"${ends === '' ? '' : `'${ends}'`}`;
  });
  return withoutSteering(printable, () => '');
}

/** As `printf %b` reads it (POSIX). */
function octal(characters: string): string {
  return [...Buffer.from(characters)].map((byte) => `\\0${byte.toString(8).padStart(3, '0')}`).join('');
}
