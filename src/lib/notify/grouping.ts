/** What counts as one thing to be told, and how it is called over time. */
import { createHash } from 'node:crypto';
import type { AlertFacts, Cause } from '../model/alert.ts';
import type { NotifierType } from '../model/notifier.ts';

/** `cause`: a scenario and a code of a finding; `scenario`: a scenario, whatever breaks it. */
export type Grouping = 'cause' | 'scenario';

export function groupingOf(type: NotifierType): Grouping {
  return type === 'sentry-issue' ? 'scenario' : 'cause';
}

/** The same for the same thing in every run. */
export function keyOf({ scenario, code }: Pick<Cause, 'scenario' | 'code'>, grouping: Grouping): string {
  return grouping === 'cause' ? `${scenario}/${code}` : scenario;
}

/** Hex digits of a digest in a key: two things out of a million get the same one once in a billion times. */
const DIGEST_LENGTH = 16;

/** The same for everything that happens to one thing, at one target in one environment, whoever runs it. */
export function stableId(key: string, { target, profile, environment, shard }: AlertFacts): string {
  // What works again in one shard may still be broken in another.
  const part = shard === null ? [] : [shard.index, shard.total];
  const place = JSON.stringify([target, profile, environment, ...part, key]);
  return createHash('sha256').update(place).digest('hex').slice(0, DIGEST_LENGTH);
}
