/** Seeded randomness: the same seed and test index give the same values on every machine. */
import { createHash } from 'node:crypto';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

export interface Random {
  /** An integer, both ends included. */
  readonly int: (from: number, to: number) => number;
  /** A number from 0 up to, but not including, 1. */
  readonly fraction: () => number;
}

/**
 * A separate generator for each label, so that no test's values depend on how many others were rendered. It is created on first
 * use, since most payloads draw nothing.
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

/**
 * A seed is `<text>` or `<text>+<offset>`. The offset is where the walk through the dimensions begins, so that the
 * seed printed by a run which went on after an earlier one still reproduces that run alone.
 */
const WITH_OFFSET = /\+(\d{1,6})$/;

export function seedWithOffset(text: string, offset: number): string {
  return `${text}+${offset}`;
}

/** Where the walk begins. For a seed without an offset it is derived from the seed. */
export function offsetOfSeed(seed: string, combinations: number): number {
  const written = WITH_OFFSET.exec(seed)?.[1];
  const offset =
    written === undefined ? createHash('sha256').update(seed).digest().readUInt32LE(0) : Number(written);
  return offset % Math.max(1, combinations);
}
