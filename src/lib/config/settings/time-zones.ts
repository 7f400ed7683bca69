/** Names of time zones: which ones `Intl` supports, and which one was probably meant. */
import { distance } from 'fastest-levenshtein';

/** The time zone of the machine that runs this. */
export const LOCAL = 'local';

/** Number of suggestions for an unknown name. */
const SUGGESTED = 3;
/** With more than half of it mistyped, it is another name. */
const MAX_EDITS_SHARE = 0.5;

/** An IANA name in any case, `UTC`, or `local`; not every Node version supports offsets such as `+02:00`. */
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

/** The exact spelling of a known name: `Europe/Berlin` for `europe/berlin`. */
export function spelledZone(name: string): string {
  return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone;
}

/** Known names close to an unknown one, closest first; compares the whole name, or only its city. */
export function nearestTimeZones(typed: string): readonly string[] {
  const bare = (name: string) => name.toLowerCase().replaceAll(/[-_\s]/g, '');
  const city = (name: string) => name.slice(name.lastIndexOf('/') + 1);
  const edits = (a: string, b: string) => distance(a, b) / Math.max(a.length, b.length, 1);
  const [full, end] = [bare(typed), city(bare(typed))];
  return ['UTC', LOCAL, ...Intl.supportedValuesOf('timeZone')]
    .map((name) => {
      const known = bare(name);
      return { name, edits: Math.min(edits(full, known), edits(end, city(known))) };
    })
    .filter((candidate) => candidate.edits <= MAX_EDITS_SHARE)
    .sort((a, b) => a.edits - b.edits)
    .slice(0, SUGGESTED)
    .map(({ name }) => name);
}
