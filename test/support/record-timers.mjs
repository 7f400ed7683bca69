// Loaded into the program with --import: notes each wait of a second or more that ran out, a line each, in milliseconds.
// What the program waited for, and how long, is then known however slow the machine is. `?log=FILE` of its URL says where.
import { appendFileSync } from 'node:fs';

const MIN_MS = 1_000;
const log = new URL(import.meta.url).searchParams.get('log');
const real = globalThis.setTimeout;

function noting(callback, ms, ...args) {
  if (!(ms >= MIN_MS)) return real(callback, ms, ...args);
  const ranOut = (...given) => {
    appendFileSync(log, `${ms}\n`);
    callback(...given);
  };
  return real(ranOut, ms, ...args);
}

globalThis.setTimeout = Object.defineProperties(noting, Object.getOwnPropertyDescriptors(real));
