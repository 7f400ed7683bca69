/** Each alert begins with the cause of the failing test. */
import { expect, test } from 'vitest';
import type { Notifier } from '../../src/lib/model/notifier.ts';
import type { Cause, TestResult } from '../../src/lib/model/result.ts';
import { createCauseFold } from '../../src/lib/notify/causes.ts';
import { changesOf } from '../../src/lib/notify/changes.ts';
import { advance } from '../../src/lib/notify/outages.ts';
import { postingsFor } from '../../src/lib/notify/postings.ts';
import { anError, aTest } from '../support/builders.ts';
import { FACTS } from './alerts.ts';

const STAGE = 'decided';
const TEXT = 'status "rejected" (expected "approved"), because risk-check: max exposure exceeded';

const BROKEN = aTest({
  scenario: 'CHOP',
  errors: [
    anError('http-5xx', 'HTTP 500: boom', 'Check the logs'),
    anError('stage-failed', 'decided failed: SQL'),
  ],
  stuckAt: { stage: 'decided', after: null },
  cause: {
    ...{ stage: 'decided', source: 'sql', message: 'status "rejected" (expected "approved")' },
    ...{ because: 'max exposure exceeded', span: ['risk-check'], row: 'status "rejected"' },
  },
});

const NOTHING_REQUIRED = { traces: false, stages: false };

function payloadFor(notifier: Notifier, result: TestResult, facts = FACTS) {
  const fold = createCauseFold(NOTHING_REQUIRED);
  fold.add(result);
  const { runId, startedAt } = FACTS;
  const outages = advance([], { ...fold.observed(), runId, startedAt });
  const changes = changesOf({ outages, sent: [], runId, startedAt }, notifier);
  const [posting] = postingsFor(notifier, {
    ...{ changes, facts, release: 'prod-e2e@1.2.3', newId: () => 'ab'.repeat(16), nowMs: Date.now() },
    envelope: {
      dsn: { text: 'https://key@sentry.example.com/42', publicKey: 'key', projectId: '42' },
      ...{ version: '1.2.3', sentAt: FACTS.startedAt },
    },
  });
  const body = posting?.request?.body.toString() ?? '';
  return JSON.parse(notifier.type === 'sentry-issue' ? (body.split('\n')[2] ?? '') : body);
}

const COMMON = { name: 'n', after: 1, recoverAfter: 1, repeatAfterMs: null };
const URL_OF_HOOK = { ...COMMON, url: 'https://hooks.example.com/x' };
const SECRET = `whsec_${Buffer.from('thirty-two bytes of a secret key').toString('base64')}`;

const NOTIFIERS: readonly (readonly [
  string,
  Notifier,
  (payload: ReturnType<typeof payloadFor>) => unknown,
])[] = [
  ['slack', { ...URL_OF_HOOK, type: 'slack' }, ({ blocks }) => blocks[0].text.text.split('\n')[1]],
  [
    'pagerduty',
    { ...URL_OF_HOOK, type: 'pagerduty', routingKey: 'k'.repeat(32), severity: 'critical' },
    ({ payload }) => payload.summary.replace(/^CHOP is broken( at decided)?: /, ''),
  ],
  ['webhook', { ...URL_OF_HOOK, type: 'webhook', secrets: [SECRET] }, ({ data }) => data.reason],
  [
    'sentry-issue',
    { ...COMMON, type: 'sentry-issue' },
    ({ logentry }) => logentry.message.replace(/^CHOP is broken( at decided)?: /, ''),
  ],
];

test.each(NOTIFIERS)('%s', (_, notifier, messageIn) => {
  const payload = payloadFor(notifier, BROKEN);
  expect(messageIn(payload)).toBe(TEXT);
  expect(JSON.stringify(payload)).toContain(`CHOP is broken at ${STAGE}`);
  expect(JSON.stringify(payload)).not.toContain('boom');
  expect(messageIn(payloadFor(notifier, { ...BROKEN, cause: null }))).toBe('HTTP 500: boom');
});

const PLACES_OF_CHANGED: Readonly<Record<string, (payload: ReturnType<typeof payloadFor>) => unknown>> = {
  slack: ({ blocks }) => blocks[1].text.text.split('\n')[1],
  pagerduty: ({ payload }) => payload.custom_details.changed,
  webhook: ({ data }) => data.changed,
  'sentry-issue': ({ extra }) => extra.changed,
};

test.each(NOTIFIERS)('%s says what changed, if it is about this failure', (type, notifier) => {
  const changedIn = (traceId: string) => {
    const brokenSince = [{ traceId, changed: 'risk-check now fails' }];
    return PLACES_OF_CHANGED[type]?.(payloadFor(notifier, BROKEN, { ...FACTS, brokenSince })) ?? undefined;
  };
  expect(changedIn(BROKEN.trace.traceId)).toBe(
    type === 'slack' ? 'Changed: risk-check now fails' : 'risk-check now fails',
  );
  expect(changedIn('12'.repeat(16))).toBeUndefined();
});

test('the code and the hint of a cause are those of the first error', () => {
  const fold = createCauseFold(NOTHING_REQUIRED);
  fold.add(BROKEN);
  fold.add({ ...BROKEN, index: 2 });
  expect(fold.observed().causes).toMatchObject([
    { code: 'http-5xx', stage: STAGE, hint: 'Check the logs', message: TEXT, tests: 2 },
  ]);
});

test('a cause from a trace replaces the one from the response, for several tests as well', () => {
  const fold = createCauseFold(NOTHING_REQUIRED);
  const sent = (index: number) =>
    ({ ...BROKEN, index, cause: { stage: null, source: 'response', message: 'HTTP 500: boom' } }) as const;
  for (const index of [1, 2, 3]) fold.add(sent(index));
  expect(fold.observed().causes).toMatchObject([{ message: 'HTTP 500: boom', tests: 3 }]);
  for (const index of [1, 2, 3]) fold.replace(sent(index), { ...BROKEN, index });
  expect(fold.observed().causes).toMatchObject([{ message: TEXT, tests: 3 }]);
});

test.each<[Partial<Cause>, string]>([
  [
    { message: 'the provider answered 503', span: ['data-enrichment', 'fetch-gex-data'] },
    'fetch-gex-data: the provider answered 503',
  ],
  [{ message: 'the provider answered 503', span: ['data-enrichment'] }, 'the provider answered 503'],
  [{ message: null, span: ['data-enrichment', 'fetch-gex-data'] }, 'fetch-gex-data failed'],
  [{ message: null, span: ['data-enrichment'] }, 'failed'],
  [
    { message: 'span data-enrichment is missing', missingSpan: 'data-enrichment' },
    'span data-enrichment is missing',
  ],
])('the message of %j does not name its stage, which stands beside it', (parts, said) => {
  const fold = createCauseFold(NOTHING_REQUIRED);
  const cause: Cause = { stage: 'data-enrichment', source: 'trace', message: null, ...parts };
  fold.add({ ...BROKEN, cause });
  expect(fold.observed().causes).toMatchObject([{ stage: 'data-enrichment', message: said }]);
});
