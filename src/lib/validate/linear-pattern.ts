/**
 * Regular expressions of the user, run on text that the target chose, so in linear time: read as JavaScript (ECMA-262)
 * and run by RE2, which never backtracks. Loaded lazily: only plans with a pattern need it.
 */
import { type AST, parseRegExpLiteral } from '@eslint-community/regexpp';
import { RE2JS } from 're2js';

export interface LinearPattern {
  /** Whether the pattern is found in `text`. @throws Error when that would take seconds, see {@link MAX_STEPS} */
  readonly test: (text: string) => boolean;
}

/** Instructions of a pattern × characters of a text: more than this would take about two seconds. */
export const MAX_STEPS = 50_000_000;

/** RE2's own limit. */
const MAX_REPEATS = 1_000;

/** What JavaScript's `\s` matches; RE2's matches only ASCII. */
const SPACE = String.raw`\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`;
const NOT_SPACE = String.raw`\x{0}-\x{8}\x{e}-\x{1f}\x{21}-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}`;
const ANY = String.raw`[\x{0}-\x{10ffff}]`;
const NOTHING = String.raw`[^\x{0}-\x{10ffff}]`;
const NO_LINE_END = String.raw`[^\n\r\x{2028}\x{2029}]`;
const LAST_CODE_POINT = 0x10ffff;

/**
 * @param flags of JavaScript; `g` and `d` change nothing
 * @throws Error with what is wrong or not supported, in words
 */
export function compilePattern(source: string, flags: string): LinearPattern {
  // Node's own words for what is no regular expression; and its rules, which differ from one version to the next.
  const expression = asUnicode(source, flags);
  if (flags.includes('v')) throw new Error('the flag v is not supported');
  const { pattern } = parseRegExpLiteral(expression);
  const translated = alternatives(pattern.alternatives, flags);
  const compiled = RE2JS.compile(
    flags.includes('y') ? String.raw`\A(?:${translated})` : translated,
    (flags.includes('i') ? RE2JS.CASE_INSENSITIVE : 0) | (flags.includes('m') ? RE2JS.MULTILINE : 0),
  );
  const size = compiled.programSize();
  return {
    test: (text) => {
      if (text.length * size > MAX_STEPS) {
        throw new Error(`a string of ${text.length} characters is too long for the pattern ${source}`);
      }
      return compiled.matcher(text).find();
    },
  };
}

/** Halves of characters, written out or escaped, and what the flag u would give another meaning. */
const HALVES = /[\ud800-\udfff]|\\u[dD][89a-fA-F]/;
const OTHER_WITH_U = /\\[pP]|\\u\{/;

/** RE2 counts code points, JavaScript without the flag u halves of them: read with u where the pattern names halves. */
function asUnicode(source: string, flags: string): RegExp {
  if (!flags.includes('u') && HALVES.test(source) && !OTHER_WITH_U.test(source)) {
    try {
      return new RegExp(source, `${flags}u`);
    } catch {
      // It says something that is legal without u alone, such as `\-`.
    }
  }
  return new RegExp(source, flags);
}

function alternatives(list: readonly AST.Alternative[], flags: string): string {
  return list.map(({ elements }) => elements.map((each) => element(each, flags)).join('')).join('|');
}

function element(node: AST.Element, flags: string): string {
  switch (node.type) {
    case 'Character':
      return codePoint(node.value);
    case 'CharacterSet':
      return node.kind === 'any' ? (flags.includes('s') ? ANY : NO_LINE_END) : `[${characterSet(node)}]`;
    case 'CharacterClass':
      return characterClass(node);
    case 'Assertion':
      return assertion(node);
    case 'Quantifier':
      return quantified(node, flags);
    case 'Group':
      if (node.modifiers !== null) throw new Error(`${node.modifiers.raw} (modifiers) is not supported`);
      return `(?:${alternatives(node.alternatives, flags)})`;
    case 'CapturingGroup':
      return `(?:${alternatives(node.alternatives, flags)})`;
    case 'Backreference':
      throw new Error(`${node.raw} (a back-reference) is not supported: patterns run in linear time`);
    case 'ExpressionCharacterClass':
      throw new Error('the flag v is not supported');
  }
}

function assertion(node: AST.Assertion): string {
  switch (node.kind) {
    case 'start':
      return '^';
    case 'end':
      return '$';
    case 'word':
      return node.negate ? String.raw`\B` : String.raw`\b`;
    default:
      throw new Error(`${node.raw} (a ${node.kind}) is not supported: patterns run in linear time`);
  }
}

function quantified({ element: repeated, min, max, greedy }: AST.Quantifier, flags: string): string {
  if (min > MAX_REPEATS || (Number.isFinite(max) && max > MAX_REPEATS)) {
    throw new Error(`a repetition of more than ${MAX_REPEATS} is not supported: patterns run in linear time`);
  }
  const count = max === min ? `{${min}}` : `{${min},${Number.isFinite(max) ? max : ''}}`;
  return `(?:${element(repeated, flags)})${count}${greedy ? '' : '?'}`;
}

function characterClass({ negate, elements }: AST.CharacterClass): string {
  if (elements.length === 0) return negate ? ANY : NOTHING;
  const inside = elements.map((each) => {
    switch (each.type) {
      case 'Character':
        return codePoint(each.value);
      case 'CharacterClassRange':
        return `${codePoint(each.min.value)}-${codePoint(each.max.value)}`;
      case 'CharacterSet':
        return characterSet(each);
      default:
        throw new Error('the flag v is not supported');
    }
  });
  return `[${negate ? '^' : ''}${inside.join('')}]`;
}

/** The content of a character class. */
function characterSet(set: AST.EscapeCharacterSet | AST.UnicodePropertyCharacterSet): string {
  if (set.kind === 'property') return unicodeProperty(set.raw);
  if (set.kind === 'space') return set.negate ? NOT_SPACE : SPACE;
  const letter = set.kind === 'digit' ? 'd' : 'w';
  return `\\${set.negate ? letter.toUpperCase() : letter}`;
}

const properties = new Map<string, string>();

/** The ranges of `\p{…}`, taken from Node: RE2 supports few of the names that JavaScript supports. */
function unicodeProperty(raw: string): string {
  const known = properties.get(raw);
  if (known !== undefined) return known;
  const has = new RegExp(`^${raw}$`, 'u');
  const ranges: string[] = [];
  let start = -1;
  for (let at = 0; at <= LAST_CODE_POINT + 1; at++) {
    const inside = at <= LAST_CODE_POINT && has.test(String.fromCodePoint(at));
    if (inside && start < 0) start = at;
    if (inside || start < 0) continue;
    ranges.push(`${codePoint(start)}-${codePoint(at - 1)}`);
    start = -1;
  }
  const written = ranges.join('');
  properties.set(raw, written);
  return written;
}

function codePoint(value: number): string {
  return `\\x{${value.toString(16)}}`;
}
