/** Implements `prod-e2e trace learn`: derives expectations from the good traces of saved runs. */
import type { ResolvedConfig } from '../../config/resolve.ts';
import { ProdE2eError } from '../../errors.ts';
import { forEachLimited, REQUESTS_AT_ONCE } from '../../limit-concurrency.ts';
import type { TestResult } from '../../model/result.ts';
import { findRun, readRun, runsBefore } from '../../report/history/history.ts';
import { createRedactor, redactDeep } from '../../secrets/redact.ts';
import { BUILT_IN_STAGES } from '../../stages/built-in.ts';
import { spansOfStages } from '../../stages/stage-spans.ts';
import { countOf } from '../../terminal/quantities.ts';
import { type Learned, learnSpans, MIN_TRACES } from '../../trace/learning/learn.ts';
import { attributesOf } from '../../trace/reading/awaited-spans.ts';
import type { SpanSources } from '../../trace/spans/found-spans.ts';
import { openSentryApi } from '../../verify/prepare-traces.ts';
import { apiFor, configuredSpans, readOnce, sourcesOf, tracedTest } from './saved-trace.ts';

/** A trace with one of these is never a good one, even if its test passed. */
const NEVER_GOOD: readonly string[] = ['trace-error', 'trace-slow'];

export interface LearnInput {
  readonly config: ResolvedConfig;
  readonly dataDir: string;
  /** Run id, the beginning of one, a path, or `latest`. */
  readonly run: string;
  /** How many runs against the same target to use: this one and earlier ones. */
  readonly runs: number;
}

export interface LearnedFromRuns extends Learned {
  readonly traces: number;
  readonly runIds: readonly string[];
}

/** @throws ProdE2eError `TOO_FEW_TRACES`, `TRACES_UNREADABLE`, and the errors of finding a saved run */
export async function learnFromRuns(input: LearnInput): Promise<LearnedFromRuns> {
  const { settings, secrets } = input.config;
  const { runIds, tests, results } = await goodResults(input);
  const connection = await openSentryApi(settings);
  const spans = configuredSpans(settings);
  const redact = createRedactor(secrets);
  const traces = new Map<TestResult, SpanSources>();
  const stop = new AbortController().signal;
  try {
    await forEachLimited(results, {
      limit: REQUESTS_AT_ONCE,
      goOn: () => true,
      work: async (result) => {
        const known = { traceId: result.trace.traceId, result };
        const test = tracedTest({ known, spans, settings });
        const api = apiFor(known, connection);
        const reading = await readOnce({ test, api, attributes: attributesOf(spans), stop });
        const { trace, followed } = redactDeep(reading, redact);
        if (trace === null || followed.some(({ found }) => !found)) return;
        const sources = sourcesOf(trace, { test, followed });
        if (trace.spans.some(({ spanId }) => !sources.ourSpanIds.has(spanId))) traces.set(result, sources);
      },
    });
  } finally {
    connection.close();
  }
  if (traces.size < MIN_TRACES) throw tooFew({ tests, good: results.length, read: traces.size, runIds });
  const learned = learnSpans({
    // In the order of the tests, not of Sentry's responses.
    traces: results.flatMap((result) => traces.get(result) ?? []),
    known: spansOfStages(settings.stages ?? BUILT_IN_STAGES),
  });
  return { ...learned, traces: traces.size, runIds };
}

interface GoodResults {
  readonly runIds: readonly string[];
  /** Number of tests in all these runs, good or not. */
  readonly tests: number;
  /** Newest run first, limited to the number of traces read per run. */
  readonly results: readonly TestResult[];
}

async function goodResults({ config, dataDir, run, runs }: LearnInput): Promise<GoodResults> {
  const first = await readRun(await findRun(dataDir, run));
  const runIds: string[] = [];
  const results: TestResult[] = [];
  let tests = 0;
  const earlier = await runsBefore(dataDir, first.head.runId);
  for (const source of [first, ...earlier]) {
    if (runIds.length === runs) break;
    const read = typeof source === 'string' ? await readSavedRun(dataDir, source) : source;
    if (read === null || read.head.target !== first.head.target) continue;
    runIds.push(read.head.runId);
    for await (const result of read.results()) {
      tests++;
      if (isGood(result) && results.length < config.settings.trace.limit) results.push(result);
    }
  }
  // If some expected spans do not exist, all traces of the target have findings; if there are enough traces
  // without any, those with findings are the exceptions.
  const clean = results.filter(
    ({ trace, stages }) =>
      trace.findings.length === 0 && stages.every(({ evidence }) => evidence.trace !== 'absent'),
  );
  return { runIds, tests, results: clean.length >= MIN_TRACES ? clean : results };
}

async function readSavedRun(dataDir: string, id: string) {
  return readRun(await findRun(dataDir, id)).catch(() => null);
}

function isGood({ verdict, trace, stages }: TestResult): boolean {
  return (
    verdict === 'working' &&
    trace.state === 'verified' &&
    stages.every(({ evidence }) => evidence.trace !== 'contradicts') &&
    !trace.findings.some(({ code }) => NEVER_GOOD.includes(code))
  );
}

function tooFew(counts: {
  readonly tests: number;
  readonly good: number;
  readonly read: number;
  readonly runIds: readonly string[];
}): ProdE2eError {
  const { tests, good, read, runIds } = counts;
  const of = runIds.length === 1 ? `run ${runIds[0]}` : `${runIds.length} runs`;
  const readable = read === good ? '' : `, ${read} of which could be read`;
  return new ProdE2eError(
    `trace learn needs at least ${MIN_TRACES} good traces; ${of} ${runIds.length === 1 ? 'has' : 'have'} ${good} in ${countOf(tests, 'test')}${readable}.`,
    {
      code: 'TOO_FEW_TRACES',
      hints: [
        'A good trace belongs to a working test, is verified, and has no errors and no slow spans.',
        'Send more webhooks with --verify-traces, or learn from more runs: prod-e2e trace learn --runs 5',
      ],
    },
  );
}
