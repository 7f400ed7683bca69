import { expect, test } from 'vitest';
import { FAILURE_KIND_NAMES } from '../../../src/lib/model/failure-kinds.ts';
import { hintFor, nextSteps } from '../../../src/lib/report/advice/advice.ts';
import { detailedHint, type FailureDetail } from '../../../src/lib/report/advice/details.ts';

test.each(FAILURE_KIND_NAMES)('failure %s has a hint, unless the user stopped the run', (kind) => {
  expect(hintFor(kind) !== null).toBe(kind !== 'aborted');
});

test.each([
  ...[
    'http-1xx',
    'http-2xx',
    'http-4xx',
    'http-5xx',
    'unauthorized',
    'rate-limited',
    'redirect',
    'not-found',
  ],
  ...['refused-by-body', 'duplicate', 'suspect', 'empty-body', 'not-json', 'too-deep', 'match', 'schema'],
  ...['header', 'content-type', 'too-slow', 'slow', 'no-connection', 'flaky'],
  ...['sentry-refused', 'sentry-dropped', 'sentry-unreachable', 'sentry-pending'],
])('finding %s has a hint of one line', (code) => {
  expect(hintFor(code)).toMatch(/^[^\n]+$/);
});

test('probes that all have their own hint need no general advice', () => {
  const finding = (hint: string | null) => ({ severity: 'warning', code: 'probe-unverified', hint }) as const;
  const solutions = (...hints: readonly (string | null)[]) =>
    nextSteps({ findings: hints.map(finding), missing: [] }).flatMap((advice) => advice.solutions);
  expect(solutions('Find the session that holds it', 'Find the session that holds it')).toEqual([
    'Find the session that holds it',
  ]);
  expect(solutions('Find the session that holds it', null).join('\n')).toMatch(/credentials/);
  expect(solutions(hintFor('probe-unverified')).join('\n')).toMatch(/credentials/);
});

test('unknown codes have none', () => {
  expect(hintFor('made-up')).toBeNull();
  expect(hintFor('constructor')).toBeNull();
  expect(hintFor('required-missing')).toBeNull();
});

test('missing fields get advice by name, at any depth', () => {
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
    'Treated as duplicates',
    'Missing signal_id in response',
    'Missing variant in response',
    'Slow responses',
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

const NOTHING = { code: null, status: null, hasRetryAfter: false, isSigned: false, expectsRefusal: false };
const ofStatus = (status: number): FailureDetail => ({ ...NOTHING, status });
const ofCode = (code: string): FailureDetail => ({ ...NOTHING, code });

test('what exactly happened comes before the advice for its kind', () => {
  const hint = detailedHint('http-4xx', ofStatus(413));
  const finding = { severity: 'error', code: 'http-4xx' } as const;
  const steps = nextSteps({
    findings: [{ ...finding, hint }, { ...finding, hint }, { ...finding, hint: 'of its own' }, finding],
    missing: [],
  });
  expect(steps.map(({ solutions }) => solutions)).toEqual([
    [
      'Raise the limit of the body size at the server or proxy, or send a smaller payload',
      'Compare the payload with what the handler validates: prod-e2e run --dry-run',
      'Review server logs',
    ],
  ]);
});

test.each<[string, FailureDetail]>([
  ['http-4xx', ofStatus(418)],
  ['http-4xx', NOTHING],
  ['made-up', ofStatus(413)],
  ['constructor', ofStatus(413)],
  // The same detail of another kind.
  ['refused', ofStatus(407)],
])('nothing in detail is known about %s %j', (code, detail) => {
  expect(detailedHint(code, detail)).toBeNull();
});

test('a specific hint differs from that of the kind, and is one line', () => {
  for (const [code, detail] of [
    ['dns', ofCode('EAI_AGAIN')],
    ['tls', ofCode('CERT_HAS_EXPIRED')],
    ['tls', ofCode('ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION')],
    ['proxy', ofStatus(407)],
    ['not-found', ofStatus(410)],
    ['rate-limited', { ...ofStatus(429), hasRetryAfter: true }],
    ['http-5xx', ofStatus(502)],
  ] as const) {
    expect(detailedHint(code, detail), code).toMatch(/^[^\n]+$/);
    expect(detailedHint(code, detail), code).not.toBe(hintFor(code));
  }
});

test('no findings, no next steps', () => {
  expect(nextSteps({ findings: [], missing: [] })).toEqual([]);
});
