/** Message texts: one safe line, no longer than the service accepts. */
import type { AlertFacts, Change, Outage } from '../model/alert.ts';
import { needsSavedRun } from '../report/store/unsaved.ts';
import { countOf, timeText } from '../terminal/quantities.ts';
import { terminalText } from '../terminal/text.ts';
import { webAddress } from '../terminal/web-address.ts';

/** Number of characters of a response or a service's message that are quoted. */
export const QUOTED = 500;

/** Cuts no character in half; `…` marks the cut. */
export function line(text: string, length = QUOTED): string {
  const clean = terminalText(text).trim();
  if (clean.length <= length) return clean;
  return `${clean.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The scenarios that an outage breaks now; if it is over, those that work again. */
export function affected({ kind, outage, brokenOtherwise }: Change): readonly string[] {
  const all = outage.scenarios.map(({ name }) => name);
  if (kind === 'working') {
    const work = all.filter((name) => !brokenOtherwise.includes(name));
    return work.length === 0 ? all : work;
  }
  const now = outage.scenarios.flatMap(({ name, worked }) => (worked === 0 ? [name] : []));
  return now.length === 0 ? all : now;
}

/** `CHOP is broken at data-enrichment`, `CHOP and 4 more scenarios are broken`, `CHOP works again`. */
export function title(change: Change): string {
  const { kind, outage, brokenOtherwise } = change;
  const names = affected(change);
  const who = namesText(names);
  const isOne = names.length === 1;
  if (kind === 'working') {
    const works = outage.scenarios.some(({ name }) => !brokenOtherwise.includes(name));
    return works ? `${who} ${isOne ? 'works' : 'work'} again` : `An earlier outage of ${who} is over`;
  }
  const { stage } = outage.last.cause;
  const at = stage === null ? '' : ` at ${line(stage)}`;
  return `${who} ${isOne ? 'is' : 'are'} ${kind === 'broken' ? '' : 'still '}broken${at}`;
}

function namesText([first = '', ...more]: readonly string[]): string {
  const [second] = more;
  if (second === undefined) return line(first);
  if (more.length === 1) return `${line(first)} and ${line(second)}`;
  return `${line(first)} and ${countOf(more.length, 'more scenario')}`;
}

/** What the outage is or was. */
export function reason({ kind, outage, since, brokenOtherwise }: Change): string {
  const { stage, message } = outage.last.cause;
  if (kind !== 'working') return line(message);
  const other =
    brokenOtherwise.length === 0 ? '' : ` (${namesText(brokenOtherwise)}: now broken by another cause)`;
  const at = stage === null ? '' : `${line(stage)}: `;
  return line(`Broken since ${timeText(since)}: ${at}${message}`, QUOTED - other.length) + other;
}

/** `2026-08-01 12:00:00 UTC (3 failing runs)`. */
export function sinceText({ since, outage }: Change): string {
  const runs = outage.failedRuns > 1 ? ` (${countOf(outage.failedRuns, 'failing run')} in a row)` : '';
  return `${timeText(since)}${runs}`;
}

/** `fetch-gex-data now fails`: what the failing traces show that those of working tests do not; null if this run found nothing. */
export function changedText({ last: { cause } }: Outage, { brokenSince }: AlertFacts): string | null {
  // A scenario may be broken by several causes; what changed is known of its first broken test.
  const entry = brokenSince.find(({ traceId }) => traceId === cause.failing.traceId);
  return entry?.changed === undefined ? null : line(entry.changed);
}

export function extent({ last }: Outage): string {
  const { tests, judged } = last.cause;
  return `${tests} of ${countOf(judged, 'test')} failed`;
}

export type ToOpen =
  | { readonly url: string; readonly label: 'Sentry issue' | 'trace' }
  /** Nothing to see in Sentry. */
  | { readonly command: string };

/** The one thing to open: the issue in Sentry, the trace of a failing test, else the report of the run; null where that is not saved. */
export function toOpen({ last: { cause, runId } }: Outage, { unsaved }: AlertFacts): ToOpen | null {
  const { issueUrl, traceUrl, responded } = cause.failing;
  const issue = issueUrl === null ? null : webAddress(issueUrl);
  if (issue !== null) return { url: issue, label: 'Sentry issue' };
  const trace = traceUrl === null || !responded ? null : webAddress(traceUrl);
  if (trace !== null) return { url: trace, label: 'trace' };
  return unsaved ? null : { command: `prod-e2e report show ${runId}` };
}

/** What to do about it, unless that needs a saved run and this one is not saved. */
export function hintOf({ last: { cause } }: Outage, { unsaved }: AlertFacts): string | null {
  return cause.hint === null || (unsaved && needsSavedRun(cause.hint)) ? null : line(cause.hint);
}

/** Target, environment, profile and shard. */
export function place({ target, environment, profile, shard }: AlertFacts): string {
  const about = [
    environment,
    ...(profile === null ? [] : [`profile ${profile}`]),
    ...(shard === null ? [] : [`shard ${shard.index}/${shard.total}`]),
  ];
  return line(`${target} (${about.join(', ')})`);
}
