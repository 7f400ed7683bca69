/** Judges an answer's headers and its media type. */
import { messageOf, ProdE2eError } from '../errors.ts';
import type { Answer } from '../model/delivery.ts';
import type { Finding } from '../model/finding.ts';
import type { Expectation } from '../model/scenario.ts';

export function headerFindings(answer: Answer, expect: Expectation): readonly Finding[] {
  const findings = Object.entries(expect.headers).flatMap(([name, expected]) => {
    const key = name.toLowerCase();
    const actual = Object.hasOwn(answer.headers, key) ? answer.headers[key] : undefined;
    if (actual !== undefined && fits(actual, expected)) return [];
    return [error('header', `Header ${name} is ${quoted(actual)}, expected ${expected}`)];
  });
  if (expect.contentType === null) return findings;
  const mediaType = answer.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType === expect.contentType.toLowerCase()) return findings;
  return [
    ...findings,
    error('content-type', `Content type is ${quoted(mediaType)}, expected ${expect.contentType}`),
  ];
}

function fits(actual: string, expected: string): boolean {
  const pattern = patternOf(expected);
  return pattern === null ? actual === expected : pattern.test(actual);
}

/** `/accept(ed)?/i` as a regular expression; null for plain text, such as the path `/signals/42`. */
function patternOf(expected: string): RegExp | null {
  const [, source, flags] = /^\/(.+)\/([dgimsuvy]*)$/s.exec(expected) ?? [];
  return source === undefined ? null : new RegExp(source, flags);
}

/** @throws ProdE2eError `HEADER_PATTERN` for a regular expression that is none */
export function checkHeaderPatterns({ headers }: Expectation): void {
  for (const [name, expected] of Object.entries(headers)) {
    try {
      patternOf(expected);
    } catch (thrown) {
      throw new ProdE2eError(`expect.headers.${name} is not a regular expression: ${messageOf(thrown)}.`, {
        code: 'HEADER_PATTERN',
        hints: ['Text between slashes is a regular expression: /^req_[a-z0-9]+$/i.'],
        cause: thrown,
      });
    }
  }
}

function quoted(value: string | undefined): string {
  return value === undefined ? 'missing' : `"${value}"`;
}

function error(code: string, message: string): Finding {
  return { severity: 'error', code, message, hint: null };
}
