/** Reads what a run left behind from its `cleanup.ndjson`. Memory grows with the open webhooks, not with the file. */
import path from 'node:path';
import { codeOf } from '../../../errors.ts';
import { tryParseJson } from '../../../json/text.ts';
import { readLines } from '../results-file.ts';
import {
  CLEANUP_FILE,
  type CleanupRecord,
  isCleanupRecord,
  keyOf,
  type ProcessRecord,
  type RespondedRecord,
  type SentRecord,
} from './records.ts';

/** An open webhook. Sets of calls are bit masks, by index of the call. */
export interface OpenEntry {
  readonly calls: number;
  removed: number;
  /** Calls known to have something to remove. */
  certain: number;
  responded: boolean;
}

export interface CleanupState {
  readonly open: ReadonlyMap<number, OpenEntry>;
  /** Calls that removed something, and those of them made after the run. */
  readonly done: number;
  readonly later: number;
  readonly process: ProcessRecord | null;
}

/** Null if the run saved nothing for clean-up. */
export async function readCleanupState(folder: string): Promise<CleanupState | null> {
  const open = new Map<number, OpenEntry>();
  let [done, later, records] = [0, 0, 0];
  let process: ProcessRecord | null = null;
  for await (const record of readCleanupRecords(folder)) {
    records += 1;
    if (record.type === 'process') {
      process = record;
      continue;
    }
    const key = keyOf(record);
    if (record.type === 'sent') {
      open.set(key, { calls: record.calls.length, removed: 0, certain: 0, responded: false });
      continue;
    }
    const entry = open.get(key);
    if (entry === undefined) continue;
    if (record.type === 'closed') open.delete(key);
    else if (record.type === 'responded') {
      entry.responded = true;
      entry.certain = ~0;
    } else if (record.type === 'removed') {
      const isNew = record.called && !has(entry.removed, record.at);
      if (isNew) done += 1;
      if (isNew && record.later) later += 1;
      entry.removed |= 1 << record.at;
    } else if (record.leftOver.certain) entry.certain |= 1 << record.at;
    else entry.certain &= ~(1 << record.at);
  }
  return records === 0 ? null : { open, done, later, process };
}

export function has(set: number, at: number): boolean {
  return (set & (1 << at)) !== 0;
}

/** Every complete record; cut-off and damaged ones are skipped. */
export async function* readCleanupRecords(folder: string): AsyncIterable<CleanupRecord> {
  try {
    for await (const { text } of readLines(path.join(folder, CLEANUP_FILE))) {
      const record = text === null ? null : (tryParseJson(text) ?? null);
      if (isCleanupRecord(record)) yield record;
    }
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT') throw thrown;
  }
}

/** What is known about an open webhook. */
export interface SavedWebhook {
  readonly sent: SentRecord;
  /** Null if there was no response. */
  readonly response: RespondedRecord | null;
  readonly entry: OpenEntry;
}

/** The open webhooks, roughly in the order of sending; those in flight at the same time are kept in memory. */
export async function* readSavedWebhooks(
  folder: string,
  { open }: CleanupState,
): AsyncIterable<SavedWebhook> {
  const held = new Map<number, SentRecord>();
  for await (const record of readCleanupRecords(folder)) {
    if (record.type !== 'sent' && record.type !== 'responded') continue;
    const key = keyOf(record);
    const entry = open.get(key);
    if (entry === undefined) continue;
    if (record.type === 'sent') {
      if (entry.responded) held.set(key, record);
      else yield { sent: record, response: null, entry };
      continue;
    }
    const sent = held.get(key);
    held.delete(key);
    if (sent !== undefined) yield { sent, response: record, entry };
  }
}
