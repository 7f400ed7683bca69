/** Durations with a unit: `500ms`, `10s`, `2m`, `1h`. */

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

export const DURATION_PATTERN = /^\d+(?:\.\d+)?(?:ms|s|m|h)$/;

/** Milliseconds, rounded to whole ones; null when the text is not a duration with a unit. */
export function parseDuration(text: string): number | null {
  if (!DURATION_PATTERN.test(text)) return null;
  const unit = text.replace(/^[\d.]+/, '');
  const factor = UNIT_MS[unit];
  return factor === undefined ? null : Math.round(Number.parseFloat(text) * factor);
}
