/** Does this machine's clock agree with the target's? Told from the Date header of an answer (RFC 9110, 6.6.1). */
import { durationText } from '../terminal/quantities.ts';
import { type Check, ok, warn } from './check.ts';

/** Spans of two machines whose clocks differ by more than this many milliseconds are hard to read together. */
const DIFFERENCE_WARNED_MS = 2_000;
/** The header tells whole seconds, rounded down. */
const RESOLUTION_MS = 1_000;

export interface DatedResponse {
  /** The header; undefined where there was none. */
  readonly date: string | undefined;
  /** Milliseconds since the epoch, of this machine's clock. */
  readonly sentMs: number;
  readonly receivedMs: number;
}

/**
 * How far the target's clock is ahead of this one, in milliseconds, negative for behind: the least that explains the
 * header, 0 where both can agree. Null without a usable header.
 */
export function clockDifferenceMs({ date, sentMs, receivedMs }: DatedResponse): number | null {
  const toldMs = Date.parse(date ?? '');
  if (!Number.isFinite(toldMs)) return null;
  if (toldMs > receivedMs) return toldMs - receivedMs;
  if (toldMs + RESOLUTION_MS < sentMs) return toldMs + RESOLUTION_MS - sentMs;
  return 0;
}

/** Null where the answer does not tell. */
export function clockCheck(answer: DatedResponse): Check | null {
  const differenceMs = clockDifferenceMs(answer);
  if (differenceMs === null) return null;
  if (Math.abs(differenceMs) <= DIFFERENCE_WARNED_MS) return ok('clock', 'Agrees with that of the target');
  const side = differenceMs > 0 ? 'behind' : 'ahead of';
  return warn(
    'clock',
    `This clock is at least ${durationText(Math.abs(differenceMs))} ${side} the target's`,
    ['Synchronise both with NTP: timestamps, signatures and traces are off by that much.'],
  );
}
