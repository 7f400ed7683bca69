/** Times as SDKs write them: Unix seconds as a number, or ISO 8601 with up to nanoseconds. */
import type { Json } from '../../lib/model/json.ts';

const ISO_TIME = /^(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?:([Zz])|([+-]\d{2}):?(\d{2}))?$/;

/** Beyond it there are no dates. */
const MAX_SECONDS = 8.64e12;

/** `Date.parse` drops what is finer than a millisecond and reads a time without a zone as local; Sentry means UTC. */
function isoSeconds(text: string): number | null {
  const match = ISO_TIME.exec(text);
  if (match === null) return null;
  const [, date, time, fraction = '', , hours, minutes] = match;
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  const wholeSecondsMs = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(wholeSecondsMs) ? null : wholeSecondsMs / 1_000 + Number(`0.${fraction}`);
}

/** Unix seconds with fractions; null for what is no time. */
export function unixSeconds(value: Json | undefined): number | null {
  if (typeof value === 'string') return isoSeconds(value);
  return typeof value === 'number' && Math.abs(value) <= MAX_SECONDS ? value : null;
}
