/** Removes old runs, except the one that just ended, runs in progress, and runs that this version cannot read. */
import { existsSync } from 'node:fs';
import { lstat, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, messageOf, ProdE2eError } from '../../errors.ts';
import { countOf } from '../../terminal/quantities.ts';
import { runFolders } from '../history/history.ts';
import { CLEANUP_FILE } from './cleanup/records.ts';
import { readCleanupState } from './cleanup/state.ts';
import { tidyOrder } from './run-order.ts';
import { isAlive } from './run-owner.ts';
import { isStarted, savedHead } from './saved-head.ts';
import { HEAD_FILE, runsFolder } from './store.ts';

/**
 * A run without an end may still be in progress, even on another machine. It counts as killed only if nothing was written
 * for this long, in milliseconds. The limit is longer if a process on this machine has its process id, which may belong
 * to another process by now.
 */
const STILL_MS = 24 * 60 * 60 * 1000;
const STILL_WITH_PROCESS_MS = 30 * STILL_MS;

/**
 * Maximum number of runs kept beyond `keep` because their webhooks left something behind: removing them would lose the
 * clean-up calls. The newest are kept; a target whose clean-up always fails must not fill the disk.
 */
export const MAX_RUNS_WITH_LEFTOVERS = 100;

/** A folder that is being removed is no longer a run, even if the removal fails. */
const REMOVED = /^\.\d{8}-\d{6}-[0-9a-z]{5}\.removed$/;

/**
 * Removes all but the `keep` newest runs.
 * @param own the run that just ended; kept unless `keep` is 0, however many runs were stored since it began
 * @returns ids of removed runs that had left something behind
 * @throws ProdE2eError `STORE_UNAVAILABLE` for the first failure, after trying all others
 */
export async function pruneRuns(
  dataDir: string,
  { keep, own = null }: { readonly keep: number; readonly own?: string | null },
): Promise<readonly string[]> {
  const runs = runsFolder(dataDir);
  const failures: unknown[] = [];
  const attempt = (work: Promise<void>) => work.catch((thrown: unknown) => failures.push(thrown));
  const dropped: string[] = [];
  let spared = 0;
  const ids = await runFolders(dataDir);
  const ranked = own !== null && ids.includes(own) ? [own, ...ids.filter((id) => id !== own)] : ids;
  const nowMs = await storeTime(own === null ? null : path.join(runs, own, HEAD_FILE));
  for (const id of ranked.slice(keep)) {
    const folder = path.join(runs, id);
    if (!(await isOver(folder, nowMs))) continue;
    if (!(await hasLeftOvers(folder))) await attempt(setAside(runs, id));
    else if (spared < MAX_RUNS_WITH_LEFTOVERS) spared += 1;
    else {
      await attempt(setAside(runs, id));
      dropped.push(id);
    }
  }
  // Finishes removals that another process began before it was killed.
  for (const name of await readdir(runs).catch(() => []))
    if (REMOVED.test(name)) await attempt(remove(path.join(runs, name)));
  tidyOrder(dataDir, await runFolders(dataDir));
  if (failures.length > 0) throw failures[0];
  return dropped;
}

/** The message about removed runs; null if none had left anything. */
export function droppedText(ids: readonly string[]): string | null {
  if (ids.length === 0) return null;
  const shown = `${ids.slice(0, DROPPED_SHOWN).join(', ')}${ids.length > DROPPED_SHOWN ? ', …' : ''}`;
  return `${countOf(ids.length, 'saved run')} with left-overs removed (keep, and more than ${MAX_RUNS_WITH_LEFTOVERS} such runs): ${shown}`;
}

const DROPPED_SHOWN = 5;

/** Also true if the file cannot be read. */
async function hasLeftOvers(folder: string): Promise<boolean> {
  if (!existsSync(path.join(folder, CLEANUP_FILE))) return false;
  const state = await readCleanupState(folder).catch(() => null);
  return state === null || state.open.size > 0;
}

/** The time of the disk's clock, which dates the files: a file server's clock may differ from this machine's. */
async function storeTime(justWritten: string | null): Promise<number> {
  const stats = justWritten === null ? null : await stat(justWritten).catch(() => null);
  return stats?.mtimeMs ?? Date.now();
}

async function isOver(folder: string, nowMs: number): Promise<boolean> {
  try {
    const head = await savedHead(path.join(folder, HEAD_FILE));
    if (head !== null && !isStarted(head)) return true;
    const hasProcess = head?.owner !== undefined && isAlive(head.owner);
    // A file dated far in the future was written long before the clock was set back.
    const quietMs = Math.abs(nowMs - (await lastWritten(folder)));
    return quietMs > (hasProcess ? STILL_WITH_PROCESS_MS : STILL_MS);
  } catch {
    // From a newer version, or already removed.
    return false;
  }
}

/** Milliseconds since the epoch. */
async function lastWritten(folder: string): Promise<number> {
  const files = (await readdir(folder)).map((name) => path.join(folder, name));
  const times = await Promise.all([folder, ...files].map(async (each) => (await lstat(each)).mtimeMs));
  return Math.max(...times);
}

/** A rename, so that no half-removed run is ever visible. */
async function setAside(runs: string, id: string): Promise<void> {
  try {
    await rename(path.join(runs, id), path.join(runs, `.${id}.removed`));
  } catch (thrown) {
    // Another process removed it at the same time.
    if (codeOf(thrown) !== 'ENOENT') throw unremovable(path.join(runs, id), thrown);
  }
}

async function remove(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (thrown) {
    // Two processes may collide here; the folder is removed anyway.
    if (await stat(folder).catch(() => null)) throw unremovable(folder, thrown);
  }
}

function unremovable(folder: string, thrown: unknown): ProdE2eError {
  return new ProdE2eError(`The old run ${folder} cannot be removed (${messageOf(thrown)}).`, {
    code: 'STORE_UNAVAILABLE',
    hints: ['Remove it by hand, or keep more runs: --keep, or keep in the config.'],
    cause: thrown,
  });
}
