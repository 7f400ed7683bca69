/** How spans are named in messages. What comes from a trace is foreign text: one line, and not without end. */

import type { TraceSpan } from '../../model/trace.ts';
import { numberText } from '../../terminal/quantities.ts';

/** Longer names are raw SQL or URLs, of which the beginning is enough. */
const NAME_SHOWN = 80;
/** Longer messages are stack traces or complete responses. */
const TEXT_SHOWN = 200;
/** More names than this say no more than how many there are. */
const NAMES_SHOWN = 8;

export function spanName({ name, op }: Pick<TraceSpan, 'name' | 'op'>): string {
  return oneLine(name, NAME_SHOWN) || oneLine(op ?? '', NAME_SHOWN) || 'a span without a name';
}

/** The label, and the span's own name where it is another one: `database (INSERT signals)`. */
export function labeledName(label: string, span: TraceSpan): string {
  const name = spanName(span);
  return name.toLowerCase() === label.toLowerCase() ? label : `${label} (${name})`;
}

export function shownText(text: string): string {
  return oneLine(text, TEXT_SHOWN);
}

/** `a, b, c`, and how many more there are. */
export function nameList(names: readonly string[]): string {
  const more = names.length - NAMES_SHOWN;
  return more > 0 ? `${names.slice(0, NAMES_SHOWN).join(', ')} and ${more} more` : names.join(', ');
}

/** `1 time`, `2,000 times`. */
export function times(count: number): string {
  return count === 1 ? '1 time' : `${numberText(count)} times`;
}

function oneLine(text: string, length: number): string {
  // Cut before the white space is gone over: foreign text may be megabytes long.
  const flat = text
    .slice(0, length * 4)
    .replaceAll(/[\s\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  return flat.length <= length ? flat : `${flat.slice(0, length).replace(/[\ud800-\udbff]$/, '')}…`;
}
