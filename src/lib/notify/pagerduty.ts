/** Events for the Events API v2 of PagerDuty (developer.pagerduty.com/docs/events-api-v2-overview). Pure. */
import type { AlertFacts, Change } from '../model/alert.ts';
import type { Notifier } from '../model/notifier.ts';
import { stableId } from './outage-key.ts';
import { jsonRequest, type Posting } from './posting.ts';
import { affected, changedText, hintOf, line, reason, title, toOpen } from './words.ts';

/** PagerDuty refuses longer summaries. */
const MAX_SUMMARY = 1_024;
const MAX_DEDUP_KEY = 255;
/** Leaves room for the digest and the prefix of the key. */
const SHOWN_KEY = 200;

/** The same for the trigger and the resolve of an outage, in every run. */
export function dedupKey(key: string, facts: AlertFacts): string {
  return `prod-e2e/${line(key, SHOWN_KEY)}/${stableId(key, facts)}`.slice(0, MAX_DEDUP_KEY);
}

/** Each outage is a separate alert, closed by its own resolve event. */
export function pagerdutyPostings(
  changes: readonly Change[],
  {
    notifier,
    facts,
  }: { readonly notifier: Extract<Notifier, { readonly type: 'pagerduty' }>; readonly facts: AlertFacts },
): readonly Posting[] {
  return changes.map((change) => ({
    request: jsonRequest(notifier.url, {
      routing_key: notifier.routingKey,
      dedup_key: dedupKey(change.outage.key, facts),
      ...eventOf(change, { severity: notifier.severity, facts }),
    }),
    covers: [change],
  }));
}

function eventOf(
  change: Change,
  { severity, facts }: { readonly severity: string; readonly facts: AlertFacts },
): object {
  if (change.kind === 'working') return { event_action: 'resolve' };
  const { outage, since } = change;
  const { cause, runId } = outage.last;
  const { testId, traceId } = cause.failing;
  const open = toOpen(outage, facts);
  const hint = hintOf(outage, facts);
  const changed = changedText(outage, facts);
  const names = affected(change);
  return {
    event_action: 'trigger',
    client: 'prod-e2e',
    payload: {
      summary: line(`${title(change)}: ${reason(change)}`, MAX_SUMMARY),
      source: line(facts.target),
      severity,
      timestamp: facts.startedAt,
      component: line(names.join(', ')),
      group: line(facts.environment),
      class: line(cause.code),
      custom_details: {
        broken_since: since,
        ...(changed === null ? {} : { changed }),
        ...(open !== null && 'command' in open ? { open: open.command } : {}),
        ...(hint === null ? {} : { try: hint }),
        scenarios: names.map((name) => line(name)),
        broken_tests: cause.tests,
        judged_tests: cause.judged,
        run_id: runId,
        test_id: testId,
        trace_id: traceId,
        ...(facts.profile === null ? {} : { profile: facts.profile }),
      },
    },
    links: open === null || 'command' in open ? [] : [{ href: open.url, text: `Open the ${open.label}` }],
  };
}
