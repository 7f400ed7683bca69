/** The requests for a notifier, by its type. Pure. */
import type { AlertFacts, Change } from '../model/alert.ts';
import type { Notifier } from '../model/notifier.ts';
import type { EnvelopeOptions, EnvelopeTarget } from './envelope.ts';
import { pagerdutyPostings } from './pagerduty.ts';
import type { Posting } from './posting.ts';
import { issuePostings } from './sentry-issue.ts';
import { slackPostings } from './slack.ts';
import { webhookPostings } from './webhook.ts';

export interface PostingOptions {
  readonly changes: readonly Change[];
  readonly facts: AlertFacts;
  /** Without a DSN, nothing is sent to Sentry. */
  readonly envelope: Omit<EnvelopeOptions, 'dsn'> & { readonly dsn: EnvelopeTarget | null };
  readonly release: string;
  /** 32 hex characters. */
  readonly newId: () => string;
  readonly nowMs: number;
}

export function postingsFor(notifier: Notifier, options: PostingOptions): readonly Posting[] {
  const { changes, facts, envelope, release, newId, nowMs } = options;
  const { dsn } = envelope;
  if (notifier.type === 'slack') return slackPostings(changes, { url: notifier.url, facts });
  if (notifier.type === 'pagerduty') return pagerdutyPostings(changes, { notifier, facts });
  if (notifier.type === 'webhook') return webhookPostings(changes, { notifier, facts, nowMs });
  return dsn === null
    ? []
    : issuePostings(changes, { facts, envelope: { ...envelope, dsn }, release, newId });
}
