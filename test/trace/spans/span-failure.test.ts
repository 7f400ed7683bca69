import { describe, expect, it } from 'vitest';
import {
  failureIssue,
  failureReason,
  hasFailed,
  hasHandledError,
} from '../../../src/lib/trace/spans/span-failure.ts';
import { anIssue, aSpan } from '../span-builders.ts';

describe('a span has failed', () => {
  it.each([
    [{ status: 'error' as const }, true],
    [{ status: 'ok' as const }, false],
    [{ status: 'unknown' as const }, false],
    // An error that was captured on a span that did not fail was handled.
    [{ issues: [anIssue()] }, false],
    [{ status: 'error' as const, issues: [anIssue({ level: 'info' })] }, true],
    [{ issues: [anIssue({ level: 'fatal' })] }, true],
    [{ issues: [anIssue({ level: 'Fatal' })] }, true],
    [{ issues: [anIssue({ level: 'warning' }), anIssue({ level: 'info' })] }, false],
    [{ issues: [anIssue({ level: '' })] }, false],
  ])('with %j: %s', (change, failed) => {
    expect(hasFailed(aSpan('x', change))).toBe(failed);
  });
});

describe('a span reported an error that was handled', () => {
  it.each([
    [{ issues: [anIssue()] }, true],
    [{ status: 'unknown' as const, issues: [anIssue({ level: 'Error' })] }, true],
    [{ issues: [anIssue({ level: 'warning' })] }, false],
    [{ issues: [] }, false],
    // These failed.
    [{ status: 'error' as const, issues: [anIssue()] }, false],
    [{ issues: [anIssue(), anIssue({ level: 'fatal' })] }, false],
  ])('with %j: %s', (change, handled) => {
    expect(hasHandledError(aSpan('x', change))).toBe(handled);
  });
});

describe('the reason of a failure', () => {
  it.each([
    [{ statusMessage: 'internal_error', attributes: { 'http.response.status_code': 503 } }, 'HTTP 503'],
    [{ statusMessage: 'socket hang up', attributes: { 'http.response.status_code': 503 } }, 'socket hang up'],
    [{ statusMessage: 'internal_error', attributes: { 'http.response.status_code': 200 } }, 'internal_error'],
    [{ statusMessage: 'internal_error', attributes: { 'http.status_code': '404' } }, 'HTTP 404'],
    [{ statusMessage: 'internal_error', attributes: { 'http.response.status_code': 400 } }, 'HTTP 400'],
    [{ statusMessage: 'internal_error', attributes: { 'http.response.status_code': 399 } }, 'internal_error'],
    [{ statusMessage: 'deadline_exceeded' }, 'deadline_exceeded'],
    [{ statusMessage: null }, null],
    [{ statusMessage: 'a\n\tb\u001b[31m' }, 'a b [31m'],
    [{ statusMessage: `no ${'x'.repeat(500)}` }, `no ${'x'.repeat(197)}…`],
  ])('in %j is %j', (change, reason) => {
    expect(failureReason(aSpan('x', change), null)).toMatchObject({ exception: null, message: reason });
  });

  it("is the issue's where there is one", () => {
    expect(failureReason(aSpan('x', { statusMessage: 'socket hang up' }), anIssue())).toEqual({
      ...{ exception: null, message: 'the provider answered 503', onlyStatus: false },
    });
  });

  it.each([
    [{ statusMessage: 'internal_error', attributes: { 'http.response.status_code': 503 } }, true],
    [{ statusMessage: 'HTTP 503' }, true],
    [{ statusMessage: 'HTTP 503: overloaded' }, false],
    [{ statusMessage: 'internal_error' }, false],
    [{ statusMessage: null }, false],
  ])('in %j is no more than a status: %s', (change, onlyStatus) => {
    expect(failureReason(aSpan('x', change), null).onlyStatus).toBe(onlyStatus);
  });

  // Sentry's title of an issue is the exception's class and its message.
  it.each<[string, string | null, string | null]>([
    ['Error: fetch-gex-data: the provider answered 503', null, 'the provider answered 503'],
    ['Exception: the provider answered 503', null, 'the provider answered 503'],
    ['java.lang.Exception: fetch-gex-data: boom', null, 'boom'],
    ['fetch-gex-data: the provider answered 503', null, 'the provider answered 503'],
    ['TimeoutError: fetch-gex-data: no response in 2 s', 'TimeoutError', 'no response in 2 s'],
    ["KeyError: 'symbol'", 'KeyError', "'symbol'"],
    ['java.lang.IllegalStateException: closed', 'java.lang.IllegalStateException', 'closed'],
    ['ActiveRecord::RecordNotFoundError: no such row', 'ActiveRecord::RecordNotFoundError', 'no such row'],
    ['MemoryError', 'MemoryError', null],
    ['Payment: card declined', null, 'Payment: card declined'],
    ['error: relation "orders" does not exist', null, 'error: relation "orders" does not exist'],
    ['fetch-gex-data', null, 'fetch-gex-data'],
    ['the Error: is quoted', null, 'the Error: is quoted'],
  ])('of the span fetch-gex-data in the issue %j', (message, exception, expected) => {
    const issue = anIssue({ message });
    expect(failureReason(aSpan('fetch-gex-data'), issue)).toEqual({
      ...{ exception, message: expected, onlyStatus: false },
    });
  });

  it('is looked for elsewhere if the issue says no more than that it is an error', () => {
    const span = aSpan('x', { statusMessage: 'socket hang up' });
    expect(failureReason(span, anIssue({ message: 'Error' })).message).toBe('socket hang up');
  });

  it('comes from the same issue whatever their order', () => {
    const issues = [
      anIssue({ shortId: null }),
      anIssue({ shortId: 'B-1' }),
      anIssue({ shortId: 'A-1', level: 'info' }),
    ];
    expect(failureIssue(issues)?.shortId).toBe('B-1');
    expect(failureIssue(issues.toReversed())?.shortId).toBe('B-1');
    expect(failureIssue([anIssue({ level: 'info' })])).toBeNull();
    const unnamed = ['b', 'a', 'c'].map((message) => anIssue({ shortId: null, message }));
    expect(failureIssue(unnamed)?.message).toBe('a');
    expect(failureIssue(unnamed.toReversed())?.message).toBe('a');
  });
});
