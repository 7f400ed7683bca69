import { expect, test } from 'vitest';
import type { TestResult } from '../../src/lib/model/result.ts';
import type { TraceSpan } from '../../src/lib/model/trace.ts';
import { withoutExpectedRejection } from '../../src/lib/verify/judge-spans.ts';
import { anError, aTest } from '../support/builders.ts';
import { anIssue, aSpan, aTrace } from '../trace/span-builders.ts';

const REFUSED: Partial<TraceSpan> = { status: 'error', attributes: { 'http.response.status_code': 400 } };

function statusOf(
  span: Partial<TraceSpan>,
  { status = 400 as number | null, result = {} as Partial<TestResult> } = {},
) {
  const trace = aTrace([aSpan('POST', span), aSpan('work')]);
  const judged = withoutExpectedRejection(trace, {
    result: aTest(result),
    response: status === null ? null : { status },
  });
  expect(judged.spans[1]).toEqual(trace.spans[1]);
  return judged.spans[0]?.status;
}

test.each<[string, Partial<TraceSpan>, Parameters<typeof statusOf>[1], string]>([
  ['its status', REFUSED, {}, 'ok'],
  [
    'its status, as older SDKs name it',
    { status: 'error', attributes: { 'http.status_code': '400' } },
    {},
    'ok',
  ],
  [
    'a status of 500 that was expected',
    { ...REFUSED, attributes: { 'http.response.status_code': 500 } },
    { status: 500 },
    'ok',
  ],
  ['another status', { ...REFUSED, attributes: { 'http.response.status_code': 401 } }, {}, 'error'],
  [
    'another status beside the one of older SDKs',
    { ...REFUSED, attributes: { 'http.response.status_code': 502, 'http.status_code': 400 } },
    {},
    'error',
  ],
  ['no status', { status: 'error' }, {}, 'error'],
  ['an issue', { ...REFUSED, issues: [anIssue()] }, {}, 'error'],
  ['an unknown outcome', { ...REFUSED, status: 'unknown' }, {}, 'unknown'],
  ['a test with an error', REFUSED, { result: { errors: [anError('http-4xx', 'x')] } }, 'error'],
  ['no response', REFUSED, { status: null }, 'error'],
  [
    'a response below 400',
    { ...REFUSED, attributes: { 'http.response.status_code': 399 } },
    { status: 399 },
    'error',
  ],
])('a span that failed with %s: %j, %j is %s', (_, span, given, expected) => {
  expect(statusOf(span, given)).toBe(expected);
});
