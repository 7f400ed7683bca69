/** A text with its escapes undone, where each character keeps its position in the original text. */

export interface TextView {
  readonly text: string;
  /** The original position of each character, then the original's length; null for the original text. */
  readonly starts: Uint32Array | null;
}

interface Escaping {
  readonly token: RegExp;
  /** The characters that a token stands for, each with its offset within the token; null to leave the token unchanged. */
  readonly decode: (token: string) => readonly (readonly [string, number])[] | null;
}

/** How many levels of escapes are undone: a log line in JSON, quoted in the JSON of a response. */
const DEPTH = 3;
/** Limits the work for a text full of all kinds of escapes; shallow ones come first. */
const MAX_VIEWS = 16;

const CONTROLS: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const LAST_CODE_POINT = 0x10_ff_ff;

const ESCAPINGS: readonly Escaping[] = [
  {
    // JSON, and the escapes that string literals of most languages share with it.
    token: /\\(?:u[\da-fA-F]{4}|x[\da-fA-F]{2}|["'`\\/bfnrt])/g,
    decode: (token) => {
      const [, kind = '', code = ''] = /^\\(.)(.*)$/.exec(token) ?? [];
      const decoded = code === '' ? (CONTROLS[kind] ?? kind) : String.fromCharCode(Number.parseInt(code, 16));
      return [[decoded, 0]];
    },
  },
  {
    token: /(?:%[\da-fA-F]{2})+|\+/g,
    decode: (token) => (token === '+' ? [[' ', 0]] : percentDecoded(token)),
  },
  {
    token: /&(?:amp|lt|gt|quot|apos|#\d{1,7}|#[xX][\da-fA-F]{1,6});/g,
    decode: (token) => {
      const name = token.slice(1, -1);
      const hex = /^#x(.*)$/i.exec(name)?.[1];
      const code = hex === undefined ? Number(name.slice(1)) : Number.parseInt(hex, 16);
      if (!name.startsWith('#')) return [[ENTITIES[name] ?? token, 0]];
      return code > LAST_CODE_POINT ? null : [...String.fromCodePoint(code)].map((decoded) => [decoded, 0]);
    },
  },
];

/** Bytes that are not UTF-8 stay as written. */
function percentDecoded(token: string): readonly (readonly [string, number])[] {
  const bytes = Buffer.from(token.replaceAll('%', ''), 'hex');
  const characters: (readonly [string, number])[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = utf8Length(bytes[at] ?? 0);
    const decoded = bytes.toString('utf8', at, at + length);
    // Invalid UTF-8 is decoded as U+FFFD; an encoded U+FFFD decodes to the same bytes again.
    const isWhole = Buffer.from(decoded).equals(bytes.subarray(at, at + length));
    characters.push([isWhole ? decoded : token.slice(at * 3, at * 3 + 3), at * 3]);
    at += isWhole ? length : 1;
  }
  return characters;
}

function utf8Length(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

/** The text unchanged, and with its escapes undone in every order that changes it. */
export function viewsOf(text: string): readonly TextView[] {
  const views: TextView[] = [{ text, starts: null }];
  let latest: readonly TextView[] = views;
  for (let depth = 0; depth < DEPTH; depth++) {
    const further: TextView[] = [];
    for (const view of latest) {
      for (const escaping of ESCAPINGS) {
        const undone = unescaped(view, escaping);
        const isNew = undone !== null && ![...views, ...further].some((known) => known.text === undone.text);
        if (isNew) further.push(undone);
        if (views.length + further.length === MAX_VIEWS) return [...views, ...further];
      }
    }
    if (further.length === 0) break;
    views.push(...further);
    latest = further;
  }
  return views;
}

/** Null where nothing is escaped. */
function unescaped(view: TextView, { token, decode }: Escaping): TextView | null {
  token.lastIndex = 0;
  let match = token.exec(view.text);
  if (match === null) return null;
  const starts = new Uint32Array(view.text.length + 1);
  const originally = (at: number) => view.starts?.[at] ?? at;
  let text = '';
  let done = 0;
  const put = (decoded: string, from: (offset: number) => number) => {
    for (let offset = 0; offset < decoded.length; offset++) starts[text.length + offset] = from(offset);
    text += decoded;
  };
  for (; match !== null; match = token.exec(view.text)) {
    const begin = match.index;
    const before = done;
    put(view.text.slice(before, begin), (offset) => originally(before + offset));
    for (const [decoded, offset] of decode(match[0]) ?? [[match[0], 0]])
      put(decoded, () => originally(begin + offset));
    done = begin + match[0].length;
  }
  const before = done;
  put(view.text.slice(before), (offset) => originally(before + offset));
  starts[text.length] = originally(view.text.length);
  return { text, starts: starts.subarray(0, text.length + 1) };
}
