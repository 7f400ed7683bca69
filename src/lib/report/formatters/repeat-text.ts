/** Texts about resent webhooks. */
import type { RepeatResult, TreatedAs } from '../../model/result.ts';
import { durationText, numberText } from '../../terminal/quantities.ts';

const AS: Readonly<Record<TreatedAs, string>> = {
  'one-event': 'treated as a duplicate',
  'second-event': 'created a second event',
  unknown: 'one event or two: the responses do not say',
};

/** Label of the texts about a resend. */
export const REPEAT_TERM = 'Resent';

/** `Resent: HTTP 200, 12 ms: treated as a duplicate (status DUPLICATE)` */
export function repeatText(repeat: RepeatResult): string {
  return `${REPEAT_TERM}: ${repeatWords(repeat)}`;
}

/** The same without its label. */
export function repeatWords({ treatedAs, because, sends }: RepeatResult): string {
  if (sends.length === 0) return `no, ${because}`;
  const each = sends.map(({ response, errors, timings }) =>
    response === null
      ? (errors[0]?.message ?? 'no response')
      : `HTTP ${response.status}, ${durationText(timings.totalMs)}`,
  );
  return `${each.join('; ')}: ${AS[treatedAs]} (${because})`;
}

export type RepeatCounts = Readonly<Record<TreatedAs, number>>;

/** `Resent: 5 treated as duplicates`; null if nothing was resent. */
export function repeatSummary(counts: RepeatCounts): string | null {
  const total = counts['one-event'] + counts['second-event'] + counts.unknown;
  if (total === 0) return null;
  const words: readonly (readonly [TreatedAs, string])[] = [
    ['one-event', counts['one-event'] === 1 ? 'treated as a duplicate' : 'treated as duplicates'],
    ['second-event', 'created a second event'],
    ['unknown', 'unknown (the responses do not say)'],
  ];
  const parts = words
    .filter(([treated]) => counts[treated] > 0)
    .map(([treated, text]) => `${numberText(counts[treated])} ${text}`);
  return `${REPEAT_TERM}: ${parts.join(', ')}`;
}
