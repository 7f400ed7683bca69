/** Judges a response's headers and its media type. */
import { messageOf, ProdE2eError } from '../errors.ts';
import type { HttpResponse } from '../model/delivery.ts';
import type { Finding } from '../model/finding.ts';
import type { Expectation } from '../model/scenario.ts';
import { maskAddressHeader } from '../secrets/urls.ts';
import type { LinearPattern } from './linear-pattern.ts';

export type HeaderCheck = (response: HttpResponse, expect: Expectation) => readonly Finding[];

/**
 * Compiles the patterns of a plan once. RE2 is loaded only where there is one.
 * @throws ProdE2eError `HEADER_PATTERN` for a regular expression that is none, or not supported
 */
export async function compileHeaderCheck(expectations: readonly Expectation[]): Promise<HeaderCheck> {
  const patterns = new Map<string, LinearPattern>();
  for (const { headers } of expectations) {
    for (const [name, expected] of Object.entries(headers)) {
      const pattern = patternOf(expected);
      if (pattern !== null) patterns.set(expected, await compiled(name, pattern));
    }
  }
  return (response, expect) => [
    ...Object.entries(expect.headers).flatMap(([name, expected]) => {
      const key = name.toLowerCase();
      const actual = Object.hasOwn(response.headers, key) ? response.headers[key] : undefined;
      const problem = problemWith({ name, actual }, expected, patterns.get(expected));
      return problem === null ? [] : [error('header', `Header ${name} ${problem}`)];
    }),
    ...contentTypeFindings(response, expect),
  ];
}

function problemWith(
  { name, actual }: { readonly name: string; readonly actual: string | undefined },
  expected: string,
  pattern: LinearPattern | undefined,
): string | null {
  try {
    const fits = actual !== undefined && (pattern?.test(actual) ?? actual === expected);
    return fits
      ? null
      : `is ${quoted(actual && maskAddressHeader(name, actual))}, expected ${maskAddressHeader(name, expected)}`;
  } catch (thrown) {
    return `could not be checked: ${messageOf(thrown)}`;
  }
}

function contentTypeFindings(response: HttpResponse, { contentType }: Expectation): readonly Finding[] {
  if (contentType === null) return [];
  const mediaType = response.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType === contentType.toLowerCase()) return [];
  return [error('content-type', `Content type is ${quoted(mediaType)}, expected ${contentType}`)];
}

/** Tries a pattern out, without keeping it. @throws ProdE2eError `HEADER_PATTERN` */
export async function compileHeaderPattern(name: string, expected: string): Promise<void> {
  const pattern = patternOf(expected);
  if (pattern !== null) await compiled(name, pattern);
}

/** `/accept(ed)?/i` as a regular expression; null for plain text, such as the path `/signals/42`. */
function patternOf(expected: string): { readonly source: string; readonly flags: string } | null {
  const [, source, flags = ''] = /^\/(.+)\/([dgimsuvy]*)$/s.exec(expected) ?? [];
  return source === undefined ? null : { source, flags };
}

async function compiled(
  name: string,
  { source, flags }: { readonly source: string; readonly flags: string },
): Promise<LinearPattern> {
  const { compilePattern } = await import('./linear-pattern.ts');
  try {
    return compilePattern(source, flags);
  } catch (thrown) {
    throw new ProdE2eError(
      `expect.headers.${name} is not a usable regular expression: ${messageOf(thrown)}.`,
      {
        code: 'HEADER_PATTERN',
        hints: [
          'Text between slashes is a regular expression: /^req_[a-z0-9]+$/i.',
          'Look-ahead, look-behind and back-references are not supported, because every pattern must run in linear time.',
        ],
        cause: thrown,
      },
    );
  }
}

function quoted(value: string | undefined): string {
  return value === undefined ? 'missing' : `"${value}"`;
}

function error(code: string, message: string): Finding {
  return { severity: 'error', code, message, hint: null };
}
