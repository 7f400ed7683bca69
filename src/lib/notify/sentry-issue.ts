/** One issue in Sentry for each outage: an event in the trace of the failing test. Pure. */
import type { AlertFacts, Cause, Change, Outage } from '../model/alert.ts';
import { type EnvelopeOptions, envelopeRequest } from './envelope.ts';
import type { Posting } from './posting.ts';
import { affected, changedText, hintOf, line, reason, title } from './words.ts';

/** Sentry drops longer tag values (docs.sentry.io: "Customize Tags") and cuts longer transaction names. */
const MAX_TAG = 200;

/**
 * A DSN cannot resolve an issue, so nothing is sent when the outage is over: the issue is resolved in Sentry, by hand
 * or by the project's auto resolve. If the outage returns, it is an event of the same issue, which Sentry then reopens.
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
    const { outage, since } = change;
    const { cause } = outage.last;
    const hint = hintOf(outage, facts);
    const changed = changedText(outage, facts);
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
      transaction: line(cause.scenario, MAX_TAG),
      fingerprint: fingerprintOf(outage, facts),
      tags: tagsOf(outage, facts),
      contexts: traceOf(cause),
      extra: {
        target: facts.target,
        scenarios: affected(change).map((name) => line(name)),
        broken_tests: cause.tests,
        judged_tests: cause.judged,
        broken_since: since,
        ...(changed === null ? {} : { changed }),
        ...(hint === null ? {} : { try: hint }),
      },
    };
    return { request: envelopeRequest({ type: 'event', eventId, payload }, envelope), covers: [change] };
  });
}

/** Contains neither scenarios nor numbers: an outage that grows or returns stays the same issue. */
export function fingerprintOf(
  { key }: Pick<Outage, 'key'>,
  { target, environment }: AlertFacts,
): readonly string[] {
  return ['prod-e2e', target, environment, key];
}

function tagsOf({ last: { cause, runId } }: Outage, { profile }: AlertFacts) {
  const { scenario, code, stage, failing } = cause;
  const tags = {
    'prod_e2e.scenario': scenario,
    'prod_e2e.code': code,
    ...(stage === null ? {} : { 'prod_e2e.stage': stage }),
    'prod_e2e.run_id': runId,
    'prod_e2e.test_id': failing.testId,
    ...(profile === null ? {} : { 'prod_e2e.profile': profile }),
  };
  return Object.fromEntries(Object.entries(tags).map(([name, value]) => [name, line(value, MAX_TAG)]));
}

/** Sentry does not accept a trace without a span. */
function traceOf({ failing: { traceId, spanId } }: Cause) {
  return spanId === null ? {} : { trace: { trace_id: traceId, span_id: spanId } };
}
