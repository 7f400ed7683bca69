/** Takes what is open of a run along to another one: to the run that its shards become. */
import type { CleanupLog } from './log.ts';
import { keyOf } from './records.ts';
import { readCleanupRecords, readCleanupState } from './state.ts';

export async function copyOpenWebhooks(folder: string, log: CleanupLog): Promise<void> {
  const state = await readCleanupState(folder);
  if (state === null || state.open.size === 0) return;
  for await (const record of readCleanupRecords(folder)) {
    if (record.type === 'process' || !state.open.has(keyOf(record))) continue;
    // What was removed later is counted in the head of the shard already.
    log.write(record.type === 'removed' ? { ...record, later: false } : record);
  }
}
