/** Names of time zones: which ones `Intl` knows, and which one was probably meant. */
import { distance } from 'fastest-levenshtein';

/** The time zone of the machine that runs this. */
export const LOCAL = 'local';

/** Suggested for a name that nobody knows. */
const SUGGESTED = 3;
/** More than half of a name mistyped is another name. */
const MOST_EDITS_SHARE = 0.5;

/** An IANA name in any case, `UTC`, or `local`; offsets such as `+02:00` are not known to every Node. */
export function isTimeZone(name: string): boolean {
  if (name === LOCAL) return true;
  if (!/^[a-z]/i.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** A name that is known, in its own spelling: `Europe/Berlin` of `europe/berlin`. */
export function spelledZone(name: string): string {
  return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
}

/** Known names near to one that is not, the nearest first; by the whole name or by its city alone. */
export function nearestTimeZones(typed: string): readonly string[] {
  const bare = (name: string) => name.toLowerCase().replaceAll(/[-_\s]/g, '');
  const city = (name: string) => name.slice(name.lastIndexOf('/') + 1);
  const edits = (a: string, b: string) => distance(a, b) / Math.max(a.length, b.length, 1);
  const [whole, end] = [bare(typed), city(bare(typed))];
  return ['UTC', LOCAL, ...Intl.supportedValuesOf('timeZone')]
    .map((name) => {
      const known = bare(name);
      return { name, edits: Math.min(edits(whole, known), edits(end, city(known))) };
    })
    .filter((candidate) => candidate.edits <= MOST_EDITS_SHARE)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, SUGGESTED)
    .map(({ name }) => name);
}
