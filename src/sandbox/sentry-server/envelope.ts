/** Sentry's envelope format: a JSON header line, then items of a JSON header line and a payload each. */
import { isJsonObject, type JsonObject } from '../../lib/model/json.ts';
import { parseJson, textAt } from '../json-fields.ts';

export interface EnvelopeItem {
  readonly type: string;
  readonly header: JsonObject;
  readonly payload: Uint8Array;
}

export interface Envelope {
  readonly header: JsonObject;
  readonly items: readonly EnvelopeItem[];
}

export type ParsedEnvelope =
  | { readonly ok: true; readonly envelope: Envelope }
  | { readonly ok: false; readonly reason: string };

/** SDKs send one to three items; more than this is not an envelope of theirs. */
export const MAX_ENVELOPE_ITEMS = 1_000;

const NEWLINE = 0x0a;

interface Line {
  readonly bytes: Uint8Array;
  /** Where the next line begins. */
  readonly next: number;
}

function lineAt(body: Uint8Array, start: number): Line {
  const newline = body.indexOf(NEWLINE, start);
  const end = newline < 0 ? body.length : newline;
  return { bytes: body.subarray(start, end), next: end + 1 };
}

function jsonObjectOf(bytes: Uint8Array): JsonObject | null {
  try {
    const value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** The payload after an item's header; without `length` it ends with its line. A string is the problem. */
function payloadAt(body: Uint8Array, start: number, length: JsonObject[string] | undefined): Line | string {
  if (length === undefined || length === null) return lineAt(body, start);
  if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0)
    return 'its length is not an integer';
  const end = start + length;
  if (end > body.length)
    return `its length is ${length}, but only ${Math.max(0, body.length - start)} bytes follow`;
  if (end < body.length && body[end] !== NEWLINE) return `no line ends after its ${length} bytes`;
  return { bytes: body.subarray(start, end), next: end + 1 };
}

/** Reads a decompressed envelope. Items of unknown types are kept: skipping them is the reader's choice. */
export function parseEnvelope(body: Uint8Array): ParsedEnvelope {
  const first = lineAt(body, 0);
  const header = jsonObjectOf(first.bytes);
  if (header === null) return { ok: false, reason: 'the envelope header (line 1) is not a JSON object' };
  const items: EnvelopeItem[] = [];
  let position = first.next;
  while (position < body.length) {
    const line = lineAt(body, position);
    position = line.next;
    // Blank lines are legal after the last item.
    if (line.bytes.length === 0) continue;
    const name = `item ${items.length + 1}`;
    if (items.length === MAX_ENVELOPE_ITEMS)
      return { ok: false, reason: `more than ${MAX_ENVELOPE_ITEMS} items` };
    const itemHeader = jsonObjectOf(line.bytes);
    const type = itemHeader === null ? null : textAt(itemHeader, 'type');
    if (itemHeader === null || type === null)
      return { ok: false, reason: `${name}: the header is not a JSON object with a type` };
    const payload = payloadAt(body, position, itemHeader.length);
    if (typeof payload === 'string') return { ok: false, reason: `${name} (${type}): ${payload}` };
    items.push({ type, header: itemHeader, payload: payload.bytes });
    position = payload.next;
  }
  return { ok: true, envelope: { header, items } };
}

/** The JSON object an item carries, or null when its payload is none. */
export function itemJson(item: EnvelopeItem): JsonObject | null {
  return jsonObjectOf(item.payload);
}
