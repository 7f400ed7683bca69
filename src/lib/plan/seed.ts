/**
 * A seed is `<text>` or `<text>+<offset>`. The offset says where the walk through the dimensions begins, so that the
 * seed printed by a run which went on after an earlier one still reproduces that run alone.
 */
import { createHash } from 'node:crypto';

const WITH_OFFSET = /\+(\d{1,6})$/;

export function seedWithOffset(text: string, offset: number): string {
  return `${text}+${offset}`;
}

/** Where the walk begins; a seed without an offset has one of its own. */
export function offsetOfSeed(seed: string, combinations: number): number {
  const written = WITH_OFFSET.exec(seed)?.[1];
  const offset =
    written === undefined ? createHash('sha256').update(seed).digest().readUInt32LE(0) : Number(written);
  return offset % Math.max(1, combinations);
}
