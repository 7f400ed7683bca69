/** Since when scenarios have been broken and what has changed, in the words of the terminal report. */
import type { BrokenSince } from '../../../model/report.ts';
import { countOf, numberText, timeText } from '../../../terminal/quantities.ts';
import type { Page } from './page.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `this run; last worked 2 h earlier (run 20261128-224410-c18ja)`; null if it is not known. */
export function sinceText(
  { head }: Pick<Page, 'head'>,
  { since, sinceRun, runs, lastWorked }: BrokenSince,
): string | null {
  const ago = (iso: string) => earlierText(iso, head.startedAt);
  const worked = lastWorked === null ? null : `last worked ${ago(lastWorked.at)} (run ${lastWorked.runId})`;
  if (runs === 1) return worked === null ? null : `this run; ${worked}`;
  const first = `${ago(since)}${sinceRun === null ? '' : ` (run ${sinceRun})`}`;
  return worked === null
    ? `at least ${numberText(runs)} runs; the first known is from ${first}`
    : `${numberText(runs)} runs, first ${first}; ${worked}`;
}

/** `2 h earlier`, which stays true when a saved report is shown later. */
function earlierText(iso: string, than: string): string {
  const ms = Date.parse(than) - Date.parse(iso);
  // Also for a clock that was set back.
  if (!(ms >= 0)) return timeText(iso);
  if (ms < 2 * MINUTE_MS) return `${Math.round(ms / 1000)} s earlier`;
  if (ms < 2 * HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min earlier`;
  if (ms < 2 * DAY_MS) return `${Math.round(ms / HOUR_MS)} h earlier`;
  return `${countOf(Math.round(ms / DAY_MS), 'day')} earlier`;
}

/** `this run; last worked …` of these scenarios: one text if it is the same for all of them, else one for each. */
export function sinceTexts(page: Pick<Page, 'head'>, scenarios: Iterable<string>): readonly string[] {
  return textsOf(page, scenarios, (entry) => sinceText(page, entry));
}

/** `fetch-gex-data now fails`: what their traces show that those of their last working tests do not. */
export function changedTexts(page: Pick<Page, 'head'>, scenarios: Iterable<string>): readonly string[] {
  return textsOf(page, scenarios, ({ changed }) => changed ?? null);
}

function textsOf(
  { head }: Pick<Page, 'head'>,
  scenarios: Iterable<string>,
  textOf: (entry: BrokenSince) => string | null,
): readonly string[] {
  const wanted = new Set(scenarios);
  const known = head.brokenSince.flatMap((entry) => {
    const text = wanted.has(entry.scenario) ? textOf(entry) : null;
    return text === null ? [] : [{ scenario: entry.scenario, text }];
  });
  const distinct = [...new Set(known.map(({ text }) => text))];
  const [only] = distinct;
  if (only !== undefined && distinct.length === 1 && known.length === wanted.size) return [only];
  return known.map(({ scenario, text }) => `${scenario}: ${text}`);
}
