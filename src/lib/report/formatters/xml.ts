/** A minimal XML 1.0 writer: elements, attributes and text. */
import { withoutSteering } from '../../terminal/text.ts';

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly children: readonly XmlElement[] | string;
}

/** Characters that XML 1.0 (2.2, Char) forbids even as references: most of C0, lone surrogates, U+FFFE and U+FFFF. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;

/** Line ends and tabs as references, because readers turn plain ones in attributes into spaces, and CR into LF. */
const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** The element and its children, one element per line, with a newline at the end. */
export function xml(element: XmlElement, indent = ''): string {
  const { name, children } = element;
  if (children.length === 0) return `${indent}${startTag(element, '/>')}\n`;
  if (typeof children === 'string') return `${indent}${startTag(element)}${text(children)}</${name}>\n`;
  const inner = children.map((child) => xml(child, `${indent}  `)).join('');
  return `${indent}${startTag(element)}\n${inner}${indent}</${name}>\n`;
}

/** `<name key="value">`, for an element whose children are written separately. */
export function startTag({ name, attributes }: Omit<XmlElement, 'children'>, end: '>' | '/>' = '>'): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${attribute(String(value))}"`);
  return `<${name}${written.join('')}${end}`;
}

function attribute(value: string): string {
  return escaped(value, /[&<>"'\t\n\r]/g);
}

function text(value: string): string {
  return escaped(value, /[&<>\t\r]/g);
}

/** Valid characters that could control a terminal become references; XML readers see no difference. */
function escaped(value: string, special: RegExp): string {
  const legal = value.replace(FORBIDDEN, '').replace(special, (character) => REFERENCES[character] ?? '');
  return withoutSteering(legal, (characters) =>
    characters.replace(/[\s\S]/g, (unit) => `&#${unit.charCodeAt(0)};`),
  );
}
