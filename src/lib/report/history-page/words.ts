/** Shares and spans of time on the history page. */
import { countOf, timeText } from '../../terminal/quantities.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** `3 days`, `26 hours`, `5 minutes`; of two units, the smaller one below twice the larger. */
export function spanText(ms: number): string {
  if (ms >= 2 * DAY_MS) return countOf(Math.floor(ms / DAY_MS), 'day');
  if (ms >= 2 * HOUR_MS) return countOf(Math.floor(ms / HOUR_MS), 'hour');
  if (ms >= MINUTE_MS) return countOf(Math.floor(ms / MINUTE_MS), 'minute');
  return 'less than a minute';
}

/** `99.98 %`; cut off, not rounded, so that only all of them are 100 %. Null without any. */
export function shareText(part: number, all: number): string | null {
  if (all === 0) return null;
  return `${Math.floor((10_000 * part) / all) / 100} %`;
}

/** `20260801-120000-k3f9z · 2026-08-01 12:00:00 UTC` */
export function runText({
  runId,
  startedAt,
}: {
  readonly runId: string;
  readonly startedAt: string;
}): string {
  return `${runId} · ${timeText(startedAt)}`;
}

const MONTHS: readonly string[] = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** `Aug 1`, for an ISO 8601 time in UTC. */
export function dayText(iso: string): string {
  const month = MONTHS[Number(iso.slice(5, 7)) - 1];
  return month === undefined ? iso : `${month} ${Number(iso.slice(8, 10))}`;
}

/** A time on an axis: the hour and minute (UTC) if the axis spans less than two days, else the day. */
export function axisTime(spanMs: number): (atMs: number) => string {
  return (atMs) => {
    const iso = new Date(atMs).toISOString();
    return spanMs < 2 * DAY_MS ? iso.slice(11, 16) : dayText(iso);
  };
}
