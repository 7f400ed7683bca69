/** What Sentry has of the one webhook's trace: did a service continue it, keep it, and how soon could it be read? */
import type { UnverifiedReason } from '../model/result.ts';
import { durationText } from '../terminal/quantities.ts';
import { adviceFor, solutionsFor, TRACES_SAMPLER_SNIPPET } from '../trace/advice.ts';
import type { ApiFailure } from '../trace/sentry-api/failures.ts';
import { type Check, fail, ok, warn } from './check.ts';

export interface TraceFacts {
  /** Null when spans of the target came and stopped coming. */
  readonly reason: UnverifiedReason | null;
  /** Of Sentry's API, where that is the reason; else null. */
  readonly failure: ApiFailure | null;
  /** Spans that are not ours. */
  readonly foreignCount: number;
  /** Services they come from. */
  readonly services: readonly string[];
  /** From the answer to the first look that showed a span of the target; null where none came. */
  readonly readableAfterMs: number | null;
  readonly waitedMs: number;
}

export function traceChecks(facts: TraceFacts): readonly Check[] {
  const { reason, failure } = facts;
  if (reason === null || reason === 'late' || reason === 'not-settled')
    return [...continued(facts), readable(facts)];
  const { meaning, solutions } = adviceFor(reason);
  const after = ` (waited ${durationText(facts.waitedMs)})`;
  switch (reason) {
    case 'not-found':
    case 'only-our-spans':
      return [fail('trace-continued', meaning + after, [...solutions, TRACES_SAMPLER_SNIPPET])];
    case 'sampled-out':
      return [
        ok('trace-continued', 'A service reported an error in the same trace'),
        fail('sampling', meaning, [...solutions, TRACES_SAMPLER_SNIPPET]),
      ];
    default:
      return [fail('trace-read', failure?.message ?? meaning + after, solutionsFor(reason, failure))];
  }
}

function continued({ foreignCount, services }: TraceFacts): readonly Check[] {
  const spans = foreignCount === 1 ? '1 span' : `${foreignCount} spans`;
  const from = services.length === 0 ? 'the target' : services.join(', ');
  return [
    ok('trace-continued', `${spans} of ${from} in the same trace`),
    ok('sampling', 'The target kept its spans'),
  ];
}

function readable({ reason, readableAfterMs, waitedMs }: TraceFacts): Check {
  const message = `The trace could be read ${durationText(readableAfterMs ?? waitedMs)} after the answer`;
  if (reason === null) return ok('trace-readable', message);
  const why =
    reason === 'late' ? 'spans were still arriving' : 'it was not certain that no more spans arrive';
  return warn(
    'trace-readable',
    `${message}; ${why} after ${durationText(waitedMs)}`,
    adviceFor(reason).solutions,
  );
}
