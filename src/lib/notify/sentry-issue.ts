/** One issue in Sentry for each failing scenario: an event in the trace of the failing test. Pure. */
import type { AlertFacts, Cause, Change } from '../model/alert.ts';
import { type EnvelopeOptions, envelopeRequest } from './envelope.ts';
import type { Posting } from './posting.ts';
import { line, reason, title } from './words.ts';

/** Sentry drops longer values of tags (docs.sentry.io: "Customize Tags"), and cuts longer names of transactions. */
const MAX_TAG = 200;

/**
 * Nothing can be told through a DSN of a scenario that works again: its issue is resolved in Sentry, by hand or by the
 * project's auto resolve. The next event of it makes a regression of the issue then.
 */
export function issuePostings(
  changes: readonly Change[],
  {
    facts,
    envelope,
    release,
    newId,
  }: {
    readonly facts: AlertFacts;
    readonly envelope: EnvelopeOptions;
    readonly release: string;
    /** 32 hex characters. */
    readonly newId: () => string;
  },
): readonly Posting[] {
  return changes.map((change) => {
    if (change.kind === 'working') return { request: null, covers: [change] };
    const eventId = newId();
    const text = `${title({ ...change, kind: 'broken' })}: ${reason(change)}`;
    const payload = {
      event_id: eventId,
      timestamp: envelope.sentAt,
      platform: 'node',
      level: 'error',
      logger: 'prod-e2e',
      environment: facts.environment,
      release,
      logentry: { message: text, formatted: text },
      transaction: line(change.cause.scenario, MAX_TAG),
      fingerprint: fingerprintOf(change.cause, facts),
      tags: tagsOf(change.cause, facts),
      contexts: traceOf(change.cause),
      extra: {
        target: facts.target,
        broken_tests: change.cause.tests,
        judged_tests: change.cause.judged,
        broken_since: change.since,
        ...(change.cause.hint === null ? {} : { try: line(change.cause.hint) }),
      },
    };
    return { request: envelopeRequest({ type: 'event', eventId, payload }, envelope), covers: [change] };
  });
}

/** Neither the message nor the code is in it: a scenario that fails in another way is the same issue. */
export function fingerprintOf(
  { scenario }: Pick<Cause, 'scenario'>,
  { target, environment }: AlertFacts,
): readonly string[] {
  return ['prod-e2e', target, environment, scenario];
}

function tagsOf({ scenario, code, failing }: Cause, { runId, profile }: AlertFacts) {
  const tags = {
    'prod_e2e.scenario': scenario,
    'prod_e2e.code': code,
    'prod_e2e.run_id': runId,
    'prod_e2e.test_id': failing.testId,
    ...(profile === null ? {} : { 'prod_e2e.profile': profile }),
  };
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, line(value, MAX_TAG)]));
}

/** A trace without the span in it is no trace to Sentry. */
function traceOf({ failing: { traceId, spanId } }: Cause) {
  return spanId === null ? {} : { trace: { trace_id: traceId, span_id: spanId } };
}
