/**
 * The headers by which endpoints recognize a provider's webhooks and their kind. The user agent is not among them: it stays
 * ours, as the marker header does, so that synthetic traffic is never taken for the provider's own.
 */
import type { SenderName } from '../model/signing.ts';

export interface HeaderContext {
  readonly testId: string;
  /** The same as `{{uuid}}` in the payload. */
  readonly uuid: string;
  /** ISO 8601 in UTC. */
  readonly timestamp: string;
}

const JSON_TYPE = 'application/json';

/** With lowercase names. The config overrides a header of the same name. */
export const SENDER_HEADERS: Readonly<
  Record<SenderName, (context: HeaderContext) => Readonly<Record<string, string>>>
> = {
  // https://www.tradingview.com/support/solutions/43000529348: JSON is sent as such, all else as text/plain.
  tradingview: () => ({ 'content-type': JSON_TYPE }),
  // https://docs.github.com/en/webhooks/webhook-events-and-payloads#delivery-headers; the delivery is a GUID.
  github: ({ uuid }) => ({
    'content-type': JSON_TYPE,
    'x-github-event': 'push',
    'x-github-delivery': uuid,
  }),
  stripe: () => ({ 'content-type': 'application/json; charset=utf-8' }),
  slack: () => ({ 'content-type': JSON_TYPE }),
  // https://shopify.dev/docs/apps/build/webhooks, "Headers": one webhook id each delivery, one event id each event.
  shopify: ({ uuid, timestamp }) => ({
    'content-type': JSON_TYPE,
    'x-shopify-topic': 'orders/create',
    'x-shopify-shop-domain': 'prod-e2e-test.myshopify.com',
    'x-shopify-webhook-id': uuid,
    'x-shopify-event-id': uuid,
    'x-shopify-triggered-at': timestamp,
  }),
  // The id is there without a secret, too; the time comes with the signature.
  'standard-webhooks': ({ testId }) => ({ 'content-type': JSON_TYPE, 'webhook-id': testId }),
};
