/** Keeps the results of a running run: in the store, or in memory where the store cannot be written. */
import { messageOf } from '../errors.ts';
import type { Finding } from '../model/finding.ts';
import type { ReportHead, ReportSource } from '../model/report.ts';
import type { TestResult } from '../model/result.ts';
import { readRunResults } from './results-file.ts';
import { type RunWriter, type StartedRun, startRun } from './store.ts';

export interface Recorder {
  readonly add: (result: TestResult) => void;
  /** A result again, with what its trace said; it takes the place of the first one. */
  readonly update: (result: TestResult) => void;
  /** Everything so far, each result as it was told last. */
  readonly results: () => AsyncIterable<TestResult>;
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
  const updates = new Map<string, TestResult>();
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
  const results = async function* () {
    for await (const result of concat(writer?.folder ?? null, inMemory))
      yield updates.get(result.testId) ?? result;
  };
  return {
    add: (result) => {
      const kept = problem === null && attempt(() => writer?.append(result));
      if (!kept) inMemory.push(result);
    },
    update: (result) => {
      if (problem === null && attempt(() => writer?.update(result))) return;
      updates.set(result.testId, result);
    },
    results,
    finish: async (head) => {
      if (writer !== null) attempt(() => writer?.finish(head));
      return { head, results };
    },
    folder: () => (problem === null ? (writer?.folder ?? null) : null),
    problem: () => problem,
  };
}

async function* concat(folder: string | null, inMemory: readonly TestResult[]): AsyncIterable<TestResult> {
  if (folder !== null) yield* readRunResults(folder);
  yield* inMemory;
}

function notKept(thrown: unknown): Finding {
  return { severity: 'warning', code: 'not-kept', message: messageOf(thrown), hint: null };
}
