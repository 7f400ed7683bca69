/** Turns received bytes into a response: text by charset, and JSON if it is JSON. */
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { TextDecoder } from 'node:util';
import { deeperThan, JSON_DEPTH_LIMIT } from '../json/parts.ts';
import { parseJson as exactJson } from '../json/text.ts';
import type { HttpResponse } from '../model/delivery.ts';
import type { CompletedResponse } from './connection-watch.ts';
import { unknownCoding } from './content-coding.ts';

export function responseOf({
  response,
  headers,
  bytes,
}: {
  readonly response: IncomingMessage;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}): HttpResponse {
  const coding = bytes.length === 0 ? null : unknownCoding(headers['content-encoding']);
  return {
    status: response.statusCode ?? 0,
    statusText: headerText(response.statusMessage ?? ''),
    httpVersion: response.httpVersion,
    headers: flatHeaders(headers),
    bodyBytes: bytes.length,
    ...(coding === null ? readBody(bytes, headers['content-type']) : undecoded(coding)),
  };
}

/** @param coding that cannot be undone: what is under it is not known */
function undecoded(coding: string): Pick<HttpResponse, 'body' | 'json'> {
  const reason = `the body has the content coding "${coding}", which cannot be decoded`;
  return { body: '', json: { ok: false, kind: 'unknown-coding', reason } };
}

/** Statuses that never have a body (RFC 9112, 6.3). */
const WITHOUT_BODY = new Set([204, 304]);

/**
 * A complete response with bytes behind its end, such as the body of a 204, is judged as every client takes it; only its
 * connection is lost. Null if the response may be incomplete.
 * @param bytes all that was read of its body
 */
export function responseBeforeExcess(completed: CompletedResponse, bytes: Buffer): HttpResponse | null {
  const { response, untouched } = completed;
  const { headers, statusCode = 0 } = response;
  const announced = headers['content-length'];
  const complete = announced === undefined ? untouched : Number(announced) === bytes.length;
  const isComplete = WITHOUT_BODY.has(statusCode) || (complete && headers['content-encoding'] === undefined);
  return isComplete ? responseOf({ response, headers, bytes }) : null;
}

/**
 * The text of a body and what it says. JSON is UTF-8 whatever the content type says (RFC 8259, 8.1): where the announced
 * charset makes no JSON of it, and UTF-8 does, the charset is what is wrong.
 */
export function readBody(
  bytes: Uint8Array,
  contentType: string | undefined,
): Pick<HttpResponse, 'body' | 'json'> {
  const body = decodeBody(bytes, contentType);
  const json = parseJson(body);
  if (json.ok || json.kind !== 'not-json') return { body, json };
  const asUtf8 = UTF8.decode(bytes);
  const read = parseJson(asUtf8);
  return read.ok ? { body: asUtf8, json: read } : { body, json };
}

/** A byte order mark wins over the charset of the content type (WHATWG Encoding, "decode"); UTF-8 where there is neither. */
export function decodeBody(bytes: Uint8Array, contentType: string | undefined): string {
  const charset = marked(bytes) ?? /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  return decoderOf(charset).decode(bytes);
}

const UTF8 = new TextDecoder();
let lastDecoder = { charset: 'utf-8', decoder: UTF8 };

/**
 * Creating a decoder takes longer than decoding a response, and a target rarely has two charsets. An unknown charset is read as
 * UTF-8.
 */
function decoderOf(charset: string): TextDecoder {
  if (charset === lastDecoder.charset) return lastDecoder.decoder;
  let decoder = UTF8;
  try {
    decoder = new TextDecoder(charset);
  } catch {
    // Unknown.
  }
  lastDecoder = { charset, decoder };
  return decoder;
}

function marked([first, second]: Uint8Array): string | null {
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  // The UTF-8 decoder recognizes its own byte order mark.
  return null;
}

export function parseJson(text: string): HttpResponse['json'] {
  if (text.trim() === '') return { ok: false, kind: 'empty', reason: 'the body is empty' };
  if (deeperThan(text, JSON_DEPTH_LIMIT)) {
    return {
      ok: false,
      kind: 'too-deep',
      reason: `the body is nested more than ${JSON_DEPTH_LIMIT} levels deep`,
    };
  }
  try {
    return { ok: true, value: exactJson(text) };
  } catch (thrown) {
    return { ok: false, kind: 'not-json', reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** Node reads headers as Latin-1; what is valid UTF-8 was written as UTF-8. */
export function headerText(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  try {
    return STRICT_UTF8.decode(Buffer.from(text, 'latin1'));
  } catch {
    return text;
  }
}

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Node's headers with repeated ones joined. */
export function flatHeaders(headers: NodeJS.Dict<string | string[]>): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = headerText(Array.isArray(value) ? value.join(', ') : value);
  }
  return result;
}
