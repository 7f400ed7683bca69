/** Keeps the results of a running run: in the store, or in memory where the store cannot be written. */
import path from 'node:path';
import { messageOf } from '../errors.ts';
import type { Finding, ReportHead, ReportSource, TestResult } from '../model.ts';
import { readResults } from './results-file.ts';
import { RESULTS_FILE, type RunWriter, type StartedRun, startRun } from './store.ts';

export interface Recorder {
  readonly add: (result: TestResult) => void;
  /** The finished report, to be rendered; the head is kept first. */
  readonly finish: (head: ReportHead) => Promise<ReportSource>;
  /** Path of the run's folder; null while the run is not kept. */
  readonly folder: () => string | null;
  /** Why the run is not kept; null while it is. The run itself goes on. */
  readonly problem: () => Finding | null;
}

export function createRecorder(options: {
  readonly dataDir: string;
  readonly started: StartedRun;
}): Recorder {
  // What the store could not take, in order; the store has everything before it.
  const inMemory: TestResult[] = [];
  let writer: RunWriter | null = null;
  let problem: Finding | null = null;
  const attempt = (action: () => void) => {
    try {
      action();
      return true;
    } catch (thrown) {
      problem ??= notKept(thrown);
      return false;
    }
  };
  attempt(() => {
    writer = startRun(options);
  });
  return {
    add: (result) => {
      const kept = problem === null && attempt(() => writer?.append(result));
      if (!kept) inMemory.push(result);
    },
    finish: async (head) => {
      if (writer !== null) attempt(() => writer?.finish(head));
      return { head, results: () => concat(writer === null ? null : writer.folder, inMemory) };
    },
    folder: () => (problem === null ? (writer?.folder ?? null) : null),
    problem: () => problem,
  };
}

async function* concat(folder: string | null, inMemory: readonly TestResult[]): AsyncIterable<TestResult> {
  if (folder !== null) yield* readResults(path.join(folder, RESULTS_FILE));
  yield* inMemory;
}

function notKept(thrown: unknown): Finding {
  return { severity: 'warning', code: 'not-kept', message: messageOf(thrown), hint: null };
}
