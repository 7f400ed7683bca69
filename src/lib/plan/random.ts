/** Seeded randomness: the same seed and test index give the same values on every machine. */
import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Random {
  /** A whole number, both ends included. */
  readonly int: (from: number, to: number) => number;
  /** A number from 0 up to, but not including, 1. */
  readonly fraction: () => number;
}

/**
 * A generator of its own for each label, so that no test's values depend on how many others were rendered. It is made when
 * it is first asked: most payloads draw nothing.
 */
export function seededRandom(seed: string, label: string | number): Random {
  let made: ReturnType<typeof xoroshiro128plus> | null = null;
  const generator = () => {
    made ??= xoroshiro128plus(seedNumber(`${seed}:${label}`));
    return made;
  };
  return {
    int: (from, to) => uniformInt(generator(), from, to),
    fraction: () => uniformFloat64(generator()),
  };
}

function seedNumber(text: string): number {
  return createHash('sha256').update(text).digest().readInt32LE(0);
}
