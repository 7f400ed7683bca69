/** Signed JSON for anybody, as Standard Webhooks has it: `type`, `timestamp`, `data`, and three headers. Pure. */
import type { AlertFacts, Change } from '../model/alert.ts';
import type { Notifier } from '../model/notifier.ts';
import { signatureHeaders } from '../send/signing.ts';
import { SCHEMES } from '../senders/schemes.ts';
import { stableId } from './grouping.ts';
import { jsonRequest, type Posting } from './posting.ts';
import { line, reason, title } from './words.ts';

/** Full stops make a hierarchy of names of letters, digits and underscores (standard-webhooks, "Payload structure"). */
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
    /** Receivers refuse what was signed more than five minutes ago. */
    readonly nowMs: number;
  },
): readonly Posting[] {
  return changes.map((change) => {
    const request = jsonRequest(notifier.url, payloadOf(change, facts));
    const signature = signatureHeaders(
      { form: SCHEMES['standard-webhooks'], secrets: notifier.secrets, mode: 'valid' },
      {
        body: request.body,
        // One message of a run about one thing: what comes twice is seen to be the same.
        id: `msg_${facts.runId}_${stableId(change.key, facts)}`,
        timestampSeconds: Math.floor(nowMs / 1_000),
      },
    );
    return { request: { ...request, headers: { ...request.headers, ...signature } }, covers: [change] };
  });
}

function payloadOf(change: Change, facts: AlertFacts) {
  const { scenario, code } = change.kind === 'working' ? change.told : change.cause;
  return {
    type: TYPE[change.kind],
    timestamp: facts.startedAt,
    data: {
      /** The same for all messages about this. */
      key: stableId(change.key, facts),
      title: title(change),
      reason: reason(change),
      scenario,
      code,
      since: change.kind === 'working' ? change.told.since : change.since,
      runId: facts.runId,
      target: facts.target,
      environment: facts.environment,
      profile: facts.profile,
      ...(change.kind === 'working' ? {} : detailsOf(change)),
    },
  };
}

function detailsOf({ cause }: Extract<Change, { readonly cause: unknown }>) {
  const { testId, traceId, traceUrl } = cause.failing;
  return {
    hint: cause.hint === null ? null : line(cause.hint),
    brokenTests: cause.tests,
    judgedTests: cause.judged,
    testId,
    traceId,
    traceUrl,
  };
}
