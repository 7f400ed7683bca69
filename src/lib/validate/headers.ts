/** Judges an answer's headers and its media type. */
import type { Answer, Expectation, Finding } from '../model.ts';

export function headerFindings(answer: Answer, expect: Expectation): readonly Finding[] {
  const findings = Object.entries(expect.headers).flatMap(([name, expected]) => {
    const actual = answer.headers[name.toLowerCase()];
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
  const pattern = /^\/(.*)\/([a-z]*)$/s.exec(expected);
  return pattern ? new RegExp(pattern[1] ?? '', pattern[2]).test(actual) : actual === expected;
}

function quoted(value: string | undefined): string {
  return value === undefined ? 'missing' : `"${value}"`;
}

function error(code: string, message: string): Finding {
  return { severity: 'error', code, message, hint: null };
}
