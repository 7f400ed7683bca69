/** Stores the results of a run in progress: on disk, or as many as fit in memory if the disk cannot be written. */

import { messageOf, ProdE2eError } from '../../errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { ReportHead } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import { numberText } from '../../terminal/quantities.ts';
import { URGENCIES, urgencyOf } from '../digest/urgency.ts';
import { readRunResults } from './results-file.ts';
import { type RunWriter, type StartedRun, startRun } from './store.ts';
import { unsaved } from './unsaved.ts';

export interface Recorder {
  /**
   * Stores it together with all results added in the same turn of the event loop, because writing ten lines costs as much as
   * one. Once it resolves, the result is stored and may be reported.
   */
  readonly add: (result: TestResult) => Promise<void>;
  /** Replaces a result by the same one with its trace. */
  readonly update: (result: TestResult) => void;
  /** All results so far, each in its latest version. */
  readonly results: () => AsyncIterable<TestResult>;
  /** Tries again to save what failed to save, because the disk may have space by now. */
  readonly retry: () => void;
  /** The finished report, ready to render; the head is saved first. */
  readonly finish: (head: ReportHead) => Promise<ReportSource>;
  /** Path of the run's folder; null if the run is not saved. */
  readonly folder: () => string | null;
  /** Whether commands will find the run, or a part of it, after it ends. */
  readonly isSaved: () => boolean;
  /** Why the run or a part of it is not saved, and how many results are missing in the report; empty if everything is saved. */
  readonly problems: () => readonly Finding[];
}

export function createRecorder(options: {
  readonly dataDir: string;
  readonly started: StartedRun;
  /** The run stays saved after it ends. During the run it is always stored, because memory cannot hold all its results. */
  readonly stays: boolean;
}): Recorder {
  // Results that the store refused; it has all earlier ones.
  const inMemory = createUnsavedResults();
  const updates = new Map<string, TestResult>();
  let writer: RunWriter | null = null;
  let savedCount = 0;
  let problem: unknown = null;
  const attempt = (action: () => void) => {
    const thrown = failureOf(action);
    problem ??= thrown;
    return thrown === null;
  };
  const begin = () =>
    attempt(() => {
      writer = startRun(options);
    });
  const append = (results: readonly TestResult[]) => {
    writer?.append(...results);
    savedCount += results.length;
  };
  const keep = (result: TestResult) => attempt(() => append([result]));
  begin();
  let waiting: Waiting[] = [];
  const write = () => {
    const results = waiting.map(({ result }) => result);
    // If all of them do not fit, some may.
    if (problem !== null || failureOf(() => append(results)) !== null)
      for (const result of results) if (problem !== null || !keep(result)) inMemory.add(result);
    for (const { done } of waiting) done();
    waiting = [];
  };
  const isSaved = () => options.stays && writer !== null;
  const results = async function* () {
    write();
    for await (const result of concat(writer?.folder ?? null, inMemory.held()))
      yield updates.get(result.testId) ?? result;
  };
  return {
    add: (result) =>
      new Promise((done) => {
        if (waiting.length === 0) setImmediate(write);
        waiting.push({ result, done });
      }),
    update: (result) => {
      write();
      if (problem === null && attempt(() => writer?.update(result))) return;
      updates.set(result.testId, result);
    },
    results,
    retry: () => {
      write();
      if (problem === null) return;
      problem = null;
      if (writer === null && !begin()) return;
      const failed = inMemory.held().findIndex((result) => !keep(result));
      inMemory.taken(failed === -1 ? inMemory.held().length : failed);
      if (problem !== null) return;
      for (const [testId, result] of updates)
        if (attempt(() => writer?.update(result))) updates.delete(testId);
    },
    finish: async (head) => {
      write();
      if (writer !== null) attempt(() => writer?.finish(head));
      return isSaved() ? { savedAs: head.runId, head, results } : unsaved({ head, results });
    },
    isSaved,
    folder: () => (problem === null ? (writer?.folder ?? null) : null),
    problems: () => {
      const lost = inMemory.count() - inMemory.held().length;
      return [
        ...(problem === null ? [] : [notSaved({ problem, saved: savedCount, unsaved: inMemory.count() })]),
        ...(lost === 0 ? [] : [resultsLost(lost)]),
      ];
    },
  };
}

interface Waiting {
  readonly result: TestResult;
  readonly done: () => void;
}

function failureOf(action: () => void): unknown {
  try {
    action();
    return null;
  } catch (thrown) {
    return thrown;
  }
}

async function* concat(folder: string | null, inMemory: readonly TestResult[]): AsyncIterable<TestResult> {
  if (folder !== null) yield* readRunResults(folder);
  yield* inMemory;
}

/** The totals include them anyway. */
function resultsLost(lost: number): Finding {
  const message = `${numberText(lost)} results could neither be saved nor held in memory: they count in the totals, but are missing from the report`;
  return { severity: 'warning', code: 'results-lost', message, hint: null };
}

function notSaved({
  problem,
  saved,
  unsaved,
}: {
  readonly problem: unknown;
  readonly saved: number;
  readonly unsaved: number;
}): Finding {
  const why = messageOf(problem);
  const part =
    saved === 0 || unsaved === 0
      ? ''
      : `Only ${saved === 1 ? 'the first result' : `the first ${saved} results`} of this run ${saved === 1 ? 'is' : 'are'} saved. `;
  const hint = problem instanceof ProdE2eError ? (problem.suggestions[0] ?? null) : null;
  return { severity: 'warning', code: 'not-kept', message: `${part}${why}`, hint };
}

/**
 * Maximum kept in memory per urgency, about 10 KB each, more with long responses. At least the maximum number of traces read
 * (`trace.limit`), so that each trace finds its result.
 */
export const MAX_UNSAVED = 1_000;

export interface UnsavedResults {
  readonly add: (result: TestResult) => void;
  /** In the order of arrival. */
  readonly held: () => readonly TestResult[];
  /** The first of those in memory are saved after all. */
  readonly taken: (first: number) => void;
  /** Results added and not saved since, whether or not they fit in memory. */
  readonly count: () => number;
}

export function createUnsavedResults(limit = MAX_UNSAVED): UnsavedResults {
  const held: TestResult[] = [];
  const room = new Map(URGENCIES.map((urgency) => [urgency, limit]));
  let count = 0;
  return {
    add: (result) => {
      count++;
      const urgency = urgencyOf(result);
      const left = room.get(urgency) ?? 0;
      if (left === 0) return;
      room.set(urgency, left - 1);
      held.push(result);
    },
    held: () => held,
    taken: (first) => {
      for (const result of held.splice(0, first)) {
        const urgency = urgencyOf(result);
        room.set(urgency, (room.get(urgency) ?? 0) + 1);
      }
      count -= first;
    },
    count: () => count,
  };
}
