/** The signature schemes as data: each is an HMAC of a template, put into a header in its own way. */
import type { SenderName, SignatureForm, SigningScheme } from '../model/signing.ts';

const BASE64_SECRET_PREFIX = 'whsec_';

/** The base64 of a secret of Standard Webhooks or Svix, whose libraries take it with and without `whsec_`. */
export function bareSecret(secret: string): string {
  return secret.startsWith(BASE64_SECRET_PREFIX) ? secret.slice(BASE64_SECRET_PREFIX.length) : secret;
}

// https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md, "Signature scheme".
const STANDARD: SignatureForm = {
  header: 'webhook-signature',
  algorithm: 'sha256',
  encoding: 'base64',
  content: '{id}.{timestamp}.{body}',
  lead: '',
  prefix: 'v1,',
  separator: ' ',
  timestampHeader: 'webhook-timestamp',
  idHeader: 'webhook-id',
  key: 'base64',
};

/** Of what follows, only what differs is said. */
const OF_THE_BODY: Omit<SignatureForm, 'header'> = {
  algorithm: 'sha256',
  encoding: 'hex',
  content: '{body}',
  lead: '',
  prefix: '',
  separator: null,
  timestampHeader: null,
  idHeader: null,
  key: 'text',
};

export const SCHEMES: Readonly<Record<Exclude<SigningScheme, 'hmac'>, SignatureForm>> = {
  'standard-webhooks': STANDARD,
  // https://docs.svix.com/receiving/verifying-payloads/how-manual: the same with its own header names.
  svix: { ...STANDARD, header: 'svix-signature', timestampHeader: 'svix-timestamp', idHeader: 'svix-id' },
  // https://docs.stripe.com/webhooks/signature: the whole secret, `whsec_` included, is the key.
  stripe: {
    ...OF_THE_BODY,
    header: 'stripe-signature',
    content: '{timestamp}.{body}',
    lead: 't={timestamp},',
    prefix: 'v1=',
    separator: ',',
  },
  // https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
  github: { ...OF_THE_BODY, header: 'x-hub-signature-256', prefix: 'sha256=' },
  // https://docs.slack.dev/authentication/verifying-requests-from-slack
  slack: {
    ...OF_THE_BODY,
    header: 'x-slack-signature',
    content: 'v0:{timestamp}:{body}',
    prefix: 'v0=',
    timestampHeader: 'x-slack-request-timestamp',
  },
  // https://shopify.dev/docs/apps/build/webhooks/subscribe/https, "Verify a webhook"
  shopify: { ...OF_THE_BODY, header: 'x-shopify-hmac-sha256', encoding: 'base64' },
};

/** What `hmac` is where the config does not say otherwise. */
export const GENERIC_HMAC = OF_THE_BODY;

/** The scheme of each sender; null where it signs nothing. */
export const SENDER_SCHEME: Readonly<Record<SenderName, SigningScheme | null>> = {
  tradingview: null,
  github: 'github',
  stripe: 'stripe',
  slack: 'slack',
  shopify: 'shopify',
  'standard-webhooks': 'standard-webhooks',
};

/** Senders that sign every webhook; GitHub does so only where a secret is set. */
export const ALWAYS_SIGNED: readonly SenderName[] = ['stripe', 'slack', 'shopify', 'standard-webhooks'];

/** Whether the time is part of what is signed: only then can a webhook be refused for its age. */
export function signsTime({ content }: SignatureForm): boolean {
  return content.includes('{timestamp}');
}
