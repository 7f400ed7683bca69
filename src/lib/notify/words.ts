/** Texts of messages: one harmless line, no longer than the service takes. */
import type { AlertFacts, Cause, Change, Told } from '../model/alert.ts';
import { countOf, timeText } from '../terminal/quantities.ts';
import { terminalText } from '../terminal/text.ts';

/** Characters of what an answer or a service says that a message quotes. */
export const QUOTED = 500;

/** No character is cut in half; `…` says that it goes on. */
export function line(text: string, length = QUOTED): string {
  const clean = terminalText(text).trim();
  if (clean.length <= length) return clean;
  return `${clean.slice(0, length - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

export function title(change: Change): string {
  if (change.kind === 'working') return `${line(change.told.scenario)} works again`;
  const { scenario } = change.cause;
  return `${line(scenario)} is ${change.kind === 'broken' ? 'broken' : 'still broken'}`;
}

/** What it is or was. */
export function reason(change: Change): string {
  return change.kind === 'working' ? wasBroken(change.told) : line(change.cause.message);
}

function wasBroken({ code, since }: Told): string {
  return `It was broken (${line(code)}) since ${timeText(since)}`;
}

export function extent({ tests, judged }: Cause): string {
  return `${tests} of ${countOf(judged, 'test')} of it`;
}

/** Where, in which environment and profile, and of which shard. */
export function place({ target, environment, profile, shard }: AlertFacts): string {
  const about = [
    environment,
    ...(profile === null ? [] : [`profile ${profile}`]),
    ...(shard === null ? [] : [`shard ${shard.index}/${shard.total}`]),
  ];
  return line(`${target} (${about.join(', ')})`);
}
