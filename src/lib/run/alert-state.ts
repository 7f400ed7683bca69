/** What notifiers were told by the last run of the same kind: kept beside its results, and handed on from run to run. */
import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunFacts } from '../model/report.ts';
import { type AlertState, readState, stateJson } from '../notify/state.ts';
import { readKeptRuns } from '../report/history.ts';
import { parsed } from '../report/kept-json.ts';
import { regularText } from '../report/regular-file.ts';
import { isSameKind } from './same-kind.ts';

const STATE_FILE = 'alerts.json';
/** Runs against other targets, without notifiers, or cut off, that may lie between. */
const RUNS_LOOKED_THROUGH = 200;

/** Of the newest run against the same target, profile, environment and shard that told anybody; else nothing is open. */
export async function lastAlertState(dataDir: string, facts: RunFacts): Promise<AlertState> {
  let looked = 0;
  for await (const { folder, head } of readKeptRuns(dataDir)) {
    if (head.runId !== facts.runId && isSameKind(head, facts)) {
      const text = await regularText(path.join(folder, STATE_FILE));
      const state = text === null ? null : readState(parsed(text));
      if (state !== null) return state;
    }
    if (++looked === RUNS_LOOKED_THROUGH) break;
  }
  return new Map();
}

/** Whole or not at all. @throws Node's own error where it cannot be written */
export async function keepAlertState(folder: string, state: AlertState): Promise<void> {
  const file = path.join(folder, STATE_FILE);
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(stateJson(state), null, 2)}\n`, { mode: 0o600 });
    await rename(temporary, file);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}
