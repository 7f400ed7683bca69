/** Removes old runs, and none that is still going on or that this version does not understand. */
import { existsSync } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { codeOf, messageOf, ProdE2eError } from '../errors.ts';
import { countOf } from '../terminal/quantities.ts';
import { CLEANUP_FILE } from './cleanup/records.ts';
import { readCleanupState } from './cleanup/state.ts';
import { runFolders } from './history.ts';
import { keptHead } from './kept-head.ts';
import { HEAD_FILE, runsFolder } from './store.ts';

/**
 * A run without an end may be one that another process is at, on another machine even: only when nothing was written
 * for so long, in milliseconds, is it taken for one that was killed.
 */
const STILL_MS = 24 * 60 * 60 * 1000;

/**
 * Runs beyond `keep` that stay because their webhooks left something behind: with the run, what removes it would be lost.
 * The newest of them; a target whose clean-up always fails must not fill the disk.
 */
export const LEFT_OVER_RUNS_KEPT = 100;

/** A folder that is being removed is no run any more, whatever becomes of the removal. */
const REMOVED = /^\.\d{8}-\d{6}-[0-9a-z]{5}\.removed$/;

/**
 * Removes the oldest runs beyond `keep`.
 * @returns ids of those that went although they had left something behind
 * @throws ProdE2eError `STORE_UNAVAILABLE` for the first that could not be removed, once all others are
 */
export async function pruneRuns(dataDir: string, keep: number): Promise<readonly string[]> {
  const runs = runsFolder(dataDir);
  const failures: unknown[] = [];
  const attempt = (work: Promise<void>) => work.catch((thrown: unknown) => failures.push(thrown));
  const dropped: string[] = [];
  let spared = 0;
  for (const id of (await runFolders(dataDir)).slice(keep)) {
    const folder = path.join(runs, id);
    if (!(await isOver(folder))) continue;
    if (!(await hasLeftOvers(folder))) await attempt(setAside(runs, id));
    else if (spared < LEFT_OVER_RUNS_KEPT) spared += 1;
    else {
      await attempt(setAside(runs, id));
      dropped.push(id);
    }
  }
  // Also what another process began to remove and was killed at.
  for (const name of await readdir(runs).catch(() => []))
    if (REMOVED.test(name)) await attempt(remove(path.join(runs, name)));
  if (failures.length > 0) throw failures[0];
  return dropped;
}

/** For whoever had runs removed: null where none had left anything. */
export function droppedText(ids: readonly string[]): string | null {
  if (ids.length === 0) return null;
  const shown = `${ids.slice(0, DROPPED_SHOWN).join(', ')}${ids.length > DROPPED_SHOWN ? ', …' : ''}`;
  return `${countOf(ids.length, 'saved run')} with left-overs removed (keep, and more than ${LEFT_OVER_RUNS_KEPT} such runs): ${shown}`;
}

const DROPPED_SHOWN = 5;

/** True also where that cannot be read. */
async function hasLeftOvers(folder: string): Promise<boolean> {
  if (!existsSync(path.join(folder, CLEANUP_FILE))) return false;
  const state = await readCleanupState(folder).catch(() => null);
  return state === null || state.open.size > 0;
}

async function isOver(folder: string): Promise<boolean> {
  try {
    const head = await keptHead(path.join(folder, HEAD_FILE));
    if (head !== null && head.endedAt !== null) return true;
    return Date.now() - (await lastWritten(folder)) > STILL_MS;
  } catch {
    // Of a newer version, or gone already.
    return false;
  }
}

/** Milliseconds since the epoch. */
async function lastWritten(folder: string): Promise<number> {
  const files = (await readdir(folder)).map((name) => path.join(folder, name));
  const times = await Promise.all([folder, ...files].map(async (each) => (await stat(each)).mtimeMs));
  return Math.max(...times);
}

/** In one step: nobody finds a run of which a part is gone. */
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
