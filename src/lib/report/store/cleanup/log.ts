/** Writes `cleanup.ndjson`, as durable as the results: no record is lost however the process ends. */
import { closeSync, fstatSync, fsyncSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { regularSize } from '../regular-file.ts';
import { FILE_MODE, writeLines } from '../store.ts';
import { CLEANUP_FILE, type CleanupRecord, keyOf } from './records.ts';
import { readCleanupRecords, readCleanupState } from './state.ts';

export interface CleanupLog {
  /** Returns once the operating system has the records. Failures to write are reported by {@link CleanupLog.problem}. */
  readonly write: (...records: readonly CleanupRecord[]) => void;
  /** Number of webhooks that are still open. */
  readonly open: () => number;
  /** Why writing records failed, the first time; null if it did not. */
  readonly problem: () => unknown;
  /** Everything is on disk when it returns. */
  readonly end: () => void;
}

/**
 * @param options.open number of open webhooks already in the log
 * @param options.removeEmpty removes the file at the end if nothing is left
 */
export function openCleanupLog(
  folder: string,
  { open, removeEmpty }: { readonly open: number; readonly removeEmpty: boolean },
): CleanupLog {
  const name = path.join(folder, CLEANUP_FILE);
  let handle: number | null = null;
  let count = open;
  let problem: unknown = null;
  const attempt = (action: () => void) => {
    try {
      action();
    } catch (thrown) {
      problem ??= thrown;
    }
  };
  return {
    write: (...records) =>
      attempt(() => {
        handle ??= opened(name);
        // Another process may have appended to it.
        writeLines(handle, records, fstatSync(handle).size);
        for (const { type } of records) count += type === 'sent' ? 1 : type === 'closed' ? -1 : 0;
      }),
    open: () => count,
    problem: () => problem,
    end: () => {
      if (handle === null) return;
      const ended = handle;
      handle = null;
      attempt(() => {
        try {
          fsyncSync(ended);
        } finally {
          closeSync(ended);
        }
        if (removeEmpty && count === 0 && problem === null) rmSync(name, { force: true });
      });
    },
  };
}

/** Ends a line that was cut off, because a record appended to it would be lost. */
function opened(name: string): number {
  if (regularSize(name) === 'other') throw new Error(`${name} is not a regular file`);
  const handle = openSync(name, 'a+', FILE_MODE);
  const { size } = fstatSync(handle);
  const last = Buffer.alloc(1);
  if (size > 0 && readSync(handle, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a) writeSync(handle, '\n');
  return handle;
}

export async function copyOpenWebhooks(folder: string, log: CleanupLog): Promise<void> {
  const state = await readCleanupState(folder);
  if (state === null || state.open.size === 0) return;
  for await (const record of readCleanupRecords(folder)) {
    if (record.type === 'process' || !state.open.has(keyOf(record))) continue;
    // The shard's head already counts what was removed later.
    log.write(record.type === 'removed' ? { ...record, later: false } : record);
  }
}
