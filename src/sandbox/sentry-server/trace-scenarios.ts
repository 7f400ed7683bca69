/** Which scenario a trace belongs to, by what was received. */
import type { JsonObject } from '../../lib/model/json.ts';
import { textAt } from '../json-fields.ts';
import type { ReceivedItems } from './received-items.ts';

/** Written by the sender on its root span. */
const SENDER_ATTRIBUTE = 'prod_e2e.scenario';

/** Written by the target on its spans. */
const TARGET_ATTRIBUTE = 'scenario';

/** As many as the store keeps traces. */
const MAX_TRACES = 20_000;

export interface TraceScenarios {
  /** Learns scenarios from the items and returns the ids of their traces. */
  learn(items: ReceivedItems): ReadonlySet<string>;
  /** Null while unknown. */
  of(traceId: string): string | null;
}

const scenarioIn = (attributes: JsonObject): string | null =>
  textAt(attributes, SENDER_ATTRIBUTE) ?? textAt(attributes, TARGET_ATTRIBUTE);

export function createTraceScenarios(maxTraces: number = MAX_TRACES): TraceScenarios {
  const scenarios = new Map<string, string>();
  return {
    learn(items) {
      const traceIds = new Set<string>();
      for (const { traceId, attributes } of [...items.spans, ...items.errors]) {
        if (traceId === null) continue;
        traceIds.add(traceId);
        const scenario = scenarioIn(attributes);
        if (scenario === null || scenarios.has(traceId)) continue;
        scenarios.set(traceId, scenario);
        const oldest = scenarios.keys().next();
        if (scenarios.size > maxTraces && !oldest.done) scenarios.delete(oldest.value);
      }
      return traceIds;
    },
    of: (traceId) => scenarios.get(traceId) ?? null,
  };
}
