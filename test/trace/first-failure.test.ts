/** The failure of a trace that is a cause: what only repeats the status of the response is none. */
import { expect, test } from 'vitest';
import { firstFailure } from '../../src/lib/trace/judging/check-errors.ts';
import { foundSpans } from '../../src/lib/trace/spans/found-spans.ts';
import { anIssue, aSpan, aTrace } from './span-builders.ts';

const SERVER = {
  op: 'http.server',
  status: 'error',
  isSegment: true,
  attributes: { 'http.response.status_code': 500 },
} as const;

function failureOf(...spans: readonly ReturnType<typeof aSpan>[]) {
  return firstFailure(
    foundSpans({ trace: aTrace(spans), followed: [], ourSpanIds: new Set() }),
    new Set<string>(),
  );
}

test('the span of a request that failed with its response is not a cause', () => {
  expect(failureOf(aSpan('POST /webhook', SERVER))).toBeNull();
});

test('with an issue it is', () => {
  const issue = anIssue();
  expect(failureOf(aSpan('POST /webhook', { ...SERVER, issues: [issue] }))).toEqual({
    ...{ path: ['POST /webhook'], exception: null, message: 'the provider answered 503', issue },
  });
});

test('a call of another service that failed with the same status is a cause', () => {
  const call = aSpan('GET /quotes', {
    ...SERVER,
    op: 'http.client',
    isSegment: false,
    parent: 'POST /webhook',
  });
  expect(failureOf(aSpan('POST /webhook', SERVER), call)).toEqual({
    ...{ path: ['GET /quotes'], exception: null, message: 'HTTP 500', issue: null },
  });
});
