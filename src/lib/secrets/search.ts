/** Finds many secrets in one pass over a text: by the first characters of each form. */
import { folded, formsOf, type SecretForm, writings } from './forms.ts';
import { type TextView, viewsOf } from './unescaped.ts';

/** Shorter values are not searched for: masking them would make texts unreadable and protect nothing. */
export const SHORTEST_SECRET = 4;

/** The position of a secret in a text: start, and end (exclusive). */
export type Span = readonly [number, number];

/** Number of characters that are compared first; no searched form is shorter. */
const PREFIX = SHORTEST_SECRET;
/** Pairs of characters in a prefix; they are checked first and rule out nearly every position. */
const PAIRS = PREFIX / 2;
/** Sizes of the table of pairs: small for a few secrets, because each test builds its own; large enough to stay sparse. */
const TABLE_BITS = { min: 11, max: 16 } as const;

/** Where a message was cut off. People also write three dots, so these need more of the secret before them. */
const CUT = /.{0,8}?(…|\.{3})/sy;
const SHORTEST_BEFORE_DOTS = 8;
/** The rest of an escape that was cut off. */
const HALF_ESCAPE = /^(?:\\[ux]?[\da-f]{0,4}|(?:%[\da-f]{0,2})+|&#?\w{0,6})?$/i;
const LONGEST_HALF_ESCAPE = 9;

/** @param secrets none shorter than {@link SHORTEST_SECRET} */
export function createSearch(secrets: readonly string[]): (text: string) => readonly Span[] {
  const byPrefix = formsByPrefix(secrets);
  const { mask, table } = pairTable([...byPrefix.keys()]);

  const search = ({ text, starts }: TextView, spans: Span[]): void => {
    let first = text.charCodeAt(0);
    for (let at = 0; at <= text.length - PREFIX; at++) {
      const second = text.charCodeAt(at + 1);
      const pairs = table[pairOf(first, second) & mask] ?? 0;
      first = second;
      if ((pairs & 1) === 0) continue;
      if (((table[pairOf(text.charCodeAt(at + 2), text.charCodeAt(at + 3)) & mask] ?? 0) & 2) === 0) continue;
      for (const form of byPrefix.get(text.slice(at, at + PREFIX)) ?? []) {
        const end = endOf(form, text, at);
        if (end !== null) spans.push([starts?.[at] ?? at, starts?.[end] ?? end]);
      }
    }
  };

  return (text) => {
    const spans: Span[] = [];
    for (const view of viewsOf(text)) search(view, spans);
    return spans;
  };
}

function formsByPrefix(secrets: readonly string[]): ReadonlyMap<string, readonly SecretForm[]> {
  const byPrefix = new Map<string, SecretForm[]>();
  for (const form of secrets.flatMap(formsOf)) {
    for (const prefix of prefixesOf(form)) {
      const same = byPrefix.get(prefix);
      if (same === undefined) byPrefix.set(prefix, [form]);
      else same.push(form);
    }
  }
  return byPrefix;
}

/** For each pair of characters (by its hash), one bit for each position in a prefix. */
function pairTable(prefixes: readonly string[]): { readonly mask: number; readonly table: Uint8Array } {
  const wanted = Math.ceil(Math.log2(prefixes.length * 32 + 1));
  const size = 1 << Math.min(Math.max(wanted, TABLE_BITS.min), TABLE_BITS.max);
  const table = new Uint8Array(size);
  for (const prefix of prefixes) {
    for (let pair = 0; pair < PAIRS; pair++) {
      const hash = pairOf(prefix.charCodeAt(2 * pair), prefix.charCodeAt(2 * pair + 1)) & (size - 1);
      table[hash] = (table[hash] ?? 0) | (1 << pair);
    }
  }
  return { mask: size - 1, table };
}

function pairOf(first: number, second: number): number {
  return first * 89 + second;
}

/** The end of the form that may begin here: after it, or where the text was cut off within it. Null for other text. */
function endOf({ text: form, alphabet }: SecretForm, text: string, at: number): number | null {
  let length = PREFIX;
  while (length < form.length && folded(text.charCodeAt(at + length), alphabet) === form.charCodeAt(length))
    length++;
  if (length === form.length) return at + length;
  CUT.lastIndex = at + length;
  const [before, mark = ''] = CUT.exec(text) ?? [];
  if (before === undefined) return null;
  const end = at + length + before.length - mark.length;
  // The first characters of the escape may have matched those of the secret: `&` matches the start of `&amp;`.
  const min = mark === '…' ? PREFIX : SHORTEST_BEFORE_DOTS;
  for (let from = at + length; from >= Math.max(at + min, end - LONGEST_HALF_ESCAPE); from--) {
    if (HALF_ESCAPE.test(text.slice(from, end))) return end;
  }
  return null;
}

/** All spellings of the first characters of a form. */
function prefixesOf({ text, alphabet }: SecretForm): readonly string[] {
  return [...text.slice(0, PREFIX).split('')].reduce<readonly string[]>(
    (prefixes, character) =>
      prefixes.flatMap((prefix) => writings(character, alphabet).map((written) => prefix + written)),
    [''],
  );
}
