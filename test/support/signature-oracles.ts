/** Judges what arrived at a server: by the providers' own libraries, and where those are too large, by their rules. */
import { verify as verifyGitHub } from '@octokit/webhooks-methods';
import { Webhook as StandardWebhook } from 'standardwebhooks';
import { Stripe } from 'stripe';
// The package as a whole is the client of Svix's API, which is not needed here.
import { Webhook as SvixWebhook } from 'svix/dist/webhook.js';
import type { SigningScheme } from '../../src/lib/model/signing.ts';

export interface Arrived {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** True for a signature that holds; false for one that does not, or is too old. */
export type Oracle = (arrived: Arrived, secret: string) => Promise<boolean>;

/** The window that all of them have. */
const TOLERANCE_SECONDS = 300;

const flat = (headers: Arrived['headers']) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

async function holds(check: () => unknown): Promise<boolean> {
  try {
    await check();
    return true;
  } catch {
    return false;
  }
}

/** Web Crypto, and none of our code. */
async function hmacSha256(secret: string, content: Buffer): Promise<Buffer> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('raw', Buffer.from(secret, 'utf8'), algorithm, false, ['sign']);
  return Buffer.from(await crypto.subtle.sign('HMAC', key, content));
}

export const ORACLES: Readonly<Record<Exclude<SigningScheme, 'hmac'>, Oracle>> = {
  'standard-webhooks': ({ headers, body }, secret) =>
    holds(() => new StandardWebhook(secret).verify(body, flat(headers))),
  svix: ({ headers, body }, secret) => holds(() => new SvixWebhook(secret).verify(body, flat(headers))),
  stripe: ({ headers, body }, secret) =>
    holds(() => Stripe.webhooks.constructEvent(body, String(headers['stripe-signature']), secret)),
  github: async ({ headers, body }, secret) => {
    const signature = headers['x-hub-signature-256'];
    return typeof signature === 'string' && verifyGitHub(secret, body.toString('utf8'), signature);
  },
  // https://docs.slack.dev/authentication/verifying-requests-from-slack
  slack: async ({ headers, body }, secret) => {
    const time = String(headers['x-slack-request-timestamp']);
    const digest = await hmacSha256(secret, Buffer.concat([Buffer.from(`v0:${time}:`), body]));
    const isRecent = Math.abs(Date.now() / 1000 - Number(time)) <= TOLERANCE_SECONDS;
    return isRecent && headers['x-slack-signature'] === `v0=${digest.toString('hex')}`;
  },
  // https://shopify.dev/docs/apps/build/webhooks/subscribe/https
  shopify: async ({ headers, body }, secret) =>
    headers['x-shopify-hmac-sha256'] === (await hmacSha256(secret, body)).toString('base64'),
};

export const ORACLE_SCHEMES = Object.keys(ORACLES) as readonly (keyof typeof ORACLES)[];

/** A secret of the shape each scheme wants. */
export const A_SECRET = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';
export const ANOTHER_SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
