/** Implements `prod-e2e trace diff`: compares traces of saved runs. */
import { ProdE2eError } from '../../errors.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import { mainMessage } from '../../report/cause-text.ts';
import { findRun, readRun } from '../../report/history/history.ts';
import { workingTests } from '../../report/history/working-traces.ts';
import { diffTraces } from '../../trace/diff/diff-traces.ts';
import type { TraceDiff } from '../../trace/diff/difference.ts';
import { diffTraceOf } from '../../trace/diff/saved-trace.ts';
import { findTrace, runOf } from './open.ts';

/** Broken tests of one cause that are compared; more would not change the result. */
const MAX_BROKEN = 5;

export interface DiffInput {
  readonly dataDir: string;
  /** Trace id, test id or result number; `first` may also be a scenario. Null: the broken tests of the latest run. */
  readonly first: string | null;
  readonly second: string | null;
}

export interface Comparison {
  /** Null if two tests of different scenarios were named. */
  readonly scenario: string | null;
  /** Of the head's tests; null if they work, or if two tests were named. */
  readonly cause: string | null;
  readonly base: readonly TestResult[];
  readonly head: readonly TestResult[];
  readonly diff: TraceDiff;
}

/** @throws ProdE2eError `NO_SUCH_TEST`, `NO_TRACE_SAVED`, `NO_WORKING_TRACE`, and the errors of finding a saved run */
export async function diffSaved({ dataDir, first, second }: DiffInput): Promise<readonly Comparison[]> {
  if (first !== null && second !== null) {
    const [base, head] = await Promise.all([savedTest(first, dataDir), savedTest(second, dataDir)]);
    const scenario = base.scenario === head.scenario ? head.scenario : null;
    return [comparison({ scenario, cause: null, base: [base], head: [head] })];
  }
  const run = await readRun(await findRun(dataDir, runOf(first)));
  const broken = await brokenTests(run, first);
  const working = await workingTests({
    dataDir,
    run,
    scenarios: new Set(broken.map(({ scenario }) => scenario)),
  });
  return clusters(broken).map(({ scenario, cause, tests }) => {
    const base = (working.get(scenario) ?? []).filter(
      ({ testId }) => !tests.some((test) => test.testId === testId),
    );
    return comparison({ scenario, cause, base, head: tests });
  });
}

/** A scenario's broken tests in the latest run by default; a test names itself. */
async function brokenTests(run: ReportSource, first: string | null): Promise<readonly TestResult[]> {
  const tests: TestResult[] = [];
  for await (const result of run.results()) {
    const { scenario, testId, index, trace, verdict } = result;
    const isNamed = first === testId || first === String(index) || first === trace.traceId;
    if (isNamed || ((first === null || first === scenario) && verdict === 'broken')) tests.push(result);
  }
  if (tests.length > 0) return tests;
  const { runId, scenarios } = run.head;
  const isScenario = first !== null && scenarios.includes(first);
  throw new ProdE2eError(
    first === null || isScenario
      ? `No test of ${isScenario ? `${first} in ` : ''}run ${runId} is broken.`
      : `"${first}" is not a trace id, test id, result number, or scenario of run ${runId}.`,
    {
      code: 'NO_SUCH_TEST',
      hints: [
        'Compare any two traces: prod-e2e trace diff A B',
        `The tests of the run: prod-e2e report show ${runId}`,
      ],
    },
  );
}

interface Cluster {
  readonly scenario: string;
  readonly cause: string | null;
  readonly tests: readonly TestResult[];
}

/** Broken tests of one scenario with one cause; its message may hold ids and durations. */
function clusters(broken: readonly TestResult[]): readonly Cluster[] {
  const found = new Map<string, Cluster & { readonly tests: TestResult[] }>();
  for (const test of broken) {
    const { scenario, cause, errors } = test;
    const { stage, source, span, exception, missingSpan } = cause ?? {};
    const key = JSON.stringify([scenario, stage, source, span, exception, missingSpan, errors[0]?.code]);
    const known = found.get(key);
    if (known === undefined) found.set(key, { scenario, cause: mainMessage(test), tests: [test] });
    else if (known.tests.length < MAX_BROKEN) known.tests.push(test);
  }
  return [...found.values()];
}

function comparison({ scenario, cause, base, head }: Omit<Comparison, 'diff'>): Comparison {
  for (const { testId, trace } of head) if (trace.spans.length === 0) throw noSpans(testId);
  if (base.length === 0) throw noBase(scenario);
  for (const { testId, trace } of base) if (trace.spans.length === 0) throw noSpans(testId);
  return { scenario, cause, base, head, diff: diffTraces(base.map(diffTraceOf), head.map(diffTraceOf)) };
}

function noSpans(testId: string): ProdE2eError {
  return new ProdE2eError(`No spans are saved for test ${testId}: its trace was not read, or it was empty.`, {
    code: 'NO_TRACE_SAVED',
    hints: ['Traces are read with SENTRY_AUTH_TOKEN and the organization: prod-e2e doctor checks both.'],
  });
}

function noBase(scenario: string | null): ProdE2eError {
  return new ProdE2eError(`No working test of ${scenario} with a trace is among the saved runs.`, {
    code: 'NO_WORKING_TRACE',
    hints: ['Compare any two traces: prod-e2e trace diff A B', 'Saved runs: prod-e2e report list'],
  });
}

async function savedTest(id: string, dataDir: string): Promise<TestResult> {
  const { result, traceId } = await findTrace({ id, pick: null, dataDir, command: 'trace diff' });
  if (result === null) throw noSpans(traceId);
  return result;
}
