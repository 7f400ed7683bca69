/** How webhooks are signed, and whose manner they take on. Plain readonly data. */

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

/** All but `valid` are meant to be refused. */
export const SIGN_MODES = ['valid', 'wrong-secret', 'stale', 'none'] as const;
export type SignMode = (typeof SIGN_MODES)[number];

export const SIGNING_ALGORITHMS = ['sha1', 'sha256', 'sha384', 'sha512'] as const;
export const SIGNING_ENCODINGS = ['hex', 'base64', 'base64url'] as const;

/** Where an HMAC goes and what it is made of. Templates know `{body}`, `{timestamp}` (seconds) and `{id}`. */
export interface SignatureForm {
  /** Header of the signature; header names are in lower case. */
  readonly header: string;
  readonly algorithm: (typeof SIGNING_ALGORITHMS)[number];
  readonly encoding: (typeof SIGNING_ENCODINGS)[number];
  /** Template of what is signed. */
  readonly content: string;
  /** Template of what stands once at the beginning of the header. */
  readonly lead: string;
  /** Stands before each signature. */
  readonly prefix: string;
  /** Stands between the signatures of several secrets; null where only the first secret signs. */
  readonly separator: string | null;
  readonly timestampHeader: string | null;
  readonly idHeader: string | null;
  /** Whether the key is the secret's text, or what its base64 stands for. */
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
