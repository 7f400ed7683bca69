/** The facts of a report that are known before anything is sent. */
import type { RunFacts } from '../../model/report.ts';

export function factsOf(head: RunFacts): RunFacts {
  const { schemaVersion, tool, runId, target, seed, profile } = head;
  const { environment, startedAt, planned, scenarios, shard, source, sandbox } = head;
  return {
    schemaVersion,
    tool,
    runId,
    target,
    ...(sandbox === undefined ? {} : { sandbox }),
    seed,
    profile,
    environment,
    startedAt,
    planned,
    scenarios,
    shard,
    ...(source === undefined ? {} : { source }),
  };
}
