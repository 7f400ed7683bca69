/** Runs that can be compared: the same target, profile, environment and shard. */

import { kindKey } from '../../http/same-target.ts';
import type { RunFacts } from '../../model/report.ts';

export function isSameKind(a: RunFacts, b: RunFacts): boolean {
  return kindKey(a) === kindKey(b);
}
