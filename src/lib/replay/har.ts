/**
 * What is replayed of a HAR entry (http://www.softwareishard.com/blog/har-12-spec/): body, content type, method, and the headers
 * named in the configuration. Never its address, its cookies or other credentials of the browser's user.
 */
import { HEADER_VALUE } from '../http/header-syntax.ts';
import { tryParseJson } from '../json/text.ts';
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
  if (!METHODS.includes(method)) return { kind: 'empty' };
  const form = formOf(postData);
  const text = form ?? bodyOf(postData);
  if (text === '') return isRecorded(request) ? { kind: 'empty' } : { kind: 'missing', place };
  if (text === null) {
    const problem = `expected a string in request.postData.text (got ${kindOf(memberOf(postData, 'text'))})`;
    return { kind: 'problem', place, problem };
  }
  if (text === undefined) return { kind: 'problem', place, problem: 'has a body that is not UTF-8' };
  const mimeType = memberOf(postData, 'mimeType') ?? (form === null ? undefined : FORM);
  const headers = headersOf(request, options.harHeaders);
  const unusable = [...Object.entries(headers), ['content-type', mimeType] as const].find(
    ([, value]) => typeof value === 'string' && !HEADER_VALUE.test(value),
  );
  if (unusable !== undefined)
    return { kind: 'problem', place, problem: `has a value of ${unusable[0]} that is not valid in HTTP` };
  return {
    kind: 'payload',
    payload: {
      place,
      text,
      json: tryParseJson(text),
      contentType: typeof mimeType === 'string' && mimeType !== '' ? mimeType : null,
      method,
      headers,
    },
  };
}

const FORM = 'application/x-www-form-urlencoded';

/** The body of a form that is given as `params` instead of as text, else null. */
function formOf(postData: Json | undefined): string | null {
  const params = memberOf(postData, 'params');
  const mimeType = memberOf(postData, 'mimeType') ?? FORM;
  const hasText = (memberOf(postData, 'text') ?? '') !== '';
  if (hasText || !Array.isArray(params) || params.length === 0) return null;
  // Other forms, such as those with files, cannot be rebuilt from `params`.
  if (typeof mimeType !== 'string' || !mimeType.toLowerCase().startsWith(FORM)) return null;
  const pairs = params.map((param: Json): [string, string] => [
    String(memberOf(param, 'name') ?? ''),
    String(memberOf(param, 'value') ?? ''),
  ]);
  return new URLSearchParams(pairs).toString();
}

/** False where the request had a body that the file does not hold. */
function isRecorded(request: Json | undefined): boolean {
  const params = memberOf(memberOf(request, 'postData'), 'params');
  const size = memberOf(request, 'bodySize');
  return !(Array.isArray(params) && params.length > 0) && !(typeof size === 'number' && size > 0);
}

/** Empty without a body, null if it is not a string, undefined if it is binary. */
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
    if (typeof name !== 'string' || typeof value !== 'string' || value === '') return [];
    return names.includes(name.toLowerCase()) ? [[name.toLowerCase(), value]] : [];
  });
  return Object.fromEntries(pairs);
}

function memberOf(json: Json | undefined, key: string): Json | undefined {
  return isJsonObject(json) && Object.hasOwn(json, key) ? json[key] : undefined;
}
