/** Completes the signing of a scenario: its own scheme or its sender's, and the form of that scheme. */
import type { SenderName, SignatureForm, Signing, SigningScheme, SignMode } from '../../model/signing.ts';
import { bareSecret, GENERIC_HMAC, SCHEMES, SENDER_SCHEME } from '../../senders/schemes.ts';
import type { SigningConfig } from '../schema/signing.ts';

/** Null without a signature: no secret, or a sender that does not sign. */
export function toSigning(
  config: SigningConfig | undefined,
  { sender, mode }: { readonly sender: SenderName | null; readonly mode: SignMode },
): Signing | null {
  const scheme = config === undefined ? null : schemeOf(config, sender);
  if (config === undefined || scheme === null) return null;
  return { scheme, form: formOf(config, scheme), secrets: secretsOf(config), mode };
}

/** With and without padding. */
export const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

export function schemeOf(config: SigningConfig, sender: SenderName | null): SigningScheme | null {
  return config.scheme ?? (sender === null ? null : SENDER_SCHEME[sender]);
}

export function secretsOf({ secret, secrets }: SigningConfig): readonly string[] {
  return secrets ?? (secret === undefined ? [] : [secret]);
}

export function formOf(config: SigningConfig, scheme: SigningScheme): SignatureForm {
  if (scheme !== 'hmac') return SCHEMES[scheme];
  return {
    ...GENERIC_HMAC,
    header: config.header?.toLowerCase() ?? '',
    algorithm: config.algorithm ?? GENERIC_HMAC.algorithm,
    encoding: config.encoding ?? GENERIC_HMAC.encoding,
    content: config.content ?? GENERIC_HMAC.content,
    lead: config.prefix ?? GENERIC_HMAC.lead,
    timestampHeader: config.timestampHeader?.toLowerCase() ?? null,
    idHeader: config.idHeader?.toLowerCase() ?? null,
  };
}

/** A key has at least this many bytes; shorter text that looks like base64 is just text. */
const SHORTEST_KEY_BYTES = 16;

/** The forms a secret can appear in: as written, and, for base64, the decoded key. */
export function formsOfSecret(secret: string): readonly string[] {
  const bare = bareSecret(secret);
  const key = Buffer.from(bare, 'base64');
  if (!BASE64.test(bare) || key.length < SHORTEST_KEY_BYTES) return [secret];
  const text = key.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(key);
  return [
    secret,
    bare,
    key.toString('base64url'),
    key.toString('hex'),
    key.toString('hex').toUpperCase(),
    ...(isText ? [text] : []),
  ];
}
