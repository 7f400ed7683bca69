/** Checks that the content of a file can be walked, before anything recursive touches it. */
import { numberOf, sameNumber } from '../../json/decimal.ts';
import { ExactNumber } from '../../model/json.ts';
import { MAX_DEPTH } from '../limits.ts';
import { isPlain, type Path } from '../paths.ts';

export interface PlacedProblem {
  readonly path: Path;
  readonly problem: string;
}

export interface CheckedTree {
  /** A copy without the refused keys. */
  readonly value: unknown;
  readonly problems: readonly PlacedProblem[];
  /** False if the other checks would not terminate. */
  readonly usable: boolean;
}

/** Refuses `__proto__` as a key, cycles, and values nested too deep. */
export function checkTree(root: unknown): CheckedTree {
  const problems: PlacedProblem[] = [];
  let usable = true;
  const give = (path: Path, problem: string) => {
    usable = false;
    problems.push({ path, problem });
  };
  const walk = (value: unknown, path: Path, ancestors: readonly unknown[]): unknown => {
    if (typeof value === 'bigint') return asOption(numberOf(String(value)), path);
    if (value instanceof ExactNumber) return asOption(value, path);
    if (typeof value !== 'object' || value === null) return value;
    if (ancestors.includes(value)) return give(path, 'contains itself');
    if (path.length > MAX_DEPTH) return give(path, `is nested deeper than ${MAX_DEPTH} levels`);
    const inside = [...ancestors, value];
    if (Array.isArray(value)) return value.map((item, at) => walk(item, [...path, at], inside));
    if (!isPlain(value)) return value;
    const entries: [string, unknown][] = [];
    for (const [key, item] of Object.entries(value)) {
      if (key === '__proto__') problems.push({ path: [...path, key], problem: 'is not allowed as a key' });
      // In JavaScript, undefined means not set.
      else if (item !== undefined) entries.push([key, walk(item, [...path, key], inside)]);
    }
    return Object.fromEntries(entries);
  };
  const value = walk(root, [], []);
  if (usable && !isPlain(value)) {
    give(
      [],
      `expected an object (key: value) (got ${Array.isArray(value) ? 'a list' : `a ${typeof value}`})`,
    );
  }
  return { value, problems, usable };
}

/** Keys whose values are user data, which is sent to the target or compared with its responses. */
const DATA_KEYS: ReadonlySet<string | number> = new Set([
  ...['payload', 'payloadSchema', 'dimensions', 'set', 'match', 'schema', 'refuse', 'suspect'],
  ...['body', 'params', 'stop', 'attributes'],
]);

/** Digits matter in data; in an option, such as `rate: 2.50`, only the value does. Options that would be rounded are refused. */
function asOption(value: number | ExactNumber, path: Path): unknown {
  const isShortScenario = path.at(-3) === 'scenarios' && typeof path.at(-2) === 'number';
  if (isShortScenario || path.some((step) => DATA_KEYS.has(step))) return value;
  return sameNumber(value, Number(value)) ? Number(value) : value;
}
