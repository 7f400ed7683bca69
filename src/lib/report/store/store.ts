/**
 * Saved runs: `<data dir>/runs/<run id>/results.ndjson`, one complete line a result; `verified.ndjson`, results again with
 * what their traces said; and `run.json`, written completely or not at all.
 *
 * What survives what:
 * - The end of this process, at any moment and of any kind (kill -9, too): every result that was appended. The operating
 *   system has its line before `append` returns, and no result is reported before that.
 * - The end of the machine (power loss): what was forced onto the disk. That is `run.json` at the start, each update with
 *   what a trace said, and at the end everything, folders included. Between start and end results.ndjson is not forced:
 *   a disk takes longer for that than many a webhook for its response. The last seconds of a run in progress may be lost
 *   then; what is left is complete lines and at most one that is cut off.
 */

import {
  chmodSync,
  closeSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { replaceFileSync } from '../../atomic-file.ts';
import { codeOf, messageOf, ProdE2eError } from '../../errors.ts';
import { writeJson } from '../../json/text.ts';
import type { ReportHead, RunFacts } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import { makeFolders } from './folders.ts';
import { noteStored } from './run-order.ts';
import { type RunOwner, thisProcess } from './run-owner.ts';

/** What `run.json` holds while the run is in progress; the complete head replaces it at the end. */
export interface StartedRun extends RunFacts {
  readonly endedAt: null;
  readonly nextOffset: number;
  /** The process that is at it; not there in a run of an earlier version. */
  readonly owner?: RunOwner;
}

export interface RunWriter {
  /** Path of the run's folder. */
  readonly folder: string;
  /**
   * Returns once the operating system has the lines: they survive the end of this process.
   * Throws with the file as it was before: nothing of them stays behind, and the next ones may be tried.
   */
  readonly append: (...results: readonly TestResult[]) => void;
  /** A result again, with what its trace said; it takes the place of the first one. On the disk when it returns. */
  readonly update: (result: TestResult) => void;
  /** All files are on the disk when it returns. */
  readonly finish: (head: ReportHead) => void;
}

export const RESULTS_FILE = 'results.ndjson';
/** Results whose trace was read, in full; bounded by the number of traces that are read. */
export const VERIFIED_FILE = 'verified.ndjson';
export const HEAD_FILE = 'run.json';
/** No room, or none left for this user. */
const FULL = new Set(['ENOSPC', 'EDQUOT']);
export const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

export function runsFolder(dataDir: string): string {
  return path.join(dataDir, 'runs');
}

/** @throws ProdE2eError `STORE_UNAVAILABLE`; the caller goes on without keeping the run, and nothing of it is left */
export function startRun(options: { readonly dataDir: string; readonly started: StartedRun }): RunWriter {
  const folder = path.join(runsFolder(options.dataDir), options.started.runId);
  return orUnavailable(folder, () => {
    makeFolders(path.dirname(folder), FOLDER_MODE);
    closeToOthers(path.dirname(folder));
    // Not recursive: a run id that is taken must fail here rather than mix two runs.
    makeOwn(folder, options.started.runId);
    try {
      // The head first: results without a head are of less use than a run without results.
      writeHead(folder, { ...options.started, owner: thisProcess() });
      const writer = writerIn(folder);
      noteStored(options.dataDir, { runs: path.dirname(folder), runId: options.started.runId });
      return writer;
    } catch (thrown) {
      rmSync(folder, { recursive: true, force: true });
      throw thrown;
    }
  });
}

function makeOwn(folder: string, runId: string): void {
  try {
    mkdirSync(folder, { mode: FOLDER_MODE });
  } catch (thrown) {
    if (codeOf(thrown) !== 'EEXIST') throw thrown;
    throw new ProdE2eError(
      `The run cannot be saved: there is a run with the id ${runId} already in ${folder}.`,
      {
        code: 'STORE_UNAVAILABLE',
        hints: ['A run that is started again gets an id of its own.'],
        cause: thrown,
      },
    );
  }
}

/** The folder may be there with other rights; where they cannot be changed, those of the files in it still hold. */
function closeToOthers(folder: string): void {
  try {
    chmodSync(folder, FOLDER_MODE);
  } catch {
    // Another user's folder.
  }
}

function writerIn(folder: string): RunWriter {
  const results = openSync(path.join(folder, RESULTS_FILE), 'ax', FILE_MODE);
  // Nobody else writes into it.
  let size = 0;
  return {
    folder,
    append: (...added) =>
      orUnavailable(folder, () => {
        size = writeLines(results, added, size);
      }),
    update: (result) =>
      orUnavailable(folder, () => {
        const verified = openSync(path.join(folder, VERIFIED_FILE), 'a', FILE_MODE);
        try {
          writeLines(verified, [result], fstatSync(verified).size);
          fsyncSync(verified);
        } finally {
          closeSync(verified);
        }
      }),
    finish: (head) =>
      orUnavailable(folder, () => {
        try {
          fsyncSync(results);
        } finally {
          closeSync(results);
        }
        writeHead(folder, head);
        // The folders as well: a file that is on the disk without its name is lost.
        for (const each of [folder, path.dirname(folder)]) syncFolder(each);
      }),
  };
}

/**
 * All of the lines or nothing of them: the beginning of one, on a disk that is full, would spoil the one after it.
 * @returns the size of the file afterwards
 */
export function writeLines(file: number, items: readonly object[], size: number): number {
  const bytes = Buffer.from(items.map((item) => `${writeJson(item)}\n`).join(''));
  try {
    for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
  } catch (thrown) {
    ftruncateSync(file, size);
    throw thrown;
  }
  return size + bytes.length;
}

function writeHead(folder: string, head: object): void {
  replaceFileSync(path.join(folder, HEAD_FILE), `${JSON.stringify(head, null, 2)}\n`);
}

/** Not every system opens folders (Windows does not), nor does every file system force them. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Then the system writes it in its own time.
  }
}

function orUnavailable<Result>(folder: string, action: () => Result): Result {
  try {
    return action();
  } catch (thrown) {
    if (thrown instanceof ProdE2eError) throw thrown;
    throw new ProdE2eError(`The run cannot be kept in ${folder} (${messageOf(thrown)}).`, {
      code: 'STORE_UNAVAILABLE',
      hints: [
        `${FULL.has(codeOf(thrown) ?? '') ? 'Make some room there' : 'Make the folder writable'}, or give another one: dataDir in the config, PROD_E2E_DATA_DIR.`,
      ],
      cause: thrown,
    });
  }
}
