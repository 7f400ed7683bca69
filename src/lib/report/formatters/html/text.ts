/** Safe HTML templates: every value is escaped unless it is HTML made here. */
import { timeText } from '../../../terminal/quantities.ts';
import { withoutSteering } from '../../../terminal/text.ts';
import { webAddress } from '../../../terminal/web-address.ts';

/** Made only by {@link html} and {@link trusted}. */
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

/** Markup from this program or a package. */
export function trusted(markup: string): Html {
  return { markup };
}

/** A link if the address is a web address; otherwise only the text. */
export function webLink(text: Html, url: string | null): Html {
  const address = url === null ? null : webAddress(url);
  if (address === null) return text;
  return html`<a href="${address}" rel="noreferrer noopener" target="_blank">${text}</a>`;
}

/** A name that may wrap after punctuation, and within words too long for a narrow column. */
export function breakable(name: string): Html {
  const parts = name.match(/[^_.-]{1,16}[_.-]*|[_.-]+/gu) ?? [];
  return joined(parts.map(escaped), '<wbr>');
}

/** A time in UTC; the page's script shows it in the reader's time zone, with UTC on hover. */
export function timeTag(iso: string): Html {
  return html`<time datetime="${iso}">${timeText(iso)}</time>`;
}

/** Advice with its flags kept from wrapping after their dashes. */
export function advice(text: string): Html {
  return trusted(
    escapeHtml(text).replace(/(?<![\w-])--[a-z][\w-]{0,30}(?![\w-])/g, '<span class="flag">$&</span>'),
  );
}

/** Left-to-right letters and ASCII, which surrounding text cannot reorder. */
const FROM_THE_LEFT = /^[ -~\u00a0-\u024f]*$/;

/** Text isolated from the direction of the text around it. */
export function isolated(text: string): Html {
  return FROM_THE_LEFT.test(text) ? html`${text}` : html`<bdi>${text}</bdi>`;
}

/** @param between markup of this program */
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

/** For text and quoted attributes. Characters that could control a screen or hide text are shown as numbers. */
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
