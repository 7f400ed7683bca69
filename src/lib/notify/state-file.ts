/**
 * What alerts remember from run to run: `<data dir>/alerts/<kind of run>.json`, one file for all runs against the same
 * target, profile, environment and shard. Not with the saved runs: `keep` removes those, even for runs of other targets.
 *
 * One run at a time reads, sends and writes (guarded by a lock file), so that runs that end together report an outage once.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { replaceFile } from '../atomic-file.ts';
import { codeOf } from '../errors.ts';
import { kindKey } from '../http/same-target.ts';
import type { RunFacts } from '../model/report.ts';
import { makeFolders } from '../report/store/folders.ts';
import { regularSize, regularText } from '../report/store/regular-file.ts';
import { isAlive, isRunOwner, thisProcess } from '../report/store/run-owner.ts';
import { parsed } from '../report/store/saved-json.ts';
import { sleep } from '../sleep.ts';
import { type AlertState, readState, stateJson } from './state.ts';

export interface OpenAlertState {
  /** Null where no earlier run left a readable state. */
  readonly state: AlertState | null;
  /** Writes the whole file or nothing. @throws Node's own error where it cannot be written */
  readonly save: (state: AlertState) => Promise<void>;
  /** Releases the lock. */
  readonly close: () => Promise<void>;
}

const FOLDER = 'alerts';
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;
const DIGEST_LENGTH = 16;
/** Longer than any run takes to send alerts: the run that held the lock is gone. */
const STALE_MS = 15_000;
const LOOK_AGAIN_MS = 25;
/** A state untouched for this long belongs to a target that is no longer tested. */
const FORGOTTEN_MS = 90 * 86_400_000;

/** @returns null where another run holds the lock too long */
export async function openAlertState(
  dataDir: string,
  facts: RunFacts,
  stop: AbortSignal,
): Promise<OpenAlertState | null> {
  const folder = path.join(dataDir, FOLDER);
  const file = path.join(folder, `${kindOf(facts)}.json`);
  const unlock = await locked(folder, { file: `${file}.lock`, stop });
  if (unlock === null) return null;
  const text = await regularText(file);
  if (text === null) await forgetOld(folder);
  return {
    state: text === null ? null : readState(parsed(text)),
    save: (state) => replaceFile(file, `${JSON.stringify(stateJson(state), null, 2)}\n`),
    close: unlock,
  };
}

function kindOf(facts: RunFacts): string {
  return createHash('sha256').update(kindKey(facts)).digest('hex').slice(0, DIGEST_LENGTH);
}

/** Where no lock can be created (a folder that is not writable), nothing can hold one. */
async function locked(
  folder: string,
  { file, stop }: { readonly file: string; readonly stop: AbortSignal },
): Promise<(() => Promise<void>) | null> {
  const owner = JSON.stringify(thisProcess());
  const unlocked = async () => {};
  try {
    makeFolders(folder, FOLDER_MODE);
  } catch {
    return unlocked;
  }
  for (;;) {
    try {
      await writeFile(file, owner, { flag: 'wx', mode: FILE_MODE });
      return () => rm(file, { force: true }).catch(() => {});
    } catch (thrown) {
      if (codeOf(thrown) !== 'EEXIST') return unlocked;
    }
    if (stop.aborted) return null;
    if (await isStale(file)) await takeAway(file);
    await sleep(LOOK_AGAIN_MS, stop);
  }
}

async function isStale(file: string): Promise<boolean> {
  // A pipe or a device is not our lock.
  if (regularSize(file) === 'other') return true;
  const [owner, changed] = await Promise.all([
    regularText(file).then((text) => text ?? ''),
    stat(file).then(
      ({ mtimeMs }) => mtimeMs,
      () => Date.now(),
    ),
  ]);
  const by = parsed(owner);
  const isGone = isRunOwner(by) && by.host === hostname() && !isAlive(by);
  return isGone || Math.abs(Date.now() - changed) > STALE_MS;
}

/** If several runs find a stale lock, one moves it away; the others find none, or the new one. */
async function takeAway(file: string): Promise<void> {
  const away = `${file}.${randomUUID()}`;
  await rename(file, away).catch(() => {});
  await rm(away, { force: true });
}

async function forgetOld(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const file = path.join(folder, name);
    const age = await stat(file).then(
      ({ mtimeMs }) => Date.now() - mtimeMs,
      () => 0,
    );
    if (age > FORGOTTEN_MS) await rm(file, { force: true, recursive: true }).catch(() => {});
  }
}
