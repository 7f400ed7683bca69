/**
 * Kept runs: `<data dir>/runs/<run id>/results.ndjson`, one complete line a result, appended before the result is
 * told to anybody; `verified.ndjson`, results again with what their traces said; and `run.json`, written whole or not
 * at all. Killed at any moment, what had finished is there.
 */
import {
  appendFileSync,
  chmodSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  renameSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { messageOf, ProdE2eError } from '../errors.ts';
import type { ReportHead, RunFacts } from '../model/report.ts';
import type { TestResult } from '../model/result.ts';

/** What `run.json` holds while the run goes on; the whole head replaces it at the end. */
export interface StartedRun extends RunFacts {
  readonly endedAt: null;
  readonly nextOffset: number;
}

export interface RunWriter {
  /** Path of the run's folder. */
  readonly folder: string;
  /** Returns once the operating system has the line: it survives the end of this process. */
  readonly append: (result: TestResult) => void;
  /** A result again, with what its trace said; it takes the place of the first one. */
  readonly update: (result: TestResult) => void;
  /** All files are on the disk when it returns. */
  readonly finish: (head: ReportHead) => void;
}

export const RESULTS_FILE = 'results.ndjson';
/** Results whose trace was read, in full; bounded by the number of traces that are read. */
export const VERIFIED_FILE = 'verified.ndjson';
export const HEAD_FILE = 'run.json';
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

export function runsFolder(dataDir: string): string {
  return path.join(dataDir, 'runs');
}

/** @throws ProdE2eError `STORE_UNAVAILABLE`; the caller goes on without keeping the run */
export function startRun(options: { readonly dataDir: string; readonly started: StartedRun }): RunWriter {
  const folder = path.join(runsFolder(options.dataDir), options.started.runId);
  return orUnavailable(folder, () => {
    mkdirSync(path.dirname(folder), { recursive: true, mode: FOLDER_MODE });
    closeToOthers(path.dirname(folder));
    // Not recursive: a run id that is taken must fail here rather than mix two runs.
    mkdirSync(folder, { mode: FOLDER_MODE });
    // The head first: a folder without one is no run.
    writeWhole(path.join(folder, HEAD_FILE), options.started);
    const results = openSync(path.join(folder, RESULTS_FILE), 'ax', FILE_MODE);
    return {
      folder,
      append: (result) => orUnavailable(folder, () => writeLine(results, JSON.stringify(result))),
      update: (result) =>
        orUnavailable(folder, () => {
          const line = `${JSON.stringify(result)}\n`;
          appendFileSync(path.join(folder, VERIFIED_FILE), line, { mode: FILE_MODE, flush: true });
        }),
      finish: (head) =>
        orUnavailable(folder, () => {
          try {
            fsyncSync(results);
          } finally {
            closeSync(results);
          }
          writeWhole(path.join(folder, HEAD_FILE), head);
        }),
    };
  });
}

/** The folder may be there with other rights; where they cannot be changed, those of the files in it still hold. */
function closeToOthers(folder: string): void {
  try {
    chmodSync(folder, FOLDER_MODE);
  } catch {
    // Another user's folder.
  }
}

function writeLine(file: number, line: string): void {
  const bytes = Buffer.from(`${line}\n`);
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function writeWhole(file: string, value: unknown): void {
  const temporary = `${file}.${process.pid}.tmp`;
  const handle = openSync(temporary, 'w', FILE_MODE);
  try {
    writeFileSync(handle, `${JSON.stringify(value, null, 2)}\n`);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(temporary, file);
}

function orUnavailable<Result>(folder: string, action: () => Result): Result {
  try {
    return action();
  } catch (thrown) {
    throw new ProdE2eError(`The run cannot be kept in ${folder} (${messageOf(thrown)}).`, {
      code: 'STORE_UNAVAILABLE',
      hints: ['Make the folder writable, or give another one: dataDir in the config, PROD_E2E_DATA_DIR.'],
      cause: thrown,
    });
  }
}
