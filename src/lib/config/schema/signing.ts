/** The schema of signing. check-signing checks which keys need each other. */
import * as z from 'zod';
import { SIGN_MODES, SIGNING_ALGORITHMS, SIGNING_ENCODINGS, SIGNING_SCHEMES } from '../../model/signing.ts';
import { headerName, headerText, object, text } from './parts.ts';

/** Many servers refuse a header as long as twenty signatures. */
const MAX_SECRETS = 10;
const SECRETS = `a list of 1 to ${MAX_SECRETS} secrets`;

export const signingSchema = object({
  scheme: z
    .enum(SIGNING_SCHEMES, { error: SIGNING_SCHEMES.join(', ') })
    .meta({ description: 'Signature scheme; the default is that of the sender.' })
    .optional(),
  secret: text('a secret')
    .meta({ description: 'The signing secret; preferably as ${env:WEBHOOK_SECRET}.' })
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
    .meta({ description: 'hmac: encoding of the signature.', default: 'hex' })
    .optional(),
  prefix: headerText()
    .meta({ description: 'hmac: text before the signature; may contain {timestamp} and {id}.', default: '' })
    .optional(),
  content: text('a template such as {timestamp}.{body}')
    .meta({
      description: 'hmac: the signed content, made of {body}, {timestamp} (seconds) and {id}.',
      default: '{body}',
    })
    .optional(),
  timestampHeader: headerName
    .meta({ description: 'hmac: the header of the timestamp, in seconds.' })
    .optional(),
  idHeader: headerName.meta({ description: "hmac: the header of the webhook's id." }).optional(),
}).meta({ id: 'signing' });

export const signSchema = z.enum(SIGN_MODES, { error: SIGN_MODES.join(', ') });

export type SigningConfig = z.output<typeof signingSchema>;
