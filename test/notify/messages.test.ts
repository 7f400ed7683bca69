/** What is sent to whom, judged by the schemas that the services publish. */
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import type { Change } from '../../src/lib/model/alert.ts';
import { checkInRequest } from '../../src/lib/notify/check-in.ts';
import { envelopeRequest } from '../../src/lib/notify/envelope.ts';
import { dedupKey } from '../../src/lib/notify/pagerduty.ts';
import type { Posting } from '../../src/lib/notify/posting.ts';
import { postingsFor } from '../../src/lib/notify/postings.ts';
import { fingerprintOf } from '../../src/lib/notify/sentry-issue.ts';
import { slackText } from '../../src/lib/notify/slack.ts';
import { parseEnvelope } from '../../src/sandbox/sentry-server/envelope.ts';
import {
  checkInProblems,
  eventProblems,
  pagerdutyProblems,
  slackProblems,
} from '../support/alert-schemas.ts';
import { aCause, anOutage, broken, FACTS, working } from './alerts.ts';

const DSN = { text: 'https://key@sentry.example.com/prefix/42', publicKey: 'key', projectId: '42' };
const ENVELOPE = { dsn: DSN, version: '1.2.3', sentAt: '2026-08-01T12:00:01.000Z' };
const SECRET = `whsec_${Buffer.from('thirty-two bytes of a secret key').toString('base64')}`;
const COMMON = { name: 'n', after: 1, recoverAfter: 1, repeatAfterMs: null };
const URL_OF_HOOK = 'https://hooks.example.com/x';

const NOTIFIERS = {
  slack: { ...COMMON, type: 'slack', url: URL_OF_HOOK },
  pagerduty: {
    ...COMMON,
    type: 'pagerduty',
    url: URL_OF_HOOK,
    routingKey: 'k'.repeat(32),
    severity: 'critical',
  },
  webhook: { ...COMMON, type: 'webhook', url: URL_OF_HOOK, secrets: [SECRET] },
  'sentry-issue': { ...COMMON, type: 'sentry-issue' },
} as const;

function postings(
  type: keyof typeof NOTIFIERS,
  changes: readonly Change[],
  facts = FACTS,
): readonly Posting[] {
  return postingsFor(NOTIFIERS[type], {
    changes,
    facts,
    envelope: ENVELOPE,
    release: 'prod-e2e@1.2.3',
    newId: () => 'ab'.repeat(16),
    nowMs: Date.now(),
  });
}

function payloads(type: keyof typeof NOTIFIERS, changes: readonly Change[], facts = FACTS) {
  return postings(type, changes, facts).map(({ request }) => {
    const text = request?.body.toString() ?? 'null';
    return JSON.parse(type === 'sentry-issue' ? (text.split('\n')[2] ?? '') : text);
  });
}

const PROBLEMS = { slack: slackProblems, pagerduty: pagerdutyProblems, 'sentry-issue': eventProblems };

describe('for any response and any scenario name', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 2_000 }),
    fc.constantFrom(
      '<!channel> <@U123> <https://evil.example|click> & &amp; </>',
      `${'<'.repeat(5_000)}`,
      '\u001b[31mred\u0007\u202e',
      '😀'.repeat(1_000),
      '*bold* _it_ ~no~ `code` :tada:\n> quote',
    ),
  );

  it.each(['slack', 'pagerduty', 'sentry-issue'] as const)('messages for %s match its schema', (type) => {
    fc.assert(
      fc.property(
        hostile,
        hostile,
        hostile,
        fc.integer({ min: 1, max: 60 }),
        (scenario, message, hint, count) => {
          const name = scenario || 'X';
          const changes = Array.from({ length: count }, (_, at) =>
            at % 3 === 2 && type !== 'sentry-issue'
              ? working({ scenario: `${name}${at}`, message })
              : broken({ scenario: `${name}${at}`, message, hint }),
          );
          for (const payload of payloads(type, changes)) expect(PROBLEMS[type](payload)).toEqual([]);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('the schemas themselves', () => {
  it('refuse invalid messages', () => {
    const [event] = payloads('pagerduty', [broken()]);
    expect(pagerdutyProblems({ ...event, event_action: 'open' })).not.toEqual([]);
    expect(pagerdutyProblems({ ...event, payload: undefined })).not.toEqual([]);
    const [message] = payloads('slack', [broken()]);
    expect(slackProblems({ ...message, text: 'a <!here> b' })).not.toEqual([]);
    expect(slackProblems({ ...message, text: 'a & b' })).not.toEqual([]);
    expect(checkInProblems({ check_in_id: 'x', monitor_slug: 's', status: 'fine' })).not.toEqual([]);
  });
});

describe('Slack', () => {
  it('gets one message per outage, or one for all if there are many', () => {
    const changes = (count: number) =>
      Array.from({ length: count }, (_, at) => broken({ scenario: `S${at}` }));
    expect(postings('slack', changes(5))).toHaveLength(5);
    const many = postings('slack', [...changes(60), working()]);
    expect(many.map(({ covers }) => covers.length)).toEqual([61]);
    const [{ text, blocks }] = payloads('slack', [...changes(60), working()]);
    expect(text).toContain('60 outages, 1 over');
    expect(blocks).toHaveLength(42);
    expect(blocks.at(-1).text.text).toContain('21 more');
  });

  it('gets text with its three special characters escaped, & first', () => {
    expect(slackText('a & b < c > d &amp;')).toBe('a &amp; b &lt; c &gt; d &amp;amp;');
  });

  it('gets the link to the trace, whatever its address contains', () => {
    const traceUrl = 'https://traces.example.com/a|b>c?x=1&y=2';
    const [{ blocks }] = payloads('slack', [broken({ failing: { ...aCause().failing, traceUrl } })]);
    const texts = blocks.at(-1).elements.map(({ text }: { text: string }) => text);
    expect(texts[0]).toBe('Open: <https://traces.example.com/a%7Cb%3Ec?x=1&amp;y=2|trace>');
  });

  it('shows no link from the text of a test', () => {
    const profile = '<https://evil.example|click>';
    expect(JSON.stringify(payloads('slack', [broken()], { ...FACTS, profile }))).not.toContain(
      '<https://evil',
    );
    const target = '<https://evil.example|click>';
    expect(JSON.stringify(payloads('slack', [broken()], { ...FACTS, target }))).not.toContain(
      '<https://evil',
    );
  });
});

describe('keys that identify an outage over time', () => {
  it('are the same in every run, and differ between targets', () => {
    const key = dedupKey('CHOP/http-5xx', FACTS);
    expect(key).toMatch(/^prod-e2e\/CHOP\/http-5xx\/[0-9a-f]{16}$/);
    expect(dedupKey('CHOP/http-5xx', { ...FACTS, runId: 'another', startedAt: 'later' })).toBe(key);
    const shard = { index: 1, total: 2 };
    for (const other of [
      { target: 'https://b.example.com/' },
      { environment: 'e' },
      { profile: null },
      { shard },
    ])
      expect(dedupKey('CHOP/http-5xx', { ...FACTS, ...other })).not.toBe(key);
    expect(dedupKey('x'.repeat(1_000), FACTS).length).toBeLessThanOrEqual(255);
    expect(fingerprintOf(anOutage({ scenario: 'ORB', message: 'HTTP 503' }), FACTS)).toEqual(
      fingerprintOf(anOutage(), FACTS),
    );
  });

  it('of PagerDuty are the same for trigger and resolve', () => {
    const [trigger, resolve] = payloads('pagerduty', [broken(), working()]);
    expect(resolve).toEqual({
      routing_key: 'k'.repeat(32),
      dedup_key: trigger.dedup_key,
      event_action: 'resolve',
    });
  });
});

describe('a webhook', () => {
  it('is signed with the exact bytes that are sent, and refused with another secret', () => {
    const [posting] = postings('webhook', [broken({ message: 'ünïcode 😀' })]);
    const body = posting?.request?.body ?? Buffer.alloc(0);
    const headers = { ...posting?.request?.headers };
    const seen = new Webhook(SECRET).verify(body.toString(), headers) as { type: string };
    expect(seen.type).toBe('prod_e2e.scenario.broken');
    expect(headers['webhook-id']).not.toContain('.');
    const other = new Webhook(`whsec_${Buffer.from('another thirty-two bytes of a key').toString('base64')}`);
    expect(() => other.verify(body.toString(), headers)).toThrow();
  });
});

describe('envelopes', () => {
  it('go where the DSN points, and state their length in bytes', () => {
    const request = envelopeRequest({ type: 'event', eventId: 'e', payload: { a: 'ü' } }, ENVELOPE);
    expect(request.url).toBe('https://sentry.example.com/prefix/api/42/envelope/');
    expect(request.headers['x-sentry-auth']).toContain('sentry_key=key');
    const parsed = parseEnvelope(request.body);
    expect(parsed).toMatchObject({
      ok: true,
      envelope: { header: { event_id: 'e' }, items: [{ type: 'event' }] },
    });
  });

  it('are not sent if a scenario works again: a DSN cannot resolve an issue', () => {
    expect(postings('sentry-issue', [working()])).toEqual([{ request: null, covers: [working()] }]);
  });

  const monitor = {
    slug: 'e2e',
    schedule: { type: 'interval', value: 15, unit: 'minute' },
    timezone: null,
    checkinMarginMinutes: 1,
    maxRuntimeMinutes: null,
  } as const;
  const checkIn = {
    checkInId: 'ab'.repeat(16),
    status: 'ok',
    durationMs: 1_234,
    environment: 'e',
    release: 'r',
  } as const;
  const checkInOf = (changed: object) => {
    const request = checkInRequest({ ...monitor, ...changed }, { checkIn, envelope: ENVELOPE });
    return JSON.parse(request.body.toString().split('\n')[2] ?? '');
  };

  it('of check-ins include the monitor if it has a schedule', () => {
    expect(checkInProblems(checkInOf({}))).toEqual([]);
    expect(checkInOf({})).toMatchObject({
      duration: 1.234,
      monitor_config: { schedule: { type: 'interval', value: 15, unit: 'minute' }, checkin_margin: 1 },
    });
    expect(checkInProblems(checkInOf({ schedule: null }))).toEqual([]);
    expect(checkInOf({ schedule: null })).not.toHaveProperty('monitor_config');
  });
});

it('a text for Slack that needs escapes throughout is cut after escaping, and not within an escape', () => {
  const cut = slackText('<'.repeat(2_000));
  expect(cut.length).toBeLessThanOrEqual(1_200);
  expect(cut).toMatch(/^(&lt;)+…$/);
  expect(slackText('a & b <c>')).toBe('a &amp; b &lt;c&gt;');
});

describe('a run that is not saved', () => {
  const unsaved = { ...FACTS, unsaved: true } as const;
  const failing = { traceUrl: null, issueUrl: null, testId: 't-1', traceId: 'ab'.repeat(16), spanId: null };
  const change = broken({
    failing: { ...failing, responded: true },
    hint: 'See what it sent: prod-e2e trace show <test id>',
  });
  const many = Array.from({ length: 50 }, () => change);

  it.each(['slack', 'pagerduty', 'webhook', 'sentry-issue'] as const)('%s names no command', (type) => {
    for (const changes of [[change], many]) {
      expect(JSON.stringify(payloads(type, changes, unsaved))).not.toContain('prod-e2e trace');
      expect(JSON.stringify(payloads(type, changes, unsaved))).not.toContain('report show');
    }
    // Of a saved one there are.
    const all = JSON.stringify([payloads(type, [change]), payloads(type, many)]);
    expect(all).toMatch(/prod-e2e (trace|report) show/);
  });

  it('a hint that needs no saved run stays', () => {
    const [slack] = payloads('slack', [broken()], unsaved);
    expect(JSON.stringify(slack)).toContain('Check the logs of the webhook handler');
  });
});
