/** The body of `POST /api/{project}/store/`, the endpoint of older SDKs: one event or transaction, bare. */
import { promisify } from 'node:util';
import { inflate } from 'node:zlib';
import { messageOf } from '../../lib/errors.ts';
import { isJsonObject } from '../../lib/model/json.ts';
import { parseJson } from '../json-fields.ts';
import type { Envelope } from './envelope.ts';
import { eventIdOf } from './error-records.ts';

/** As much as Relay decompresses of it; a larger event is refused afterwards. */
const MAX_EVENT_BYTES = 8 * 1024 * 1024;

const OPENING_BRACE = 0x7b;

const inflated = promisify(inflate);

export type ReadStoreBody =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly detail: string; readonly reason: string };

/** Old SDKs send Base64 of JSON, or of JSON that zlib compressed. */
async function decoded(body: Uint8Array): Promise<Uint8Array> {
  if (body[0] === OPENING_BRACE) return body;
  const text = new TextDecoder('latin1').decode(body).trim();
  if (!/^[A-Za-z0-9+/\s]+=*$/.test(text)) throw new Error('it is neither a JSON object nor Base64');
  const bytes = Buffer.from(text, 'base64');
  return bytes[0] === OPENING_BRACE ? bytes : inflated(bytes, { maxOutputLength: MAX_EVENT_BYTES });
}

/** The event as the one item of an envelope. `newId` makes the id of an event without one. */
export async function readStoreBody(body: Uint8Array, newId: () => string): Promise<ReadStoreBody> {
  if (body.length === 0) return { ok: false, detail: 'empty request body', reason: 'there is no event' };
  let payload: Uint8Array;
  try {
    payload = await decoded(body);
  } catch (error) {
    return { ok: false, detail: 'invalid request body', reason: messageOf(error) };
  }
  const event = parseJson(new TextDecoder().decode(payload));
  if (!isJsonObject(event))
    return { ok: false, detail: 'invalid JSON data', reason: 'the event is not a JSON object' };
  const id = event.event_id ?? null;
  const eventId = id === null ? newId() : eventIdOf(id);
  if (eventId === null)
    return { ok: false, detail: 'invalid JSON data', reason: 'event_id is not 32 hex characters' };
  const type = event.type === 'transaction' ? 'transaction' : 'event';
  return {
    ok: true,
    envelope: { header: { event_id: eventId }, items: [{ type, header: { type }, payload }] },
  };
}
