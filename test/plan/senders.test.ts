/** The headers of each sender's manner, and what wins over them. */
import { describe, expect, it } from 'vitest';
import { SENDER_NAMES, type SenderName } from '../../src/lib/model/signing.ts';
import { aScenario, firstOf } from './support.ts';

const UUID = '00000000-0000-4000-8000-000000000000';

function headersOf(sender: SenderName, own: Readonly<Record<string, string>> = {}) {
  return firstOf({ scenarios: [aScenario({ sender, headers: own })] }).request.headers;
}

it.each<[SenderName, Readonly<Record<string, string>>]>([
  ['tradingview', { 'content-type': 'application/json' }],
  ['github', { 'content-type': 'application/json', 'x-github-event': 'push', 'x-github-delivery': UUID }],
  ['stripe', { 'content-type': 'application/json; charset=utf-8' }],
  ['slack', { 'content-type': 'application/json' }],
  [
    'shopify',
    {
      'content-type': 'application/json',
      'x-shopify-topic': 'orders/create',
      'x-shopify-shop-domain': 'prod-e2e-test.myshopify.com',
      'x-shopify-webhook-id': UUID,
      'x-shopify-event-id': UUID,
      'x-shopify-triggered-at': '2026-08-01T12:00:00.000Z',
    },
  ],
  ['standard-webhooks', { 'content-type': 'application/json', 'webhook-id': '20260801-120000-k3f9z-1' }],
])('%s', (sender, headers) => {
  expect(headersOf(sender)).toEqual({
    ...headersOf('tradingview'),
    ...headers,
  });
});

describe.each(SENDER_NAMES)('a webhook as %s sends it', (sender) => {
  it('the user agent still names prod-e2e', () => {
    expect(headersOf(sender)).toMatchObject({
      'user-agent': 'prod-e2e/0.0.0',
      'x-prod-e2e-test': '20260801-120000-k3f9z-1',
      'idempotency-key': '20260801-120000-k3f9z-1',
    });
  });
});

it('headers of the config take precedence, whatever their case', () => {
  expect(
    headersOf('github', { 'X-GitHub-Event': 'issues', 'Content-Type': 'application/x-json' }),
  ).toMatchObject({
    'x-github-event': 'issues',
    'content-type': 'application/x-json',
  });
});

it('the test has its sender and its signature', () => {
  const { sender, signing } = firstOf({ scenarios: [aScenario({ sender: 'github' })] });
  expect([sender, signing]).toEqual(['github', null]);
});
