/** Random draws that a seed repeats. */
import { createHash } from 'node:crypto';

export interface Draw {
  /** A whole number from 0 up to, but not, the bound. */
  readonly below: (bound: number) => number;
}

export function drawFrom(seed: string): Draw {
  let drawn = 0;
  return {
    below: (bound) => {
      const hash = createHash('sha256').update(`${seed}/${drawn++}`).digest();
      return hash.readUInt32BE(0) % bound;
    },
  };
}
