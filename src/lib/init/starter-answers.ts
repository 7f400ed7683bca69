/** The answers of `init`, from questions or flags, and what is wrong with an answer. */

import { MAX_COUNT } from '../config/limits.ts';
import { canParseUrl } from '../http/url.ts';
import { SENDER_NAMES, type SenderName, SIGNING_SCHEMES, type SigningScheme } from '../model/signing.ts';
import { numberText } from '../terminal/quantities.ts';

/** Null: none, or not set. For secrets, only the names of the variables that hold them. */
export interface StarterAnswers {
  readonly url: string | null;
  readonly recipe: RecipeName | null;
  readonly sender: SenderName | null;
  readonly signing: SigningScheme | null;
  /** Header of the signature, for the scheme `hmac`. */
  readonly signatureHeader: string;
  readonly secretEnv: string | null;
  readonly dsnEnv: string | null;
  readonly tokenEnv: string | null;
  readonly org: string | null;
  readonly project: string | null;
  /** Null: as in the template or the recipe. */
  readonly count: number | null;
}

/** Files of docs/recipes. */
export const RECIPE_NAMES = [...SENDER_NAMES, 'production-system'] as const;
export type RecipeName = (typeof RECIPE_NAMES)[number];

export const NONE = 'none';
/** The name of a variable; null if the answer is `none`. */
export function nullIfNone(text: string): string | null {
  return text === NONE ? null : text;
}

export const USUAL_DSN = 'SENTRY_DSN';
export const USUAL_TOKEN = 'SENTRY_AUTH_TOKEN';
export const USUAL_SIGNATURE_HEADER = 'x-webhook-signature';

/** The variables that the recipes read their secrets from (docs/recipes). */
const SECRET_VARIABLES: Readonly<Record<RecipeName, string>> = {
  tradingview: 'TRADINGVIEW_PASSPHRASE',
  github: 'GITHUB_WEBHOOK_SECRET',
  stripe: 'STRIPE_WEBHOOK_SECRET',
  slack: 'SLACK_SIGNING_SECRET',
  shopify: 'SHOPIFY_CLIENT_SECRET',
  'standard-webhooks': 'WEBHOOK_SECRET',
  'production-system': 'WEBHOOK_SECRET',
};

/** The default name for the variable of a signing secret. */
export function usualSecretVariable(name: string | null): string {
  return isRecipe(name) ? SECRET_VARIABLES[name] : 'WEBHOOK_SECRET';
}

export function isRecipe(name: string | null): name is RecipeName {
  return RECIPE_NAMES.some((known) => known === name);
}

export function isSender(name: string | null): name is SenderName {
  return SENDER_NAMES.some((known) => known === name);
}

export function isScheme(name: string | null): name is SigningScheme {
  return SIGNING_SCHEMES.some((known) => known === name);
}

/** What is wrong, as a sentence; null if nothing is. */
export type Problem = string | null;

export function checkUrl(text: string): Problem {
  if (canParseUrl(text) && /^https?:$/.test(new URL(text).protocol)) return null;
  return 'A webhook URL must start with http:// or https://, such as https://hooks.example.com/webhook.';
}

/** If the user pastes the secret itself, the message says so without repeating it. */
export function checkVariable(text: string): Problem {
  if (text === NONE || /^[A-Z_][A-Z0-9_]*$/.test(text)) return null;
  return 'A variable name has capital letters, digits and _, such as WEBHOOK_SECRET. The secret itself stays in the environment.';
}

export function checkSlug(text: string): Problem {
  if (/^[a-z0-9][a-z0-9_-]*$/i.test(text)) return null;
  return 'A slug has letters, digits, - and _, as in https://acme.sentry.io.';
}

export function checkCount(text: string): Problem {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MAX_COUNT) return null;
  return `The number of webhooks must be between 1 and ${numberText(MAX_COUNT)}.`;
}

export function checkHeader(text: string): Problem {
  if (/^[a-z0-9!#$%&'*+.^_`|~-]+$/i.test(text)) return null;
  return 'A header name has letters, digits and -, such as x-webhook-signature.';
}
