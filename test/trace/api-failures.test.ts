import { describe, expect, test } from 'vitest';
import { apiFailureCause, failureOfError, failureOfStatus } from '../../src/lib/trace/api-failures.ts';

const PLACE = { host: 'sentry.example.com', org: 'acme' };
const NOW_MS = Date.parse('2026-08-01T12:00:00Z');

describe('what the server asks to wait', () => {
  test.each([
    [{ 'retry-after': '60' }, 60_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': 'Sat, 01 Aug 2026 12:02:00 GMT' }, 120_000],
    [{ 'retry-after': 'Sat, 01 Aug 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, null],
    [{ 'x-sentry-rate-limit-reset': String(NOW_MS / 1_000 + 7) }, 7_000],
    [{ 'x-sentry-rate-limit-reset': String(NOW_MS / 1_000 - 7) }, 0],
    [{ 'retry-after': '1', 'x-sentry-rate-limit-reset': '9999999999' }, 1_000],
    [{}, null],
  ])('by %j is %j ms', (headers, expected) => {
    const failed = failureOfStatus(PLACE, { status: 429, headers, body: '', nowMs: NOW_MS });
    expect(failed).toMatchObject({ reason: 'api-error', permanent: false, retryAfterMs: expected });
  });

  test('is not taken from the rate limit of an answer that failed for something else', () => {
    const headers = { 'x-sentry-rate-limit-reset': '9999999999' };
    expect(failureOfStatus(PLACE, { status: 502, headers, body: '', nowMs: NOW_MS }).retryAfterMs).toBeNull();
  });
});

test('what a server says is quoted in one short line', () => {
  const body = JSON.stringify({ detail: `two\nlines ${'x'.repeat(1_000)}` });
  const { message } = failureOfStatus(PLACE, { status: 400, headers: {}, body, nowMs: NOW_MS });
  expect(message).toMatch(/^sentry\.example\.com answers HTTP 400: two lines x+…\.$/);
  expect(message.length).toBeLessThan(300);
});

test.each([
  ['ECONNREFUSED', 'refused the connection', false, 'refused the connection'],
  ['ETIMEDOUT', 'did not respond in time', false, 'did not respond'],
  ['ERR_ABORTED', 'did not respond in time', false, 'did not respond'],
  ['ENOTFOUND', 'could not be read', false, 'could not be read'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'could not be read', true, 'could not be read'],
  ['CERT_HAS_EXPIRED', 'could not be read', true, 'could not be read'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'could not be read', true, 'could not be read'],
])('%s: Sentry %s; whether that is permanent: %s; in a headline: %s', (code, what, permanent, cause) => {
  const failed = failureOfError(PLACE, Object.assign(new Error('x'), { code }));
  expect(failed).toMatchObject({
    reason: 'api-error',
    message: `sentry.example.com ${what} (${code}).`,
    permanent,
  });
  expect(apiFailureCause(failed)).toBe(`Sentry ${cause}`);
});
