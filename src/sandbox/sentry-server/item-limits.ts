/** How large items may be; one that is larger has the whole envelope refused, as Relay does. */
import type { EnvelopeItem } from './envelope.ts';
import { isSpanContainer, itemCountOf } from './streamed-spans.ts';

const KIB = 1024;

interface Limit {
  readonly bytes: number;
  /** Of this kind in an envelope. */
  readonly items: number;
}

/** Events of any kind count together. */
const LIMITS = {
  event: { bytes: 1024 * KIB, items: 1 },
  // The average span of a container, or a span alone.
  container: { bytes: 1024 * KIB, items: 1 },
  span: { bytes: 1024 * KIB, items: Number.POSITIVE_INFINITY },
  check_in: { bytes: 100 * KIB, items: 1 },
  client_report: { bytes: 4 * KIB, items: Number.POSITIVE_INFINITY },
} as const satisfies Record<string, Limit>;

type Kind = keyof typeof LIMITS;

function kindOf(item: EnvelopeItem): Kind | null {
  if (item.type === 'event' || item.type === 'transaction') return 'event';
  if (item.type === 'span') return isSpanContainer(item) ? 'container' : 'span';
  return item.type === 'check_in' || item.type === 'client_report' ? item.type : null;
}

function bytesOf(item: EnvelopeItem, kind: Kind): number {
  const { length } = item.payload;
  return kind === 'container' ? Math.floor(length / Math.max(itemCountOf(item) ?? 1, 1)) : length;
}

export interface OversizedItem {
  readonly type: string;
  /** In words, with the limit. */
  readonly reason: string;
}

/** The first item that is too large, or one too many of its kind. */
export function oversizedItem(items: readonly EnvelopeItem[]): OversizedItem | null {
  const seen = new Map<Kind, number>();
  for (const [index, item] of items.entries()) {
    const kind = kindOf(item);
    if (kind === null) continue;
    const limit: Limit = LIMITS[kind];
    const count = (seen.get(kind) ?? 0) + 1;
    seen.set(kind, count);
    const bytes = bytesOf(item, kind);
    const each = kind === 'container' ? 'bytes for each of its spans' : 'bytes';
    const name = `item ${index + 1} (${item.type})`;
    if (bytes > limit.bytes)
      return { type: item.type, reason: `${name} has ${bytes} ${each} (limit ${limit.bytes})` };
    if (count > limit.items)
      return { type: item.type, reason: `${name} is number ${count} of its kind (limit ${limit.items})` };
  }
  return null;
}
