/** Turns received bytes into an answer: text by charset, JSON where it is JSON. */
import type { Answer } from '../model/delivery.ts';
import type { Json } from '../model/json.ts';

/** Nesting beyond this is no webhook answer; walking it could exhaust the stack. */
export const JSON_DEPTH_LIMIT = 200;

/** A byte order mark wins over the charset of the content type (WHATWG Encoding, "decode"); UTF-8 where there is neither. */
export function decodeBody(bytes: Uint8Array, contentType: string | undefined): string {
  const charset = marked(bytes) ?? /charset\s*=\s*"?([^\s;"]+)/i.exec(contentType ?? '')?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function marked([first, second]: Uint8Array): string | null {
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  // UTF-8's own mark is recognised by its decoder.
  return null;
}

export function parseJson(text: string): Answer['json'] {
  if (text.trim() === '') return { ok: false, kind: 'empty', reason: 'the body is empty' };
  if (deeperThan(text, JSON_DEPTH_LIMIT)) {
    return {
      ok: false,
      kind: 'too-deep',
      reason: `the body is nested more than ${JSON_DEPTH_LIMIT} levels deep`,
    };
  }
  try {
    return { ok: true, value: JSON.parse(text) as Json };
  } catch (thrown) {
    return { ok: false, kind: 'not-json', reason: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

/** Counts brackets outside strings; exact for JSON, harmless for anything else. */
function deeperThan(text: string, limit: number): boolean {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (inString) {
      if (character === 0x5c) at++;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x7b || character === 0x5b) {
      if (++depth > limit) return true;
    } else if (character === 0x7d || character === 0x5d) depth--;
  }
  return false;
}

/** Node's headers with repeated ones joined. */
export function flatHeaders(headers: NodeJS.Dict<string | string[]>): Readonly<Record<string, string>> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) result[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return result;
}
