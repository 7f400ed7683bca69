/** Runs that can be held against each other: of the same target, profile, environment and shard. */
import type { RunFacts } from '../model/report.ts';
import { isSameTarget } from '../same-target.ts';

export function isSameKind(a: RunFacts, b: RunFacts): boolean {
  return (
    isSameTarget(a.target, b.target) &&
    a.profile === b.profile &&
    a.environment === b.environment &&
    a.shard?.index === b.shard?.index &&
    a.shard?.total === b.shard?.total
  );
}
