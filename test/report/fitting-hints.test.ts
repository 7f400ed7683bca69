/** Hints fit what happened. */
import { expect, test } from 'vitest';
import { detailedHint, detailOf } from '../../src/lib/report/advice/details.ts';
import { anError, aReport, aTest, sourceOf } from '../support/builders.ts';
import { jsonResponse } from '../validate/support.ts';
import { rendered } from './formatters/rendered.ts';

test.each<[string, string, Parameters<typeof detailOf>[0], RegExp | null]>([
  [
    'a wrong payload that is accepted',
    'http-2xx',
    { response: jsonResponse({}), failure: null, expectsRefusal: true },
    /^Validate the payload before accepting it/,
  ],
  ['another 2xx than expected', 'http-2xx', { response: jsonResponse({}), failure: null }, null],
  [
    'a signature that is refused',
    'unauthorized',
    { response: jsonResponse({}, { status: 401 }), failure: null, isSigned: true },
    /^Check signing\.secret and signing\.scheme/,
  ],
  [
    'a signature that is refused with 403',
    'unauthorized',
    { response: jsonResponse({}, { status: 403 }), failure: null, isSigned: true },
    /^Check signing\.secret and signing\.scheme/,
  ],
  [
    'credentials that are refused',
    'unauthorized',
    { response: jsonResponse({}, { status: 403 }), failure: null },
    /firewall/,
  ],
])('%s', (_, code, happened, hint) => {
  const found = detailedHint(code, detailOf(happened));
  if (hint === null) expect(found).toBeNull();
  else expect(found).toMatch(hint);
});

const CODES = ['dns', 'tls', 'http-5xx', 'not-json', 'too-slow'];

test('a missing required field is among the next steps, however many other problems there are', async () => {
  const broken = CODES.map((code, at) => aTest({ index: at + 2, errors: [anError(code, code)] }));
  const missing = aTest({ missingData: [{ field: 'signal_id', level: 'required' }] });
  const text = await rendered(sourceOf(aReport({ results: [missing, ...broken] })), 'pretty', { full: true });
  expect(text).toContain('4. Missing signal_id in response');
});

test('a webhook that works at one time and fails at another is an inconsistent result', async () => {
  const failing = aTest({ index: 2, scenario: 'CHOP', errors: [anError('http-5xx', 'HTTP 500: oops')] });
  const working = aTest({ index: 3, scenario: 'CHOP' });
  const both = aReport({ results: [failing, working] });
  expect(await rendered(sourceOf(both), 'pretty', { full: true })).toContain('Inconsistent results');
  const all = aReport({ results: [failing, aTest({ index: 3, scenario: 'OTHER' })] });
  expect(await rendered(sourceOf(all), 'pretty', { full: true })).not.toContain('Inconsistent results');
});
