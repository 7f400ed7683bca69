/** Names of spans that come back from trace to trace, and what of the others does. */

/** UUIDs, and longer runs of hex digits with a digit among them: another one each time. */
const ID = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|(?<![a-z0-9])(?=[a-f]*\d)[0-9a-f]{8,}(?![a-z0-9])/gi;
const NUMBER = /\d+/g;
/** A name of which less is left says nothing. */
const MIN_LETTERS = 3;
/** Longer names are generated: queries, URLs with everything in them. */
const LONGEST_NAME = 200;
/** Interpolation of the config would read it. */
const INTERPOLATION = '${';

/** The name itself; null where it holds an id, or cannot stand in a config. */
export function stableName(name: string): string | null {
  return isUsable(name) && name.search(ID) === -1 ? name : null;
}

/** The name with `*` for its ids and numbers; null where nothing of it is left, or it had none. */
export function generalName(name: string): string | null {
  if (!isUsable(name)) return null;
  const general = name.replaceAll(ID, '*').replaceAll(NUMBER, '*').replaceAll(/\*+/g, '*');
  if (general === name) return null;
  return (general.match(/\p{L}/gu)?.length ?? 0) >= MIN_LETTERS ? general : null;
}

function isUsable(name: string): boolean {
  return (
    name.trim() !== '' &&
    name.trim() === name &&
    name.length <= LONGEST_NAME &&
    !/\p{C}/u.test(name) &&
    !name.includes(INTERPOLATION)
  );
}
