/**
 * The order in which runs were stored: `<data dir>/run-order.txt`, the id of a run a line, the first one stored first. A run id
 * begins with a time, and times are no order: clocks are set back, and machines that share the folder have clocks of their own.
 * Without the file, or a line of it, nothing is lost but the order: see {@link newestFirst}.
 */
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { replaceFileSync } from '../../atomic-file.ts';
import { RUN_ID, RUN_ID_SOURCE } from '../../model/run-id.ts';
import { regularSize } from './regular-file.ts';

const ORDER_FILE = 'run-order.txt';
const FILE_MODE = 0o600;
/** A larger one is damage: 10,000 runs, the most that `keep` allows, are 0.2 MiB. */
const LARGEST_BYTES = 16 * 1_048_576;
/** Lines of runs that were removed, beyond as many as there are runs, before the file is written anew. */
const STALE_LINES = 1_000;

/** Also after the beginning of a line that was cut off. */
const LINE_END = new RegExp(`${RUN_ID_SOURCE}$`, 'gm');

/** Ids of the runs in this folder, whether or not anything is in them; a link to a folder is none. Other folders are not ours, and never removed. @throws Node's own error */
export function runIdsIn(runs: string): readonly string[] {
  return readdirSync(runs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && RUN_ID.test(entry.name))
    .map((entry) => entry.name);
}

/**
 * The run that was stored last comes first. Runs that no line names (an earlier version stored them, or they were copied here)
 * came after all that have one, in the order of their ids, until the next run that is stored takes its place after them.
 */
export function newestFirst(dataDir: string, ids: readonly string[]): readonly string[] {
  const ranks = ranksIn(dataDir);
  const rankOf = (id: string) => ranks.get(id) ?? ranks.size;
  return ids.toSorted((a, b) => rankOf(b) - rankOf(a) || (a < b ? 1 : -1));
}

/** The run is stored after all others in the folder. Where that cannot be written down, its id has to do. */
export function noteStored(dataDir: string, stored: { readonly runs: string; readonly runId: string }): void {
  try {
    const ranks = ranksIn(dataDir);
    const others = runIdsIn(stored.runs).filter((id) => id !== stored.runId && !ranks.has(id));
    const file = path.join(dataDir, ORDER_FILE);
    const size = regularSize(file);
    if (size === 'other') return;
    if (size !== 'none' && size > LARGEST_BYTES) rmSync(file);
    // One write: lines of two processes do not get into each other.
    appendFileSync(file, `${[...others.toSorted(), stored.runId].join('\n')}\n`, { mode: FILE_MODE });
  } catch {
    // The run itself is stored.
  }
}

/** Drops the lines of runs that are gone, once there are many. A line that another process adds meanwhile may be lost. */
export function tidyOrder(dataDir: string, ids: readonly string[]): void {
  const ranks = ranksIn(dataDir);
  if (ranks.size <= 2 * ids.length + STALE_LINES) return;
  const left = newestFirst(dataDir, ids).toReversed();
  try {
    replaceFileSync(path.join(dataDir, ORDER_FILE), left.map((id) => `${id}\n`).join(''));
  } catch {
    // The longer file says the same.
  }
}

/** Run id → its place, counted from 0. Of an id that is there twice, as two processes may write it, the first counts. */
function ranksIn(dataDir: string): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const [id] of textOf(path.join(dataDir, ORDER_FILE)).matchAll(LINE_END))
    if (!ranks.has(id)) ranks.set(id, ranks.size);
  return ranks;
}

function textOf(file: string): string {
  const size = regularSize(file);
  if (typeof size === 'string' || size > LARGEST_BYTES) return '';
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
