/** Values with a unit, and times of day. Durations: `500ms`, `10s`, `2m`, `1h`. */

import { MS_PER_UNIT } from '../../terminal/quantities.ts';

export const DURATION_PATTERN = /^\d+(?:\.\d+)?(?:ms|s|m|h)$/;

/** Milliseconds, rounded to an integer; null when the text is not a duration with a unit. */
export function parseDuration(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null;
  const unit = text.replace(/^[\d.]+/, '');
  const factor = MS_PER_UNIT[unit];
  return factor === undefined ? null : Math.round(Number.parseFloat(text) * factor);
}

/** Sizes with a unit: `512B`, `64KiB`, `1MiB`; `kB` and `MB` are decimal. */

const UNIT_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1000,
  KB: 1000,
  MB: 1000 ** 2,
  GB: 1000 ** 3,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
};

export const BYTES_PATTERN = /^\d+(?:\.\d+)?(?:B|kB|KB|MB|GB|KiB|MiB|GiB)$/;

/** Bytes, an integer; null when the text is not a size with a unit. */
export function parseBytes(text: string): number | null {
  if (!BYTES_PATTERN.test(text)) return null;
  const unit = text.replace(/^[\d.]+/, '');
  const factor = UNIT_BYTES[unit];
  return factor === undefined ? null : Math.round(Number.parseFloat(text) * factor);
}

/** `HH:MM` as minutes since midnight. */
export function minutesOf(time: string): number {
  const [hours, minutes] = time.split(':').map(Number);
  return (hours ?? 0) * 60 + (minutes ?? 0);
}
