/** How webhooks are signed, and which provider they imitate. Plain readonly data. */

export const SIGNING_SCHEMES = [
  'standard-webhooks',
  'svix',
  'stripe',
  'github',
  'slack',
  'shopify',
  'hmac',
] as const;
export type SigningScheme = (typeof SIGNING_SCHEMES)[number];

/** The target should refuse all but `valid`. */
export const SIGN_MODES = ['valid', 'wrong-secret', 'stale', 'none'] as const;
export type SignMode = (typeof SIGN_MODES)[number];

export const SIGNING_ALGORITHMS = ['sha1', 'sha256', 'sha384', 'sha512'] as const;
export const SIGNING_ENCODINGS = ['hex', 'base64', 'base64url'] as const;

/** The header and content of an HMAC signature. Templates may use `{body}`, `{timestamp}` (seconds) and `{id}`. */
export interface SignatureForm {
  /** Name of the signature header, in lower case. */
  readonly header: string;
  readonly algorithm: (typeof SIGNING_ALGORITHMS)[number];
  readonly encoding: (typeof SIGNING_ENCODINGS)[number];
  /** Template of the signed content. */
  readonly content: string;
  /** Template of the header's beginning. */
  readonly lead: string;
  /** Written before each signature. */
  readonly prefix: string;
  /** Between the signatures of several secrets; null if only the first secret signs. */
  readonly separator: string | null;
  readonly timestampHeader: string | null;
  readonly idHeader: string | null;
  /** Whether the key is the secret as text or as base64. */
  readonly key: 'text' | 'base64';
}

export interface Signing {
  readonly scheme: SigningScheme;
  readonly form: SignatureForm;
  /** At least one. */
  readonly secrets: readonly string[];
  readonly mode: SignMode;
}

export const SENDER_NAMES = [
  'tradingview',
  'github',
  'stripe',
  'slack',
  'shopify',
  'standard-webhooks',
] as const;
export type SenderName = (typeof SENDER_NAMES)[number];
