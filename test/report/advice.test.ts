import { expect, test } from 'vitest';
import type { FailureKind } from '../../src/lib/model/delivery.ts';
import { hintFor, nextSteps } from '../../src/lib/report/advice.ts';

const KINDS = {
  dns: true,
  refused: true,
  unreachable: true,
  'connect-timeout': true,
  tls: true,
  reset: true,
  'response-timeout': true,
  'body-timeout': true,
  truncated: true,
  'too-large': true,
  protocol: true,
  proxy: true,
  // Stopped by the user: nothing to advise.
  aborted: false,
} as const satisfies Record<FailureKind, boolean>;

test.each(Object.entries(KINDS))('failure %s has a hint: %s', (kind, expected) => {
  expect(hintFor(kind) !== null).toBe(expected);
});

test.each([
  ...[
    'http-1xx',
    'http-2xx',
    'http-4xx',
    'http-5xx',
    'unauthorised',
    'rate-limited',
    'redirect',
    'not-found',
  ],
  ...['refused-by-body', 'duplicate', 'suspect', 'empty-body', 'not-json', 'too-deep', 'match', 'schema'],
  ...['header', 'content-type', 'too-slow', 'slow', 'no-connection', 'flaky'],
  ...['sentry-dsn-invalid', 'sentry-refused', 'sentry-dropped', 'sentry-unreachable', 'sentry-pending'],
])('finding %s has a hint of one line', (code) => {
  expect(hintFor(code)).toMatch(/^[^\n]+$/);
});

test('unknown codes have none', () => {
  expect(hintFor('made-up')).toBeNull();
  expect(hintFor('constructor')).toBeNull();
  expect(hintFor('required-missing')).toBeNull();
});

test('missing fields are advised on by name, wherever they stand', () => {
  expect(hintFor('required-missing', 'signal_id')).toBe('Check webhook ingestion endpoint returns signal_id');
  expect(hintFor('recommended-missing', 'data.variant')).toBe('Check if A/B routing feature flag is enabled');
  expect(hintFor('recommended-missing', 'enrichment.gex')).toBe('Check if enrichment service is running');
  expect(hintFor('required-missing', 'order.id')).toBe('Check that the webhook handler returns order.id');
  expect(hintFor('required-missing', 'constructor')).toBe(
    'Check that the webhook handler returns constructor',
  );
});

test('next steps: errors, what explains missing data, missing data, other warnings', () => {
  const steps = nextSteps({
    findings: [
      { severity: 'warning', code: 'slow' },
      { severity: 'warning', code: 'duplicate' },
      { severity: 'error', code: 'http-5xx' },
      { severity: 'error', code: 'refused' },
      { severity: 'warning', code: 'recommended-missing' },
    ],
    missing: [
      { field: 'variant', level: 'recommended' },
      { field: 'signal_id', level: 'required' },
    ],
  });
  expect(steps.map(({ title }) => title)).toEqual([
    'Connection errors',
    'HTTP 500 errors',
    'Refused as duplicates',
    'Missing signal_id in response',
    'Missing variant in response',
    'Slow answers',
  ]);
});

test('the same advice is given once, under the first title', () => {
  const findings = (['no-connection', 'dns', 'connect-timeout'] as const).map((code) => ({
    severity: 'error' as const,
    code,
  }));
  expect(nextSteps({ findings, missing: [] })).toEqual([
    {
      title: 'All tests failing with connection error',
      solutions: [
        'Verify PRODUCTION_URL (or --url) is correct',
        'Check if production server is running',
        'Verify network connectivity',
        'Check firewall rules',
      ],
    },
  ]);
});

test('nothing found, nothing to do', () => {
  expect(nextSteps({ findings: [], missing: [] })).toEqual([]);
});
