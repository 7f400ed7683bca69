/**
 * Saved runs: `<data dir>/runs/<run id>/results.ndjson`, one complete line per result; `verified.ndjson`, results with their
 * traces; and `run.json`, written completely or not at all.
 *
 * Durability:
 * - If the process ends, at any time and in any way (even kill -9), no appended result is lost. The operating system has
 *   the line before `append` returns, and a result is only reported after that.
 * - If the machine loses power, only what was synced to disk remains: `run.json` at the start, each update with a trace,
 *   and everything, including folders, at the end. In between, results.ndjson is not synced, because that takes longer than
 *   many a webhook's response. The last seconds of a run in progress may be lost; complete lines remain, and at most one
 *   that is cut off.
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
  /** The process that runs it; absent in runs of earlier versions. */
  readonly owner?: RunOwner;
}

export interface RunWriter {
  /** Path of the run's folder. */
  readonly folder: string;
  /**
   * Returns once the operating system has the lines: they survive the end of this process.
   * If it throws, the file is unchanged, and further lines may be tried.
   */
  readonly append: (...results: readonly TestResult[]) => void;
  /** Replaces a result by the same one with its trace. On disk when it returns. */
  readonly update: (result: TestResult) => void;
  /** All files are on disk when it returns. */
  readonly finish: (head: ReportHead) => void;
}

export const RESULTS_FILE = 'results.ndjson';
/** Complete results whose trace was read; bounded by the number of traces that are read. */
export const VERIFIED_FILE = 'verified.ndjson';
export const HEAD_FILE = 'run.json';
/** Disk full, or quota exceeded. */
const FULL = new Set(['ENOSPC', 'EDQUOT']);
export const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

export function runsFolder(dataDir: string): string {
  return path.join(dataDir, 'runs');
}

/** @throws ProdE2eError `STORE_UNAVAILABLE`; the caller continues without saving the run, and no part of it remains */
export function startRun(options: { readonly dataDir: string; readonly started: StartedRun }): RunWriter {
  const folder = path.join(runsFolder(options.dataDir), options.started.runId);
  return orUnavailable(folder, () => {
    makeFolders(path.dirname(folder), FOLDER_MODE);
    restrictToOwner(path.dirname(folder));
    // Not recursive: an existing run id must fail here, so that two runs do not mix.
    createRunFolder(folder, options.started.runId);
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

function createRunFolder(folder: string, runId: string): void {
  try {
    mkdirSync(folder, { mode: FOLDER_MODE });
  } catch (thrown) {
    if (codeOf(thrown) !== 'EEXIST') throw thrown;
    throw new ProdE2eError(
      `The run cannot be saved: a run with the id ${runId} already exists in ${folder}.`,
      {
        code: 'STORE_UNAVAILABLE',
        hints: ['Start the run again to get a new id.'],
        cause: thrown,
      },
    );
  }
}

/** An existing folder may have other permissions; if they cannot be changed, those of its files still protect them. */
function restrictToOwner(folder: string): void {
  try {
    chmodSync(folder, FOLDER_MODE);
  } catch {
    // The folder belongs to another user.
  }
}

function writerIn(folder: string): RunWriter {
  const results = openSync(path.join(folder, RESULTS_FILE), 'ax', FILE_MODE);
  // No other process writes to this file.
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
 * Writes all lines or none: the beginning of one, on a full disk, would damage the next.
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

/** Not every system can open folders (Windows cannot) or sync them. */
function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // The system writes it later on its own.
  }
}

function orUnavailable<Result>(folder: string, action: () => Result): Result {
  try {
    return action();
  } catch (thrown) {
    if (thrown instanceof ProdE2eError) throw thrown;
    throw new ProdE2eError(`The run cannot be saved in ${folder} (${messageOf(thrown)}).`, {
      code: 'STORE_UNAVAILABLE',
      hints: [
        `${FULL.has(codeOf(thrown) ?? '') ? 'Free some space there' : 'Make the folder writable'}, or set another one: dataDir in the config, PROD_E2E_DATA_DIR.`,
      ],
      cause: thrown,
    });
  }
}
