/** Picks the tests whose traces are read: broken ones first, then doubtful ones, then the others in order. */
import type { TestResult } from '../model/result.ts';
import type { Candidate } from './verification.ts';

export interface Candidates {
  readonly add: (candidate: Candidate) => void;
  readonly picked: () => readonly Candidate[];
}

/** Holds no more than `limit` of each kind, however many tests there are. */
export function createCandidates(limit: number): Candidates {
  const kinds: readonly Candidate[][] = [[], [], []];
  return {
    add: (candidate) => {
      const kind = kinds[urgency(candidate.result)];
      if (kind !== undefined && kind.length < limit) kind.push(candidate);
    },
    picked: () => kinds.flat().slice(0, limit),
  };
}

function urgency({ verdict, warnings, missingData, flaky }: TestResult): number {
  if (verdict === 'broken') return 0;
  return warnings.length + missingData.length > 0 || flaky ? 1 : 2;
}
