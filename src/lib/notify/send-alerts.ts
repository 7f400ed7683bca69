/** Tells one notifier of changes, as far as there is time. */
import type { Change } from '../model/alert.ts';
import type { NotifierType } from '../model/notifier.ts';
import type { Post } from './post.ts';
import type { Posting } from './posting.ts';

export interface AlertDelivery {
  /** What has been taken. */
  readonly told: readonly Change[];
  /** What has not. */
  readonly untold: number;
  /** Why, of the first; null where all was taken. */
  readonly reason: string | null;
}

/** Requests of one run to one notifier; what is beyond is told by the next run. */
const MAX_REQUESTS = 50;
/** Messages of a channel come in order; others may overtake each other. */
const AT_ONCE: Readonly<Record<NotifierType, number>> = {
  slack: 1,
  'sentry-issue': 4,
  pagerduty: 4,
  webhook: 4,
};

export async function sendAlerts(
  postings: readonly Posting[],
  { type, post, stop }: { readonly type: NotifierType; readonly post: Post; readonly stop: AbortSignal },
): Promise<AlertDelivery> {
  const told: Change[] = postings.flatMap(({ request, covers }) => (request === null ? covers : []));
  const all = postings.filter(({ request }) => request !== null);
  const waiting = all.slice(0, MAX_REQUESTS);
  const reasons: string[] = [];
  const inTurn = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (next.request === null) continue;
      const outcome = await post(next.request, stop);
      if (outcome.ok) told.push(...next.covers);
      else reasons.push(outcome.reason);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE[type] }, inTurn));
  const untold = postings.reduce((sum, { covers }) => sum + covers.length, 0) - told.length;
  const beyond = all.length > MAX_REQUESTS ? `more than ${MAX_REQUESTS} changes at once` : null;
  return { told, untold, reason: reasons[0] ?? beyond };
}
