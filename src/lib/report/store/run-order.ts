/**
 * The order in which runs were stored: `<data dir>/run-order.txt`, one run id per line, the oldest first. A run id begins
 * with a time, but clocks are set back, and machines that share the folder have different clocks.
 * If the file or a line of it is missing, only the order is lost: see {@link newestFirst}.
 */
import { appendFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { replaceFileSync } from '../../atomic-file.ts';
import { RUN_ID, RUN_ID_SOURCE } from '../../model/run-id.ts';
import { regularSize } from './regular-file.ts';

const ORDER_FILE = 'run-order.txt';
const FILE_MODE = 0o600;
/** A larger file is damaged: 10,000 runs, the maximum of `keep`, take 0.2 MiB. */
const MAX_BYTES = 16 * 1_048_576;
/** The file is rewritten once it has this many lines of removed runs in addition to one per saved run. */
const STALE_LINES = 1_000;

/** Matches the id even if it was appended to a cut-off line. */
const LINE_END = new RegExp(`${RUN_ID_SOURCE}$`, 'gm');

/** Ids of the runs in this folder, including empty ones, but not links. Other folders are not ours and are never removed. @throws Node's own error */
export function runIdsIn(runs: string): readonly string[] {
  return readdirSync(runs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && RUN_ID.test(entry.name))
    .map((entry) => entry.name);
}

/**
 * The newest run first. Runs without a line (stored by an earlier version or copied here) come after all others, sorted by
 * id, until the next run is stored and gets its line after them.
 */
export function newestFirst(dataDir: string, ids: readonly string[]): readonly string[] {
  const ranks = ranksIn(dataDir);
  const rankOf = (id: string) => ranks.get(id) ?? ranks.size;
  return ids.toSorted((a, b) => rankOf(b) - rankOf(a) || (a < b ? 1 : -1));
}

/** Records that the run is the newest in the folder. If that fails, its id decides its place. */
export function noteStored(dataDir: string, stored: { readonly runs: string; readonly runId: string }): void {
  try {
    const ranks = ranksIn(dataDir);
    const others = runIdsIn(stored.runs).filter((id) => id !== stored.runId && !ranks.has(id));
    const file = path.join(dataDir, ORDER_FILE);
    const size = regularSize(file);
    if (size === 'other') return;
    if (size !== 'none' && size > MAX_BYTES) rmSync(file);
    // A single write, so that lines of two processes do not mix.
    appendFileSync(file, `${[...others.toSorted(), stored.runId].join('\n')}\n`, { mode: FILE_MODE });
  } catch {
    // The run itself is saved anyway.
  }
}

/** Drops the lines of removed runs once there are many. A line that another process adds at the same time may be lost. */
export function tidyOrder(dataDir: string, ids: readonly string[]): void {
  const ranks = ranksIn(dataDir);
  if (ranks.size <= 2 * ids.length + STALE_LINES) return;
  const left = newestFirst(dataDir, ids).toReversed();
  try {
    replaceFileSync(path.join(dataDir, ORDER_FILE), left.map((id) => `${id}\n`).join(''));
  } catch {
    // The longer file contains the same.
  }
}

/** Run id → its place, counted from 0. If two processes wrote the same id, its first line counts. */
function ranksIn(dataDir: string): ReadonlyMap<string, number> {
  const ranks = new Map<string, number>();
  for (const [id] of textOf(path.join(dataDir, ORDER_FILE)).matchAll(LINE_END))
    if (!ranks.has(id)) ranks.set(id, ranks.size);
  return ranks;
}

function textOf(file: string): string {
  const size = regularSize(file);
  if (typeof size === 'string' || size > MAX_BYTES) return '';
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
