/** The payloads of a file: NDJSON line by line; a JSON list, `{"payloads": []}` and HAR as a whole. */

import { messageOf } from '../errors.ts';
import { memberOf, type Part, partsOf, startOf } from '../json/parts.ts';
import { findJsonError } from '../json/position.ts';
import { parseJson } from '../json/text.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import { harPayload } from './har.ts';
import { kindOf } from './mark.ts';
import type { HarOptions, Read } from './payload.ts';
import { MAX_DOCUMENT_BYTES, MAX_PAYLOAD_BYTES, replayFileError } from './problems.ts';
import { isGzip, type ReplaySource } from './source.ts';

export interface ReplayFile {
  readonly name: string;
  /** In the order of the file; can be read any number of times. */
  readonly payloads: () => Iterable<Read>;
}

/** @throws ProdE2eError `REPLAY_FILE` for a file that holds no payloads in any of the formats */
export function readReplay(source: ReplaySource, options: HarOptions): ReplayFile {
  const { name } = source;
  const [first, second] = firstLines(source);
  if (first === undefined) throw replayFileError(`${name} contains no payload: it is empty.`, [FORMATS]);
  if (isGzip(first)) {
    throw replayFileError(`${name} is compressed with gzip.`, [
      'Pass the file itself (--from FILE), or decompress it: gunzip -c | prod-e2e run --from -',
    ]);
  }
  if (isUtf16(first)) {
    throw replayFileError(`${name} is UTF-16.`, [
      'Save it as UTF-8; in PowerShell: … | Out-File -Encoding utf8',
    ]);
  }
  const lines: ReplayFile = { name, payloads: () => payloadsOfLines(source) };
  if (isLines(name, { first, second })) return lines;
  const document = documentOf(source);
  if (document !== null) return { name, payloads: payloadsOfDocument(document, options) };
  // If the first of several lines is broken, every line has its own error.
  if (second !== undefined && isRecord(second)) return lines;
  throw notJson(source);
}

const FORMATS =
  'Payloads are read from NDJSON (one per line), a JSON list, {"payloads": […]}, or a HAR file.';

/** The first two that are not blank. */
function firstLines(source: ReplaySource): readonly (Buffer | undefined)[] {
  const found: Buffer[] = [];
  for (const { bytes, tooLong } of linesOf(source.chunks(), MAX_DOCUMENT_BYTES)) {
    if (tooLong) throw tooLarge(source.name);
    if (isBlank(bytes)) continue;
    found.push(bytes);
    if (found.length === 2) break;
  }
  return found;
}

function isUtf16(bytes: Buffer): boolean {
  const mark = bytes.subarray(0, 2).toString('hex');
  return mark === 'fffe' || mark === 'feff';
}

/** By the file name, or by its first lines, even if one of them is broken. */
function isLines(
  name: string,
  { first, second }: { readonly first: Buffer; readonly second: Buffer | undefined },
): boolean {
  if (/\.(ndjson|jsonl)(\.gz)?$/i.test(name)) return true;
  if (/\.har(\.gz)?$/i.test(name)) return false;
  const text = lenient(first);
  const json = parsed(text);
  if (second === undefined) return json.ok && !holdsPayloads(json.value);
  return json.ok || /^\{.*\}$/s.test(text);
}

function isRecord(line: Buffer): boolean {
  const json = parsed(lenient(line));
  return json.ok && isJsonObject(json.value);
}

/** One document that is not itself a payload. */
function holdsPayloads(json: Json): boolean {
  return Array.isArray(json) || listIn(json) !== null;
}

function listIn(json: Json): 'payloads' | 'har' | null {
  if (!isJsonObject(json)) return null;
  if (Array.isArray(json.payloads)) return 'payloads';
  return isJsonObject(json.log) && Array.isArray(json.log.entries) ? 'har' : null;
}

function* payloadsOfLines(source: ReplaySource): Iterable<Read> {
  for (const line of linesOf(source.chunks(), MAX_PAYLOAD_BYTES)) {
    if (!line.tooLong && isBlank(line.bytes)) continue;
    yield payloadOfLine(line);
  }
}

function payloadOfLine({ number, bytes, tooLong }: Line): Read {
  const place = `line ${number}`;
  if (tooLong) return unusable(place, TOO_LONG);
  const text = strict(bytes)?.trim();
  if (text === undefined) return unusable(place, 'is not UTF-8');
  const json = parsed(text);
  if (json.ok) return payloadOf(place, { text, json: json.value });
  const { column, problem } = findJsonError(text);
  return unusable(
    `${place}, column ${column}`,
    problem.replaceAll('the end of the file', 'the end of the line'),
  );
}

const TOO_LONG = `is longer than ${MAX_PAYLOAD_BYTES / 1024 ** 2} MiB`;

/** Reading stops at the limit; what is already in memory is measured. */
function bounded(read: Read): Read {
  if (read.kind !== 'payload' || Buffer.byteLength(read.payload.text) <= MAX_PAYLOAD_BYTES) return read;
  return unusable(read.payload.place, TOO_LONG);
}

function payloadOf(place: string, { text, json }: { readonly text: string; readonly json: Json }): Read {
  if (!Array.isArray(json) && !isJsonObject(json))
    return unusable(place, `expected an object or a list (got ${kindOf(json)})`);
  return {
    kind: 'payload',
    payload: { place, text, json, contentType: null, method: null, headers: {} },
  };
}

interface Document {
  readonly text: string;
  readonly value: Json;
}

/** Null if it is not JSON. */
function documentOf(source: ReplaySource): Document | null {
  const text = documentText(source);
  const json = parsed(text);
  return json.ok ? { text, value: json.value } : null;
}

/** Stays in memory once it is read. */
function payloadsOfDocument({ text, value }: Document, options: HarOptions): () => Iterable<Read> {
  const at = startOf(text);
  const kind = Array.isArray(value) ? 'list' : listIn(value);
  if (kind === null) return () => [bounded(payloadOf('line 1', { text: text.trim(), json: value }))];
  const listAt =
    kind === 'list' ? at : listStart(text, { at, keys: kind === 'har' ? ['log', 'entries'] : ['payloads'] });
  return function* () {
    let number = 0;
    let line = 1;
    let counted = 0;
    for (const part of partsOf(text, listAt)) {
      number++;
      line += newlines(text, counted, part.from);
      counted = part.from;
      const json = parseJson(text.slice(part.from, part.to));
      if (kind === 'har')
        yield bounded(harPayload(json, { place: `entry ${number} (line ${line})`, options }));
      else yield bounded(payloadOf(`payload ${number} (line ${line})`, { text: sliceOf(text, part), json }));
    }
  };
}

function sliceOf(text: string, { from, to }: Part): string {
  return text.slice(from, to);
}

function listStart(
  text: string,
  { at, keys }: { readonly at: number; readonly keys: readonly string[] },
): number {
  return keys.reduce((start, key) => memberOf(text, start, key)?.from ?? start, at);
}

function newlines(text: string, from: number, to: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', from); at >= 0 && at < to; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function documentText(source: ReplaySource): string {
  const chunks: Buffer[] = [];
  let length = 0;
  for (const chunk of source.chunks()) {
    length += chunk.length;
    if (length > MAX_DOCUMENT_BYTES) throw tooLarge(source.name);
    chunks.push(chunk);
  }
  const text = strict(Buffer.concat(chunks));
  if (text === undefined) throw replayFileError(`${source.name} is not UTF-8.`, ['Save it as UTF-8.']);
  return text;
}

function tooLarge(name: string) {
  return replayFileError(
    `${name} is larger than ${MAX_DOCUMENT_BYTES / 1024 ** 2} MiB and does not have one payload per line.`,
    ["Convert it to one payload per line, which has no size limit: jq -c '.[]' FILE > payloads.ndjson"],
  );
}

function notJson(source: ReplaySource) {
  const { name } = source;
  const { line, column, problem } = findJsonError(documentText(source));
  const hint = problem.startsWith('expected the end of the file')
    ? 'Put each payload on its own line: jq -c . FILE > payloads.ndjson'
    : FORMATS;
  return replayFileError(`${name}, line ${line}, column ${column}: ${problem}.`, [hint, 'Nothing was sent.']);
}

function unusable(place: string, problem: string): Read {
  return { kind: 'problem', place, problem };
}

function parsed(text: string): { readonly ok: true; readonly value: Json } | { readonly ok: false } {
  try {
    return { ok: true, value: parseJson(text) };
  } catch (thrown) {
    if (thrown instanceof SyntaxError) return { ok: false };
    throw replayFileError(`A payload cannot be read: ${messageOf(thrown)}.`, [], thrown);
  }
}

/** Without a byte order mark; undefined if it is not UTF-8. */
function strict(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function lenient(bytes: Buffer): string {
  return new TextDecoder('utf-8').decode(bytes).trim();
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0x20 || byte === 0x09 || byte === 0x0d);
}

/** Lines of bytes. Never more in memory than one line and one chunk of the file. */

export interface Line {
  /** 1 for the first. */
  readonly number: number;
  readonly bytes: Buffer;
  /** Longer than the limit; `bytes` is then empty. */
  readonly tooLong: boolean;
}

const NEWLINE = 0x0a;

export function* linesOf(chunks: Iterable<Buffer>, limitBytes: number): Iterable<Line> {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 1;
  const take = (part: Buffer) => {
    length += part.length;
    if (length <= limitBytes) parts.push(part);
    else parts = [];
  };
  const line = (): Line => {
    const tooLong = length > limitBytes;
    const one = { number: number++, bytes: tooLong ? Buffer.alloc(0) : Buffer.concat(parts), tooLong };
    parts = [];
    length = 0;
    return one;
  };
  for (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, at));
      yield line();
      from = at + 1;
    }
    take(chunk.subarray(from));
  }
  if (length > 0) yield line();
}
