import { describe, expect, test } from 'vitest';
import {
  type ApiProblem,
  apiFailureCause,
  failure,
  failureOfError,
  holdsForAll,
  limited,
  withoutTimeFor,
} from '../../../src/lib/trace/sentry-api/failures.ts';
import { failureOfStatus } from '../../../src/lib/trace/sentry-api/responses.ts';
import { pauseText, requestedPauseMs } from '../../../src/lib/trace/sentry-api/retry-after.ts';

const PLACE = { host: 'sentry.example.com', org: 'acme' };
const NOW_MS = Date.parse('2026-08-01T12:00:00Z');
const URL_ASKED = 'https://sentry.example.com/api/0/organizations/acme/trace/x/';

const TEN_YEARS_MS = 315_360_000_000;

describe('the wait that a server requires', () => {
  test.each<[Readonly<Record<string, string>>, number | null]>([
    [{ 'retry-after': '60' }, 60_000],
    [{ 'retry-after': '0.5' }, 500],
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': 'Sat, 01 Aug 2026 12:02:00 GMT' }, 120_000],
    [{ 'retry-after': 'Saturday, 01-Aug-26 12:02:00 GMT' }, 120_000],
    [{ 'retry-after': 'Sat Aug  1 12:02:00 2026 GMT' }, 120_000],
    [{ 'retry-after': 'Sat, 01 Aug 2026 11:00:00 GMT' }, 0],
    // The clock of the server is 10 minutes behind ours.
    [{ 'retry-after': 'Sat, 01 Aug 2026 11:52:00 GMT', date: 'Sat, 01 Aug 2026 11:50:00 GMT' }, 120_000],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': 'soon', 'x-sentry-rate-limit-reset': String(NOW_MS / 1_000 + 7) }, 7_000],
    [{ 'retry-after': '-5' }, null],
    [{ 'retry-after': '1e9' }, null],
    [{ 'retry-after': '12 seconds' }, null],
    [{ 'retry-after': '99999999999999999999' }, TEN_YEARS_MS],
    [{ 'retry-after': 'Sat, 01 Aug 9999 12:00:00 GMT' }, TEN_YEARS_MS],
    [{ 'retry-after': '9'.repeat(400) }, TEN_YEARS_MS],
    [{ 'x-sentry-rate-limit-reset': String(NOW_MS / 1_000 + 7) }, 7_000],
    [{ 'x-sentry-rate-limit-reset': String(NOW_MS / 1_000 - 7) }, 0],
    [{ 'retry-after': '1', 'x-sentry-rate-limit-reset': '9999999999' }, 1_000],
    [{}, null],
  ])('by %j is %j ms', (headers, expected) => {
    expect(requestedPauseMs({ status: 429, headers, nowMs: NOW_MS })).toBe(expected);
  });

  test('is not taken from the rate limit of a response that failed for another reason', () => {
    const headers = { 'x-sentry-rate-limit-reset': '9999999999' };
    expect(requestedPauseMs({ status: 502, headers, nowMs: NOW_MS })).toBeNull();
  });

  test.each([
    [200, '1 s'],
    [12_000, '12 s'],
    [11_001, '12 s'],
    [120_000, '120 s'],
    [120_001, '3 min'],
    [3_600_000, '60 min'],
    [7_200_001, '3 h'],
    [172_800_000, '48 h'],
    [TEN_YEARS_MS, 'more than 2 days'],
  ])('%i ms: %s', (ms, text) => {
    expect(pauseText(ms)).toBe(text);
  });

  test('is named, even if there is no time for it', () => {
    const asked = limited('sentry.io', { status: 429, retryAfterMs: 12_000 });
    expect(asked.message).toBe('sentry.io limits requests (HTTP 429) and asks to wait 12 s');
    expect(withoutTimeFor(asked, 7_400).message).toBe(
      'sentry.io limits requests (HTTP 429) and asks to wait 12 s, more than --trace-timeout leaves (8 s)',
    );
    expect(limited('sentry.io', { status: 429, retryAfterMs: null }).message).toBe(
      'sentry.io limits requests (HTTP 429)',
    );
    expect(limited('sentry.io', { status: 503, retryAfterMs: 5_000 }).message).toBe(
      'sentry.io takes no requests (HTTP 503) and asks to wait 5 s',
    );
  });
});

test('a server message is quoted in one short line', () => {
  const body = JSON.stringify({ detail: `two\nlines ${'x'.repeat(1_000)}` });
  const response = { status: 400, headers: {}, body, url: URL_ASKED, nowMs: NOW_MS };
  const { message } = failureOfStatus(PLACE, response);
  expect(message).toMatch(/^sentry\.example\.com responded with HTTP 400: two lines x+…$/);
  expect(message.length).toBeLessThan(300);
});

test.each<[string, ApiProblem, boolean, string, string]>([
  [
    'ECONNREFUSED',
    'refused',
    false,
    'sentry.example.com refused the connection',
    'Sentry refused the connection',
  ],
  ['ETIMEDOUT', 'no-response', false, 'sentry.example.com did not respond in time', 'Sentry did not respond'],
  [
    'ERR_ABORTED',
    'no-response',
    false,
    'sentry.example.com did not respond in time',
    'Sentry did not respond',
  ],
  [
    'ECONNRESET',
    'cut-off',
    false,
    'The connection to sentry.example.com broke off before the response was complete',
    'the connection to Sentry broke off',
  ],
  [
    'ERR_TOO_MANY_REDIRECTS',
    'redirect',
    true,
    'sentry.example.com redirects in a loop',
    'Sentry redirects elsewhere',
  ],
  [
    'ENOTFOUND',
    'dns',
    true,
    'The host name of sentry.example.com was not found',
    'the host name of Sentry was not found',
  ],
  [
    'EAI_AGAIN',
    'dns',
    false,
    'The host name of sentry.example.com could not be looked up',
    'the host name of Sentry was not found',
  ],
  [
    'EHOSTUNREACH',
    'unreachable',
    false,
    'sentry.example.com cannot be reached from this machine (EHOSTUNREACH)',
    'Sentry is unreachable',
  ],
  [
    'DEPTH_ZERO_SELF_SIGNED_CERT',
    'tls',
    true,
    'The TLS certificate of sentry.example.com is not trusted (DEPTH_ZERO_SELF_SIGNED_CERT)',
    'no trusted TLS connection to Sentry',
  ],
  [
    'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    'tls',
    true,
    'The TLS certificate of sentry.example.com is not trusted (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    'no trusted TLS connection to Sentry',
  ],
  [
    'CERT_HAS_EXPIRED',
    'tls',
    true,
    'The TLS certificate of sentry.example.com has expired',
    'no trusted TLS connection to Sentry',
  ],
  [
    'ERR_TLS_CERT_ALTNAME_INVALID',
    'tls',
    true,
    'The TLS certificate of sentry.example.com is for another name',
    'no trusted TLS connection to Sentry',
  ],
  [
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'tls',
    true,
    'No TLS connection to sentry.example.com could be made (ERR_SSL_WRONG_VERSION_NUMBER)',
    'no trusted TLS connection to Sentry',
  ],
  [
    'HPE_INVALID_CONSTANT',
    'not-json',
    true,
    'sentry.example.com responded with something that is not HTTP (HPE_INVALID_CONSTANT)',
    "Sentry's response is not JSON",
  ],
  [
    'Z_DATA_ERROR',
    'other',
    false,
    'sentry.example.com could not be read (Z_DATA_ERROR)',
    'Sentry could not be read',
  ],
])('%s: %s; permanent: %s', (code, problem, permanent, message, cause) => {
  const failed = failureOfError(PLACE, Object.assign(new Error('x'), { code }));
  expect(failed).toMatchObject({ reason: 'api-error', problem, message, permanent, status: null });
  expect(apiFailureCause(failed)).toBe(cause);
});

test('a headline names the status only if there is nothing else to report', () => {
  expect(apiFailureCause(failure('server-error', 'x', { status: 503 }))).toBe(
    'Sentry responded with HTTP 503',
  );
  expect(apiFailureCause(failure('rate-limit', 'x', { status: 429 }))).toBe('Sentry limits requests');
});

test('a refusal of one trace does not affect the others', () => {
  expect(holdsForAll(failure('scope', 'x'))).toBe(true);
  expect(holdsForAll(failure('html', 'x'))).toBe(true);
  expect(holdsForAll(failure('bad-request', 'x'))).toBe(false);
  expect(holdsForAll(failure('too-large', 'x'))).toBe(false);
  expect(holdsForAll(failure('server-error', 'x'))).toBe(false);
});
