/** Picks the tests whose traces are read: broken ones first, then doubtful ones, then the others in order. */
import { URGENCIES, type Urgency, urgencyOf } from '../report/digest/urgency.ts';
import type { Candidate } from './candidate.ts';

export interface Candidates {
  readonly add: (candidate: Candidate) => void;
  readonly picked: () => readonly Candidate[];
}

/** Holds no more than `limit`, with their whole answers, however many tests there are. */
export function createCandidates(limit: number): Candidates {
  const kinds: Readonly<Record<Urgency, Candidate[]>> = { broken: [], doubtful: [], fine: [] };
  let count = 0;
  return {
    add: (candidate) => {
      const urgency = urgencyOf(candidate.result);
      if (count === limit && !makeRoom(kinds, urgency)) return;
      kinds[urgency].push(candidate);
      count = Math.min(count + 1, limit);
    },
    picked: () => URGENCIES.flatMap((urgency) => kinds[urgency]),
  };
}

/** Lets the last one go that is less urgent; false where there is none. */
function makeRoom(kinds: Readonly<Record<Urgency, Candidate[]>>, urgency: Urgency): boolean {
  const less = URGENCIES.slice(URGENCIES.indexOf(urgency) + 1).toReversed();
  return less.some((each) => kinds[each].pop() !== undefined);
}
