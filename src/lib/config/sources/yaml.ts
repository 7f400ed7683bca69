/** Reads YAML; an error names the place and the reason. Loaded lazily: most starts read none. */
import {
  type CST,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  Parser,
  parseDocument,
  visit,
  type YAMLParseError,
} from 'yaml';
import { messageOf } from '../../errors.ts';
import { numberOf } from '../../json/decimal.ts';
import { ExactNumber } from '../../model/json.ts';
import { MAX_DEPTH } from '../limits.ts';
import type { Path } from '../paths.ts';

export type YamlReading =
  | { readonly value: unknown }
  | { readonly problem: string; readonly hint: string; readonly cause: unknown };

/** Values nested up to {@link MAX_DEPTH} are checked later, with their location; far deeper text is not worth parsing. */
const MAX_NESTED = 4 * MAX_DEPTH;

export function readYaml(text: string): YamlReading {
  // The parser below is recursive: a few kilobytes of brackets exhaust the stack in ways that end the whole process.
  if (isDeeperThan(text, MAX_NESTED)) {
    const problem = `unsupported YAML: nested deeper than ${MAX_NESTED} levels`;
    return { problem, hint: 'Use fewer levels.', cause: undefined };
  }
  // The core schema keeps dates and 2xx as text; `merge` is the well-known `<<: *anchor`. What the parser
  // would warn of, on stderr and in raw text, is reported as an unknown key instead.
  const document = parseDocument(text, { merge: true, prettyErrors: true, logLevel: 'error' });
  const [error] = document.errors;
  if (error?.code === 'MULTIPLE_DOCS') {
    const hint = 'Remove the "---" between them, or use profiles.';
    return { problem: `${whereOf(error)}more than one YAML document`, hint, cause: error };
  }
  if (error !== undefined) {
    const problem = `${whereOf(error)}not valid YAML: ${error.message.split(' at line ')[0]}`;
    return { problem, hint: 'Check the indentation and the quotes there.', cause: error };
  }
  try {
    keepDigits(document);
    return { value: document.toJS() };
  } catch (cause) {
    // Its message quotes what follows the asterisk, which may be a password without its quotes.
    if (messageOf(cause).startsWith('Unresolved alias')) {
      const problem =
        'unsupported YAML: a value that starts with * is an alias, but its anchor is not defined';
      return { problem, hint: 'Quote the value.', cause };
    }
    return { problem: `unsupported YAML: ${messageOf(cause)}`, hint: 'Use fewer aliases.', cause };
  }
}

/** Numbers that JavaScript would round or rewrite stay as written; as a key of a map, they become text. */
function keepDigits(document: ReturnType<typeof parseDocument>): void {
  visit(document, {
    Scalar: (place, node) => {
      if (typeof node.value !== 'number' || node.source === undefined || node.source === '') return;
      const exact = numberOf(inJson(node.source, node.value));
      if (exact instanceof ExactNumber) node.value = place === 'key' ? exact.text : exact;
    },
  });
}

/** YAML also allows `+1`, `007`, `.5`, `1.` and `0x1F`, which JSON does not. */
function inJson(source: string, value: number): string {
  if (/^0[xo]/.test(source)) return String(BigInt(source));
  if (!Number.isFinite(value) && !/^[-+]?[\d.]+[eE][-+]?\d+$/.test(source)) return String(value);
  return source
    .replace(/^\+/, '')
    .replace(/^(-?)0+(?=\d)/, '$1')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.(?=$|[eE])/, '');
}

function whereOf({ linePos }: YAMLParseError): string {
  return linePos === undefined ? '' : `line ${linePos[0].line}, column ${linePos[0].col}: `;
}

/**
 * Where the items of a list begin, in text that {@link readYaml} or `JSON.parse` could read.
 * @returns a line for each item, counted from 1, null where it has none; empty where there is no such list
 */
export function linesOfItems(text: string, at: Path): readonly (number | null)[] {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { merge: true, logLevel: 'error', lineCounter });
  const node = document.getIn(at, true);
  const list = isAlias(node) ? node.resolve(document) : node;
  if (document.errors.length > 0 || !isSeq(list)) return [];
  return list.items.map((item) => {
    const target = isAlias(item) ? item.resolve(document) : item;
    const offset = isNode(target) ? target.range?.[0] : undefined;
    return offset === undefined ? null : lineCounter.linePos(offset).line;
  });
}

/**
 * The line of each path in text that {@link readYaml} or `JSON.parse` could read, counted from 1; for a missing path, that of
 * its parent. Null if the parent is the whole text, or contains an alias.
 */
export function linesOf(text: string, places: readonly Path[]): readonly (number | null)[] {
  if (isDeeperThan(text, MAX_NESTED)) return places.map(() => null);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { merge: true, logLevel: 'error', lineCounter });
  return places.map((place) => {
    const offset = document.errors.length > 0 ? null : offsetOf(document.contents, place);
    return offset === null ? null : lineCounter.linePos(offset).line;
  });
}

/** Where the key, or the item, begins. */
function offsetOf(contents: unknown, place: Path): number | null {
  let at: unknown = contents;
  let offset: number | null = null;
  for (const step of place) {
    if (isSeq(at) && typeof step === 'number') {
      at = at.items[step];
      offset = startOf(at) ?? offset;
    } else if (isMap(at)) {
      const pair = at.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) return offset;
      offset = startOf(pair.key) ?? offset;
      at = pair.value;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

/** The result of the parser's first, iterative step: a tree of tokens. */
type Node = Partial<Pick<CST.Document, 'value'> & Pick<CST.BlockMap, 'items'>> | null | undefined;

function isDeeperThan(text: string, limit: number): boolean {
  const waiting: [node: Node, depth: number][] = [];
  for (const token of new Parser().parse(text)) waiting.push([token as Node, 0]);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const [node, depth] = next;
    if (depth > limit) return true;
    if (typeof node !== 'object' || node === null) continue;
    waiting.push([node.value as Node, depth]);
    for (const { key, value } of node.items ?? []) {
      waiting.push([key as Node, depth + 1], [value as Node, depth + 1]);
    }
  }
  return false;
}
