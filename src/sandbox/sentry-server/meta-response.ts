/** The counts of a trace in the shape of Sentry's `GET /api/0/organizations/{org}/trace-meta/{id}/`. */
import type { JsonObject } from '../../lib/model/json.ts';
import type { StoredTrace } from './span-store.ts';

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

export function metaResponse({ spans, errors }: StoredTrace): JsonObject {
  const perSegment = countBy(spans.map((span) => span.segmentId ?? ''));
  return {
    errorsCount: errors.length,
    logsCount: 0,
    metricsCount: 0,
    performanceIssuesCount: 0,
    spansCount: spans.length,
    spansCountMap: Object.fromEntries(countBy(spans.map((span) => span.op ?? 'default'))),
    transactionChildCountMap: [...perSegment].map(([id, count]) => ({
      'transaction.event_id': id,
      'count()': count,
    })),
    uptimeCount: 0,
  };
}
