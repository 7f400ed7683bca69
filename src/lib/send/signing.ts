/** Signs the bytes of a webhook: secrets, bytes, id and time give headers. Pure. */
import { createHmac } from 'node:crypto';
import type { PlannedTest } from '../model/plan.ts';
import type { SignatureForm, Signing } from '../model/signing.ts';
import { bareSecret } from '../senders/schemes.ts';

/** Every library that looks at the time refuses a webhook after five minutes; this is far beyond. */
export const STALE_BY_SECONDS = 3_600;

export interface SignedParts {
  /** Exactly what is sent. */
  readonly body: Uint8Array;
  /** The same for every attempt to send one webhook. */
  readonly id: string;
  /** Whole seconds since the epoch. */
  readonly timestampSeconds: number;
}

/**
 * The headers of a signed webhook, lower-case names. Id and time stay when the signature is omitted on purpose: so an
 * endpoint that refuses the webhook does so for the signature alone.
 */
export function signatureHeaders(
  { form, secrets, mode }: Pick<Signing, 'form' | 'secrets' | 'mode'>,
  { body, id, timestampSeconds }: SignedParts,
): Readonly<Record<string, string>> {
  const seconds = mode === 'stale' ? timestampSeconds - STALE_BY_SECONDS : timestampSeconds;
  const values: TemplateValues = { id, timestamp: String(seconds), body };
  const headers: Record<string, string> = {};
  if (form.idHeader !== null) headers[form.idHeader] = id;
  if (form.timestampHeader !== null) headers[form.timestampHeader] = values.timestamp;
  if (mode !== 'none') {
    const content = filled(form.content, values);
    const keys = (form.separator === null ? secrets.slice(0, 1) : secrets).map((secret) =>
      keyOf(secret, form.key),
    );
    const signatures = keys
      .map((key) => (mode === 'wrong-secret' ? anotherKey(key) : key))
      .map((key) => form.prefix + createHmac(form.algorithm, key).update(content).digest(form.encoding));
    headers[form.header] = filled(form.lead, values).toString('utf8') + signatures.join(form.separator ?? '');
  }
  return headers;
}

/** The same for a test of the plan: its id is its test id, unless its headers name another one. */
export function signatureHeadersOf(
  { signing, testId, request }: Pick<PlannedTest, 'signing' | 'testId' | 'request'>,
  { body, atMs }: { readonly body: Uint8Array; readonly atMs: number },
): Readonly<Record<string, string>> {
  if (signing === null) return {};
  const own = signing.form.idHeader === null ? undefined : request.headers[signing.form.idHeader];
  return signatureHeaders(signing, { body, id: own ?? testId, timestampSeconds: Math.floor(atMs / 1_000) });
}

interface TemplateValues {
  readonly id: string;
  readonly timestamp: string;
  readonly body: Uint8Array;
}

/** The body goes in as bytes: as text, what is not UTF-8 in it would be signed as something else. */
function filled(template: string, values: TemplateValues): Buffer {
  const parts = template.split(/(\{(?:id|timestamp|body)\})/).map((part) => {
    if (part === '{body}') return values.body;
    return Buffer.from(
      part === '{id}' ? values.id : part === '{timestamp}' ? values.timestamp : part,
      'utf8',
    );
  });
  return Buffer.concat(parts);
}

function keyOf(secret: string, key: SignatureForm['key']): Buffer {
  return key === 'text' ? Buffer.from(secret, 'utf8') : Buffer.from(bareSecret(secret), 'base64');
}

/** A wrong key of the same length, the same for the same secret; the secret cannot be derived from it. */
function anotherKey(key: Buffer): Buffer {
  const derived = createHmac('sha512', key).update('prod-e2e: wrong on purpose').digest();
  return Buffer.alloc(key.length, derived);
}
