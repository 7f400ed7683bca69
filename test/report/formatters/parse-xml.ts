/** A strict reader for the XML that reports use; throws on anything that is not well-formed. */

export interface Node {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Node[];
  /** The text directly in it. */
  readonly text: string;
}

/** XML 1.0, 2.2: what a document may contain at all. */
const LEGAL = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const TAG = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[A-Za-z_][\w.-]*="[^"<]*")*)\s*(\/?)>/y;

export function parseXml(document: string): Node {
  if (!LEGAL.test(document)) throw new Error('a character that XML 1.0 forbids');
  const prolog = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (!document.startsWith(prolog)) throw new Error('no XML declaration');
  const root = { name: '', attributes: {}, children: [] as Node[], text: '' };
  const open = [root];
  let at = prolog.length;
  while (at < document.length) {
    const parent = open.at(-1);
    if (parent === undefined) throw new Error(`more end tags than start tags at ${at}`);
    if (document[at] !== '<') {
      const end = document.indexOf('<', at);
      parent.text += decoded(document.slice(at, end === -1 ? undefined : end));
      at = end === -1 ? document.length : end;
      continue;
    }
    TAG.lastIndex = at;
    const match = TAG.exec(document);
    if (match === null) throw new Error(`not a tag at ${at}: ${document.slice(at, at + 40)}`);
    const [whole, closing, name = '', attributes = '', empty] = match;
    at += whole.length;
    if (closing === '/') {
      if (parent.name !== name) throw new Error(`</${name}> ends <${parent.name}>`);
      open.pop();
      continue;
    }
    const node = { name, attributes: attributesOf(attributes), children: [] as Node[], text: '' };
    parent.children.push(node);
    if (empty !== '/') open.push(node);
  }
  const [document_, ...others] = root.children;
  if (open.length !== 1 || document_ === undefined || others.length > 0 || root.text.trim() !== '') {
    throw new Error('not exactly one whole root element');
  }
  return document_;
}

function attributesOf(text: string): Readonly<Record<string, string>> {
  const pairs = [...text.matchAll(/([\w.-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [
    key,
    decoded(value),
  ]);
  if (new Set(pairs.map(([key]) => key)).size !== pairs.length)
    throw new Error(`an attribute twice: ${text}`);
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d+)|(\w+))?;?/g,
    (reference, code: string | undefined, name: string | undefined) => {
      const character = code === undefined ? ENTITIES[name ?? ''] : String.fromCodePoint(Number(code));
      if (character === undefined || !reference.endsWith(';'))
        throw new Error(`not a reference: ${reference}`);
      return character;
    },
  );
}
