/** What holds for every output, whatever came in. Each throws where it does not. */
import type { Screen } from '../../../src/lib/terminal/capabilities.ts';
import { type Node, parseXml } from '../../report/formatters/parse-xml.ts';

/** What palette.ts writes: our own styles, and links to web addresses. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OUR_STYLES = /\u001b\[(?:1|2|22|31|32|33|39)m/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const OUR_LINKS = /\u001b\]8;;(?:https?:\/\/[!-~]+)?\u001b\\/g;

/** Controls but the line end, bidirectional marks, and what takes no room. */
const STEERING = /(?!\n)\p{Cc}|[\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff]/u;

/** GitHub's workflow commands at the beginning of a line; theirs, Azure's and TeamCity's anywhere. */
const LINE_ORDER =
  /^\s*::(?:add-mask|add-matcher|add-path|debug|echo|endgroup|error|group|notice|remove-matcher|save-state|set-env|set-output|stop-commands|warning)(?:::| )/im;
const ORDER = /##(?:vso|teamcity)?\[/i;

/** Nothing in the text steers a terminal but our own styles and links, as far as the screen has them. */
export function expectHarmless(text: string, screen: Partial<Screen> = {}): void {
  const withoutStyles = screen.color === true ? text.replace(OUR_STYLES, '') : text;
  const plain = screen.hyperlinks === true ? withoutStyles.replace(OUR_LINKS, '') : withoutStyles;
  const found = STEERING.exec(plain);
  if (found !== null) throw new Error(`steers a terminal at ${found.index}: ${around(plain, found.index)}`);
  const beyond = screen.unicode === false ? /[^\n -~]/.exec(plain) : null;
  if (beyond !== null) throw new Error(`more than ASCII at ${beyond.index}: ${around(plain, beyond.index)}`);
}

/** Nothing in the text is an order to the CI system whose log it stands in. */
export function expectNoOrders(text: string): void {
  const found = LINE_ORDER.exec(text) ?? ORDER.exec(text);
  if (found !== null) throw new Error(`steers a CI system at ${found.index}: ${around(text, found.index)}`);
}

function around(text: string, at: number): string {
  return JSON.stringify(text.slice(Math.max(0, at - 40), at + 40));
}

/** Well-formed XML 1.0 with the elements and attributes that harmless text leads to. */
export function expectSameElements(hostile: string, harmless: string): void {
  const [one, other] = [hostile, harmless].map((text) => shape(parseXml(text)));
  if (one !== other) throw new Error(`other elements than with harmless text:\n${one}\n${other}`);
}

function shape({ name, attributes, children }: Node): string {
  return `<${name} ${Object.keys(attributes).join(' ')}>${children.map(shape).join('')}</>`;
}

export function expectJson(text: string): void {
  JSON.parse(text);
}

export function expectJsonLines(text: string): void {
  if (!text.endsWith('\n')) throw new Error('the last line does not end');
  for (const line of text.slice(0, -1).split('\n')) JSON.parse(line);
}

/**
 * What the hostile texts bring along (hostile.ts) has become no element, attribute, link or line of its own. Holds for
 * any format of its kind, those that do not exist yet included.
 */
const MARKUP: Readonly<Record<string, readonly RegExp[]>> = {
  html: [
    /<\/?canary/i,
    // What stands in the quotes of an attribute is its value, whatever it looks like.
    /<[a-z](?:[^<>=]|=\s*"[^"]*"|=\s*'[^']*'|=(?!\s*["']))*\s(?:on\w+|canary)\s*=\s*["']?canary/i,
    /(?:href|src)\s*=\s*["']?\s*(?:javascript|data|vbscript):/i,
    /<script[^>]*>\s*canary/i,
  ],
  md: [
    /(?<!\\)<\/?canary/i,
    /(?<!\\)\]\((?:javascript|data):canary/i,
    /(?<!\\)!\[canary/i,
    /^\s*(?:#+|>|-|\d+\.)? ?::error::canary/m,
    /^#+ canary/m,
  ],
  line: [/^(?:not ok \d+ |ok \d+ |# |::\w+::|Bail out! )?canary/m],
};

export function expectNoMarkup(extension: string, text: string): void {
  const kind = extension === 'htm' ? 'html' : extension === 'markdown' ? 'md' : extension;
  for (const pattern of MARKUP[kind] ?? MARKUP.line ?? []) {
    const found = pattern.exec(text);
    if (found !== null)
      throw new Error(`markup from outside at ${found.index}: ${around(text, found.index)}`);
  }
}

const PROTOTYPES = [Object.prototype, Array.prototype, String.prototype, Function.prototype];
const keysOf = (): string =>
  PROTOTYPES.map((prototype) => Reflect.ownKeys(prototype).map(String).join()).join(';');
const UNTOUCHED = keysOf();

/** No case has put anything where every object finds it. */
export function expectUntouchedPrototypes(): void {
  if (keysOf() !== UNTOUCHED) throw new Error('a prototype has been polluted');
}
