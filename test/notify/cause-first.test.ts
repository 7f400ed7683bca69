/** Each alert begins with the cause of the failing test. */
import { expect, test } from 'vitest';
import type { Notifier } from '../../src/lib/model/notifier.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { createCauseFold } from '../../src/lib/notify/causes.ts';
import { changesOf } from '../../src/lib/notify/changes.ts';
import { groupingOf } from '../../src/lib/notify/grouping.ts';
import { postingsFor } from '../../src/lib/notify/postings.ts';
import { anError, aTest } from '../support/builders.ts';
import { FACTS } from './alerts.ts';

const TEXT = 'decided: status "rejected" (expected "approved"), because risk-check: max exposure exceeded';

const BROKEN = aTest({
  scenario: 'CHOP',
  errors: [
    anError('http-5xx', 'HTTP 500: boom', 'Check the logs'),
    anError('stage-failed', 'decided failed: SQL'),
  ],
  stuckAt: { stage: 'decided', after: null },
  cause: {
    ...{ stage: 'decided', source: 'sql', message: 'status "rejected" (expected "approved")' },
    ...{ because: 'risk-check: max exposure exceeded', row: 'status "rejected"' },
  },
});

function payloadFor(notifier: Notifier, result: TestResult) {
  const fold = createCauseFold();
  fold.add(result);
  const grouping = groupingOf(notifier.type);
  const changes = changesOf({
    ...{ open: [], causes: fold.causes(grouping), judged: fold.judged() },
    ...{ at: FACTS.startedAt, repeatAfterMs: null, grouping },
  });
  const [posting] = postingsFor(notifier, {
    ...{ changes, facts: FACTS, release: 'prod-e2e@1.2.3', newId: () => 'ab'.repeat(16), nowMs: Date.now() },
    envelope: {
      dsn: { text: 'https://key@sentry.example.com/42', publicKey: 'key', projectId: '42' },
      ...{ version: '1.2.3', sentAt: FACTS.startedAt },
    },
  });
  const body = posting?.request?.body.toString() ?? '';
  return JSON.parse(notifier.type === 'sentry-issue' ? (body.split('\n')[2] ?? '') : body);
}

const COMMON = { name: 'n', repeatAfterMs: null };
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
    ({ payload }) => payload.summary.replace('CHOP is broken: ', ''),
  ],
  ['webhook', { ...URL_OF_HOOK, type: 'webhook', secrets: [SECRET] }, ({ data }) => data.reason],
  [
    'sentry-issue',
    { ...COMMON, type: 'sentry-issue' },
    ({ logentry }) => logentry.message.replace('CHOP is broken: ', ''),
  ],
];

test.each(NOTIFIERS)('%s', (_, notifier, messageIn) => {
  const payload = payloadFor(notifier, BROKEN);
  expect(messageIn(payload)).toBe(TEXT);
  expect(JSON.stringify(payload)).not.toContain('boom');
  expect(messageIn(payloadFor(notifier, { ...BROKEN, cause: null }))).toBe('HTTP 500: boom');
});

test('the code and the hint of a cause stay those of the first error: alerts are grouped by them', () => {
  const fold = createCauseFold();
  fold.add(BROKEN);
  fold.add({ ...BROKEN, index: 2, cause: null });
  expect(fold.causes('cause')).toMatchObject([
    { code: 'http-5xx', hint: 'Check the logs', message: TEXT, tests: 2 },
  ]);
});

test('a cause that a trace gave replaces that of the response', () => {
  const fold = createCauseFold();
  const sent = { ...BROKEN, cause: { stage: null, source: 'response', message: 'HTTP 500: boom' } } as const;
  fold.add(sent);
  expect(fold.causes('cause')[0]?.message).toBe('HTTP 500: boom');
  fold.replace(sent, BROKEN);
  expect(fold.causes('cause')[0]?.message).toBe(TEXT);
});
