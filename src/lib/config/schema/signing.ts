/** The schema of signing. check-signing checks which keys need each other. */
import * as z from 'zod';
import { SIGN_MODES, SIGNING_ALGORITHMS, SIGNING_ENCODINGS, SIGNING_SCHEMES } from '../../model/signing.ts';
import { headerName, headerText, object, text } from './parts.ts';

/** Many servers refuse a header as long as twenty signatures. */
const MAX_SECRETS = 10;
const SECRETS = `a list of secrets, from 1 to ${MAX_SECRETS}`;

export const signingSchema = object({
  scheme: z
    .enum(SIGNING_SCHEMES, { error: SIGNING_SCHEMES.join(', ') })
    .meta({ description: "The signature scheme; the sender's own where it has one." })
    .optional(),
  secret: text('a secret')
    .meta({ description: 'The signing secret; best as ${env:WEBHOOK_SECRET}.' })
    .optional(),
  secrets: z
    .array(text('a secret'), { error: SECRETS })
    .min(1, { error: SECRETS })
    .max(MAX_SECRETS, { error: SECRETS })
    .meta({
      description:
        'Several secrets, for rotation: standard-webhooks, svix and stripe sign with each, the others with the first.',
    })
    .optional(),
  header: headerName.meta({ description: 'hmac: the header of the signature.' }).optional(),
  algorithm: z
    .enum(SIGNING_ALGORITHMS, { error: SIGNING_ALGORITHMS.join(', ') })
    .meta({ description: 'hmac: the hash.', default: 'sha256' })
    .optional(),
  encoding: z
    .enum(SIGNING_ENCODINGS, { error: SIGNING_ENCODINGS.join(', ') })
    .meta({ description: 'hmac: how the signature is written.', default: 'hex' })
    .optional(),
  prefix: headerText()
    .meta({ description: 'hmac: stands before the signature; may hold {timestamp} and {id}.', default: '' })
    .optional(),
  content: text('a template such as {timestamp}.{body}')
    .meta({
      description: 'hmac: what is signed, of {body}, {timestamp} (seconds) and {id}.',
      default: '{body}',
    })
    .optional(),
  timestampHeader: headerName.meta({ description: 'hmac: the header of the time, in seconds.' }).optional(),
  idHeader: headerName.meta({ description: "hmac: the header of the webhook's id." }).optional(),
}).meta({ id: 'signing' });

export const signSchema = z.enum(SIGN_MODES, { error: SIGN_MODES.join(', ') });

export type SigningConfig = z.output<typeof signingSchema>;
