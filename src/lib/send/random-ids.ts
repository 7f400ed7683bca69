/** Random ids, drawn from the operating system a block at a time: a call for each id costs more than the id. */
import { randomFillSync } from 'node:crypto';

/** Bytes of one block; enough for the ids of some 150 webhooks. */
const BLOCK_BYTES = 4_096;

const block = Buffer.allocUnsafeSlow(BLOCK_BYTES);
let used = BLOCK_BYTES;

/** @param bytes how many, up to 64; two hex digits come of each */
export function randomHex(bytes: number): string {
  if (used + bytes > BLOCK_BYTES) {
    randomFillSync(block);
    used = 0;
  }
  used += bytes;
  return block.toString('hex', used - bytes, used);
}
