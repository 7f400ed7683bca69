/** Results that the store cannot take: as many as fit in memory, those that tell most. */
import type { TestResult } from '../../model/result.ts';
import { URGENCIES, urgencyOf } from '../digest/urgency.ts';

/**
 * Broken ones held at most, and doubtful ones, and fine ones: some 10 KB each, more with long answers. No fewer than
 * traces can be read (`trace.limit`), so that what they say finds its result.
 */
export const MAX_UNSAVED = 1_000;

export interface UnsavedResults {
  readonly add: (result: TestResult) => void;
  /** In the order in which they came. */
  readonly held: () => readonly TestResult[];
  /** The first so many of those held are kept elsewhere after all. */
  readonly taken: (first: number) => void;
  /** How many came and were not taken, held or not. */
  readonly count: () => number;
}

export function createUnsavedResults(limit = MAX_UNSAVED): UnsavedResults {
  const held: TestResult[] = [];
  const room = new Map(URGENCIES.map((urgency) => [urgency, limit]));
  let count = 0;
  return {
    add: (result) => {
      count++;
      const urgency = urgencyOf(result);
      const left = room.get(urgency) ?? 0;
      if (left === 0) return;
      room.set(urgency, left - 1);
      held.push(result);
    },
    held: () => held,
    taken: (first) => {
      for (const result of held.splice(0, first)) {
        const urgency = urgencyOf(result);
        room.set(urgency, (room.get(urgency) ?? 0) + 1);
      }
      count -= first;
    },
    count: () => count,
  };
}
