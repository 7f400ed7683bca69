/** Signed JSON for any receiver, as Standard Webhooks defines it: `type`, `timestamp`, `data`, and three headers. Pure. */
import type { AlertFacts, Change, Outage } from '../model/alert.ts';
import type { Notifier } from '../model/notifier.ts';
import { signatureHeaders } from '../send/signing.ts';
import { SCHEMES } from '../senders/schemes.ts';
import { stableId } from './outage-key.ts';
import { jsonRequest, type Posting } from './posting.ts';
import { affected, changedText, hintOf, reason, title } from './words.ts';

/** Dots separate the levels of a name made of letters, digits and underscores (standard-webhooks, "Payload structure"). */
const TYPE: Readonly<Record<Change['kind'], string>> = {
  broken: 'prod_e2e.scenario.broken',
  'still-broken': 'prod_e2e.scenario.still_broken',
  working: 'prod_e2e.scenario.working',
};

export function webhookPostings(
  changes: readonly Change[],
  {
    notifier,
    facts,
    nowMs,
  }: {
    readonly notifier: Extract<Notifier, { readonly type: 'webhook' }>;
    readonly facts: AlertFacts;
    /** Receivers refuse messages signed more than five minutes ago. */
    readonly nowMs: number;
  },
): readonly Posting[] {
  return changes.map((change) => {
    const request = jsonRequest(notifier.url, payloadOf(change, facts));
    const signature = signatureHeaders(
      { form: SCHEMES['standard-webhooks'], secrets: notifier.secrets, mode: 'valid' },
      {
        body: request.body,
        id: messageId(change, facts),
        timestampSeconds: Math.floor(nowMs / 1_000),
      },
    );
    return { request: { ...request, headers: { ...request.headers, ...signature } }, covers: [change] };
  });
}

/** A message that is resent, because its delivery was not confirmed, keeps its id, even in the next run. */
function messageId({ kind, outage, since }: Change, facts: AlertFacts): string {
  const run = kind === 'still-broken' ? `_${facts.runId}` : '';
  return `msg_${kind}_${stableId(outage.key, facts)}_${Date.parse(since)}${run}`;
}

function payloadOf(change: Change, facts: AlertFacts) {
  const { kind, outage, since } = change;
  const { cause, runId } = outage.last;
  const [scenario = cause.scenario, ...more] = affected(change);
  return {
    type: TYPE[kind],
    timestamp: facts.startedAt,
    data: {
      /** The same for all messages about this outage. */
      key: stableId(outage.key, facts),
      title: title(change),
      reason: reason(change),
      scenario,
      scenarios: [scenario, ...more],
      code: cause.code,
      stage: cause.stage,
      since,
      runId: kind === 'working' ? facts.runId : runId,
      target: facts.target,
      environment: facts.environment,
      profile: facts.profile,
      ...(kind === 'working' ? {} : detailsOf(outage, facts)),
    },
  };
}

function detailsOf(outage: Outage, facts: AlertFacts) {
  const { cause } = outage.last;
  const { testId, traceId, traceUrl, issueUrl } = cause.failing;
  return {
    changed: changedText(outage, facts),
    hint: hintOf(outage, facts),
    brokenTests: cause.tests,
    judgedTests: cause.judged,
    testId,
    traceId,
    traceUrl,
    issueUrl,
  };
}
