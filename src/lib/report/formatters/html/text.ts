/** HTML that text from elsewhere cannot become part of: whatever is put into a template is escaped, unless it is HTML. */
import { withoutSteering } from '../../../terminal/text.ts';
import { webAddress } from '../../../terminal/web-address.ts';

/** Made by {@link html} alone. */
export interface Html {
  readonly markup: string;
}

type Part = Html | string | number | null | readonly Html[];

/** `` html`<p>${text}</p>` `` */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let markup = strings[0] ?? '';
  for (const [at, part] of parts.entries()) markup += written(part) + (strings[at + 1] ?? '');
  return { markup };
}

/** Markup of this program's own, or of a package's. */
export function trusted(markup: string): Html {
  return { markup };
}

/** The address, where it is one of the web; a link is never anything else. */
export function webLink(text: Html, url: string | null): Html {
  const address = url === null ? null : webAddress(url);
  if (address === null) return text;
  return html`<a href="${address}" rel="noreferrer noopener" target="_blank">${text}</a>`;
}

/** A name that may be broken after its signs, and a word of it that is too long for a narrow column where that ends. */
export function breakable(name: string): Html {
  const parts = name.match(/[^_.-]{1,16}[_.-]*|[_.-]+/gu) ?? [];
  return joined(parts.map(escaped), '<wbr>');
}

/** Advice, whose flags are not broken after their dashes. */
export function advice(text: string): Html {
  return trusted(
    escapeHtml(text).replace(/(?<![\w-])--[a-z][\w-]{0,30}(?![\w-])/g, '<span class="flag">$&</span>'),
  );
}

/** Letters that are written from the left, and signs of ASCII: what stands around them cannot turn them. */
const FROM_THE_LEFT = /^[ -~\u00a0-\u024f]*$/;

/** Text of its own direction, which neither turns the text around it nor is turned by it. */
export function apart(text: string): Html {
  return FROM_THE_LEFT.test(text) ? html`${text}` : html`<bdi>${text}</bdi>`;
}

/** Several with something between them, which is this program's own. */
export function joined(parts: readonly Html[], between: string): Html {
  return trusted(parts.map(({ markup }) => markup).join(between));
}

function escaped(text: string): Html {
  return trusted(escapeHtml(text));
}

function written(part: Part): string {
  if (part === null) return '';
  if (typeof part === 'number') return String(part);
  if (typeof part === 'string') return escapeHtml(part);
  if ('markup' in part) return part.markup;
  return part.map(({ markup }) => markup).join('');
}

const REFERENCES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for attributes in quotes. What could steer a screen, or hide something, is shown as its number. */
export function escapeHtml(text: string): string {
  const escaped = text
    .replace(/\r\n?/g, '\n')
    .replaceAll('\t', '  ')
    .replace(/[&<>"']/g, (character) => REFERENCES[character] ?? '')
    .replace(/[\ud800-\udfff]/gu, '\ufffd');
  return withoutSteering(escaped, (characters) => characters.replace(/[\s\S]/g, shown));
}

function shown(unit: string): string {
  const code = unit.charCodeAt(0);
  return /[!-~]/.test(unit) ? `&#${code};` : `\\u${code.toString(16).padStart(4, '0')}`;
}
