/** What became of the data that was accepted with 200, in the words of Sentry's Stats page. */

/** Sentry's data categories, as far as the sandbox keeps data of them. */
export type DataCategory = 'error' | 'transaction' | 'span' | 'monitor';

export type OutcomeName = 'accepted' | 'invalid' | 'client_discard';

export interface Outcome {
  readonly outcome: OutcomeName;
  /** A {@link DataCategory}; SDKs also discard data of others. */
  readonly category: string;
  /** Null for what was accepted. */
  readonly reason: string | null;
  readonly quantity: number;
}

/** Why data is dropped, by the reason that Sentry shows. */
export const DROP_REASONS = {
  duplicate: 'another span of the same item has the same span_id',
  duplicate_item: 'an envelope may have one span container, and no other span items beside it',
  invalid_check_in: 'a check-in needs monitor_slug and status',
  invalid_dsc: 'the trace_id of a span is not the one of the envelope’s trace header',
  invalid_json:
    'the payload is not a JSON object, or a container’s item_count is not the number of its items',
  invalid_span: 'the span has no valid trace_id, span_id or times, or it ends before it starts',
  invalid_transaction:
    'the transaction or one of its spans has no valid trace_id, span_id or start time, or ends before it starts',
  missing_dsc:
    'the envelope has no trace header with trace_id and public_key; send baggage along with sentry-trace',
  no_data: 'the span has no name or no status',
  timestamp: 'the span has no valid times, or it ends before it starts',
} as const;

export type DropReason = keyof typeof DROP_REASONS;

const CATEGORIES: Readonly<Record<string, DataCategory>> = {
  event: 'error',
  transaction: 'transaction',
  span: 'span',
  check_in: 'monitor',
};

/** An item that was too large; null where Stats have no category for its type. */
export function tooLarge(itemType: string): Outcome | null {
  const category = CATEGORIES[itemType];
  return category === undefined
    ? null
    : { outcome: 'invalid', category, reason: `too_large:${itemType}`, quantity: 1 };
}

export function dropped(category: DataCategory, reason: DropReason, quantity = 1): Outcome {
  return { outcome: 'invalid', category, reason, quantity };
}
