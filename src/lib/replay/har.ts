/**
 * What of a HAR entry (http://www.softwareishard.com/blog/har-12-spec/) is replayed: body, content type, method, and the
 * headers that were asked for. Never its address, its cookies or whatever else logged the user of the browser in.
 */
import { tryParseJson } from '../json-text.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import { kindOf } from './mark.ts';
import type { HarOptions, Read } from './payload.ts';

/** Methods that carry a webhook. */
const METHODS: readonly string[] = ['POST', 'PUT', 'PATCH', 'DELETE'];

export function harPayload(
  entry: Json,
  { place, options }: { readonly place: string; readonly options: HarOptions },
): Read {
  const request = memberOf(entry, 'request');
  const postData = memberOf(request, 'postData');
  const method = String(memberOf(request, 'method') ?? '').toUpperCase();
  const text = bodyOf(postData);
  if (text === '' || !METHODS.includes(method)) return { kind: 'empty' };
  if (text === null) {
    const problem = `request.postData.text is ${kindOf(memberOf(postData, 'text'))}; allowed: a text`;
    return { kind: 'fault', place, problem };
  }
  if (text === undefined) return { kind: 'fault', place, problem: 'has a body that is not UTF-8' };
  const mimeType = memberOf(postData, 'mimeType');
  const headers = headersOf(request, options.harHeaders);
  return {
    kind: 'payload',
    payload: {
      place,
      text,
      json: tryParseJson(text),
      contentType: typeof mimeType === 'string' && isHeaderValue(mimeType) ? mimeType : null,
      method,
      headers,
    },
  };
}

/** Empty where there is none, null where it is no text, undefined where it is binary. */
function bodyOf(postData: Json | undefined): string | null | undefined {
  const text = memberOf(postData, 'text') ?? '';
  if (typeof text !== 'string') return null;
  if (memberOf(postData, 'encoding') !== 'base64') return text;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(text, 'base64'));
  } catch {
    return undefined;
  }
}

function headersOf(request: Json | undefined, names: readonly string[]): Readonly<Record<string, string>> {
  const listed = memberOf(request, 'headers');
  if (!Array.isArray(listed)) return {};
  const pairs = listed.flatMap((header: Json): readonly (readonly [string, string])[] => {
    const name = memberOf(header, 'name');
    const value = memberOf(header, 'value');
    if (typeof name !== 'string' || typeof value !== 'string' || !isHeaderValue(value)) return [];
    return names.includes(name.toLowerCase()) ? [[name.toLowerCase(), value]] : [];
  });
  return Object.fromEntries(pairs);
}

/** As Node takes it. */
function isHeaderValue(text: string): boolean {
  return text !== '' && /^[\t\x20-\x7e\x80-\xff]*$/.test(text);
}

function memberOf(json: Json | undefined, key: string): Json | undefined {
  return isJsonObject(json) && Object.hasOwn(json, key) ? json[key] : undefined;
}
