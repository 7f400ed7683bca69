/** Removes old runs: never the one that has just ended, one that is still going on, or one that this version does not understand. */
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
 * A run without an end may be one that another process is at, on another machine even: only when nothing was written
 * for so long, in milliseconds, is it taken for one that was killed. Where a process of this machine has the number of
 * the one that began it, it takes longer: that may be another one by now.
 */
const STILL_MS = 24 * 60 * 60 * 1000;
const STILL_WITH_PROCESS_MS = 30 * STILL_MS;

/**
 * Runs beyond `keep` that stay because their webhooks left something behind: with the run, what removes it would be lost.
 * The newest of them; a target whose clean-up always fails must not fill the disk.
 */
export const MAX_RUNS_WITH_LEFTOVERS = 100;

/** A folder that is being removed is no run any more, whatever becomes of the removal. */
const REMOVED = /^\.\d{8}-\d{6}-[0-9a-z]{5}\.removed$/;

/**
 * Removes those beyond the `keep` runs that were stored last.
 * @param own the run that has just ended; it stays unless none is to be kept, however many were stored since it began
 * @returns ids of those that went although they had left something behind
 * @throws ProdE2eError `STORE_UNAVAILABLE` for the first that could not be removed, once all others are
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
  // Also what another process began to remove and was killed at.
  for (const name of await readdir(runs).catch(() => []))
    if (REMOVED.test(name)) await attempt(remove(path.join(runs, name)));
  tidyOrder(dataDir, await runFolders(dataDir));
  if (failures.length > 0) throw failures[0];
  return dropped;
}

/** What to report of removed runs; null where none had left anything. */
export function droppedText(ids: readonly string[]): string | null {
  if (ids.length === 0) return null;
  const shown = `${ids.slice(0, DROPPED_SHOWN).join(', ')}${ids.length > DROPPED_SHOWN ? ', …' : ''}`;
  return `${countOf(ids.length, 'saved run')} with left-overs removed (keep, and more than ${MAX_RUNS_WITH_LEFTOVERS} such runs): ${shown}`;
}

const DROPPED_SHOWN = 5;

/** True also where that cannot be read. */
async function hasLeftOvers(folder: string): Promise<boolean> {
  if (!existsSync(path.join(folder, CLEANUP_FILE))) return false;
  const state = await readCleanupState(folder).catch(() => null);
  return state === null || state.open.size > 0;
}

/** The time by the clock of the disk, which sets the times of files: that of a server may differ from this machine's. */
async function storeTime(justWritten: string | null): Promise<number> {
  const stats = justWritten === null ? null : await stat(justWritten).catch(() => null);
  return stats?.mtimeMs ?? Date.now();
}

async function isOver(folder: string, nowMs: number): Promise<boolean> {
  try {
    const head = await savedHead(path.join(folder, HEAD_FILE));
    if (head !== null && !isStarted(head)) return true;
    const hasProcess = head?.owner !== undefined && isAlive(head.owner);
    // Either way: what was written long after now was written long before the clock was set back.
    const quietMs = Math.abs(nowMs - (await lastWritten(folder)));
    return quietMs > (hasProcess ? STILL_WITH_PROCESS_MS : STILL_MS);
  } catch {
    // Of a newer version, or gone already.
    return false;
  }
}

/** Milliseconds since the epoch. */
async function lastWritten(folder: string): Promise<number> {
  const files = (await readdir(folder)).map((name) => path.join(folder, name));
  const times = await Promise.all([folder, ...files].map(async (each) => (await lstat(each)).mtimeMs));
  return Math.max(...times);
}

/** In one step, so that a run is never found half removed. */
async function setAside(runs: string, id: string): Promise<void> {
  try {
    await rename(path.join(runs, id), path.join(runs, `.${id}.removed`));
  } catch (thrown) {
    // Another process that ends just now had the same in mind.
    if (codeOf(thrown) !== 'ENOENT') throw unremovable(path.join(runs, id), thrown);
  }
}

async function remove(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (thrown) {
    // Two at once get into each other's way; the folder goes all the same.
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
