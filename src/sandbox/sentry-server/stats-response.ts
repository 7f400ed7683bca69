/** What was accepted and dropped, as Sentry's Stats show it: `stats_v2` for all, `events-dropped` for one dataset. */
import type { Json, JsonObject } from '../../lib/model/json.ts';
import { isoTime } from './span-fields.ts';
import type { StoredOutcome } from './span-store.ts';

/** Of `stats_v2`, each with what it is for one outcome. */
const GROUPS = {
  project: ({ projectId }) => projectId,
  outcome: ({ outcome }) => outcome,
  category: ({ category }) => category,
  reason: ({ reason }) => reason ?? 'none',
} satisfies Record<string, (outcome: StoredOutcome) => Json>;

type Group = keyof typeof GROUPS;

const isGroup = (name: string): name is Group => Object.hasOwn(GROUPS, name);

/** Those a query asks for, by project, outcome, category and reason; without one of these, any. */
export function requestedOutcomes(
  outcomes: readonly StoredOutcome[],
  search: URLSearchParams,
): readonly StoredOutcome[] {
  return outcomes.filter((outcome) =>
    Object.entries(GROUPS).every(([name, pick]) => {
      const requested = search.getAll(name).filter((value) => value !== '-1');
      return requested.length === 0 || requested.includes(String(pick(outcome)));
    }),
  );
}

/** Quantities in one interval: all of it is recent here. A text says what is wrong with the request. */
export function statsResponse(
  outcomes: readonly StoredOutcome[],
  search: URLSearchParams,
  nowMs: number,
): JsonObject | string {
  const groupBy = search.getAll('groupBy');
  if (search.get('field') !== 'sum(quantity)') return 'the sandbox serves field=sum(quantity) only';
  const unknown = groupBy.find((name) => !isGroup(name));
  if (unknown !== undefined) return `Invalid groupBy: ${unknown}`;
  const now = isoTime(nowMs / 1_000);
  const groups = new Map<string, { by: JsonObject; quantity: number }>();
  for (const outcome of requestedOutcomes(outcomes, search)) {
    const by = Object.fromEntries(groupBy.filter(isGroup).map((name) => [name, GROUPS[name](outcome)]));
    const key = JSON.stringify(by);
    groups.set(key, { by, quantity: (groups.get(key)?.quantity ?? 0) + outcome.quantity });
  }
  return {
    start: now,
    end: now,
    intervals: [now],
    groups: [...groups.values()].map(({ by, quantity }) => ({
      by,
      totals: { 'sum(quantity)': quantity },
      series: { 'sum(quantity)': [quantity] },
    })),
  };
}

const DATASETS: Readonly<Record<string, string>> = { errors: 'error', spans: 'span' };

/** What was dropped of one dataset, and how much of it was accepted; null for a dataset that is not kept. */
export function droppedResponse(
  outcomes: readonly StoredOutcome[],
  search: URLSearchParams,
  nowMs: number,
): JsonObject | null {
  const category = DATASETS[search.get('dataset') ?? ''];
  if (category === undefined) return null;
  const timestamp = Math.floor(nowMs / 1_000);
  const requested = requestedOutcomes(outcomes, search).filter((outcome) => outcome.category === category);
  const isAccepted = ({ outcome }: StoredOutcome): boolean => outcome === 'accepted';
  const accepted = requested.filter(isAccepted).reduce((sum, { quantity }) => sum + quantity, 0);
  return {
    droppedEvents: requested
      .filter((outcome) => !isAccepted(outcome))
      .map(({ outcome, reason, quantity }) => ({
        timestamp,
        outcome,
        reason: reason ?? 'none',
        category,
        count: quantity,
        tags: [],
      })),
    acceptedEvents: [{ timestamp, outcome: 'accepted', reason: '', category, count: accepted, tags: [] }],
  };
}
