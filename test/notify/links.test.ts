/** Addresses in messages: only what a browser would open becomes a link, and nothing in one ends it. */
import { expect, test } from 'vitest';
import { pagerdutyPostings } from '../../src/lib/notify/pagerduty.ts';
import { slackPostings } from '../../src/lib/notify/slack.ts';
import { aCause, broken, FACTS } from './alerts.ts';

const URL_OF_HOOK = 'https://hooks.example.com/x';
const { failing } = aCause();
const REPORT = 'Open: prod-e2e report show 20260801-120000-k3f9z';

test.each([
  ['https://sentry.example/t/1?a=1&b=2', 'Open: <https://sentry.example/t/1?a=1&amp;b=2|trace>'],
  ['https://sentry.example/a|b>c<d', 'Open: <https://sentry.example/a%7Cb%3Ec%3Cd|trace>'],
  ['https://acme.sentry.io![x](http://y)', REPORT],
  ['javascript:alert(1)', REPORT],
  ['https://sentry.example/a\nb', REPORT],
])('of %j Slack gets %j', (traceUrl, written) => {
  const changes = [broken({ failing: { ...failing, traceUrl } })];
  const [posting] = slackPostings(changes, { url: URL_OF_HOOK, facts: FACTS });
  const { blocks } = JSON.parse(posting?.request?.body.toString() ?? '');
  const context = blocks.find(({ type }: { readonly type: string }) => type === 'context');
  expect(context.elements.map(({ text }: { readonly text: string }) => text)).toContain(written);
});

test.each([
  ['https://sentry.example/t/1?a=1&b=2', [{ href: 'https://sentry.example/t/1?a=1&b=2' }]],
  ['https://acme.sentry.io![x](http://y)', []],
  ['javascript:alert(1)', []],
])('of %j PagerDuty gets the links %j', (traceUrl, links) => {
  const notifier = {
    ...({
      type: 'pagerduty',
      name: 'n',
      after: 1,
      recoverAfter: 1,
      repeatAfterMs: null,
      url: URL_OF_HOOK,
    } as const),
    ...({ routingKey: 'k'.repeat(32), severity: 'critical' } as const),
  };
  const [posting] = pagerdutyPostings([broken({ failing: { ...failing, traceUrl } })], {
    notifier,
    facts: FACTS,
  });
  expect(JSON.parse(posting?.request?.body.toString() ?? '')).toMatchObject({ links });
});

test.each([
  [
    'the issue that Sentry has of it',
    { issueUrl: 'https://sentry.example/issues/7/' },
    'https://sentry.example/issues/7/',
  ],
  ['else the trace', {}, failing.traceUrl],
  ['no trace where no response came: nothing of the target is in it', { responded: false }, null],
])('one link comes first: %s', (_, overrides, href) => {
  const notifier = {
    ...({ type: 'pagerduty', name: 'n', after: 1, recoverAfter: 1, repeatAfterMs: null } as const),
    ...({ url: URL_OF_HOOK, routingKey: 'k'.repeat(32), severity: 'critical' } as const),
  };
  const [posting] = pagerdutyPostings([broken({ failing: { ...failing, ...overrides } })], {
    notifier,
    facts: FACTS,
  });
  const { links, payload } = JSON.parse(posting?.request?.body.toString() ?? '');
  expect(links.map((link: { readonly href: string }) => link.href)).toEqual(href === null ? [] : [href]);
  const command = href === null ? 'prod-e2e report show 20260801-120000-k3f9z' : undefined;
  expect(payload.custom_details.open).toBe(command);
});
