/** Finds the link of a trace from what the user has: a test, a run or a trace id. */
import type { Settings } from '../../config/settings/settings.ts';
import { ProdE2eError } from '../../errors.ts';
import type { RunFacts } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import { RUN_ID } from '../../model/run-id.ts';
import { findRun, readRun, savedRuns } from '../../report/history/history.ts';
import { testNumbers } from '../../report/history/one-result.ts';
import { readTraceId, sentSpanId } from '../../trace/trace-id.ts';
import { traceUrl, withPlace } from '../../trace/trace-links.ts';

export interface FoundTrace {
  readonly traceId: string;
  /** Null for a trace id from elsewhere. */
  readonly testId: string | null;
  /** As saved; null for a trace id from elsewhere. */
  readonly result: TestResult | null;
  /** Its run, as saved; null for a trace id from elsewhere. */
  readonly run: Pick<RunFacts, 'runId' | 'target' | 'sandbox'> | null;
}

/** @throws ProdE2eError `TRACE_ID`, `NO_SUCH_TEST`, and the errors of finding a saved run */
export async function findTrace(options: {
  readonly id: string | null;
  readonly pick: 'failed' | 'slowest' | null;
  readonly dataDir: string;
  /** For hints: the command that was run. */
  readonly command: 'trace open' | 'trace show' | 'trace diff';
}): Promise<FoundTrace> {
  const { id, pick, dataDir, command } = options;
  if ((id === null) === (pick === null)) {
    const message =
      id === null
        ? 'No trace given. Pass a result number, test id or trace id, or use --failed or --slowest.'
        : 'Pass an id or one of --failed and --slowest, not both.';
    throw new ProdE2eError(message, {
      code: 'TRACE_ID',
      hints: [`The slowest test of the latest run: prod-e2e ${command} --slowest`],
    });
  }
  const traceId = id === null ? null : readTraceId(id);
  if (traceId !== null) {
    const known = await resultOfTrace(traceId, dataDir);
    return { traceId, testId: known?.result.testId ?? null, result: null, run: null, ...known };
  }
  const source = await readRun(await findRun(dataDir, runOf(id)));
  const result = await pickResult(source, { id, pick, command });
  return { traceId: result.trace.traceId, testId: result.testId, result, run: source.head };
}

/** Runs searched for a trace id, the latest first, and the size of earlier ones: large runs take long to read. */
const RUNS_SEARCHED = 50;
const MAX_TESTS_SEARCHED = 2_000;

/** A trace id is often copied from the report of a saved run; then more is known about it. */
async function resultOfTrace(
  traceId: string,
  dataDir: string,
): Promise<{ readonly result: TestResult; readonly run: RunFacts } | null> {
  const runIds = (await savedRuns(dataDir)).slice(0, RUNS_SEARCHED);
  for (const [at, runId] of runIds.entries()) {
    // Other runs are not affected by one that cannot be read.
    const source = await findRun(dataDir, runId)
      .then(readRun)
      .catch(() => null);
    if (source === null || (at > 0 && source.head.planned > MAX_TESTS_SEARCHED)) continue;
    for await (const result of source.results()) {
      if (result.trace.traceId === traceId) return { result, run: source.head };
    }
  }
  return null;
}

/** A test id names its run; everything else refers to the latest one. */
export function runOf(id: string | null): string {
  const run = id?.replace(/-\d+$/, '') ?? '';
  return RUN_ID.test(run) ? run : 'latest';
}

async function pickResult(
  source: ReportSource,
  {
    id,
    pick,
    command,
  }: {
    readonly id: string | null;
    readonly pick: 'failed' | 'slowest' | null;
    readonly command: string;
  },
): Promise<TestResult> {
  let picked: TestResult | null = null;
  for await (const result of source.results()) {
    if (pick === 'slowest') {
      if (picked === null || result.timings.totalMs > picked.timings.totalMs) picked = result;
    } else if (pick === 'failed') {
      if (result.verdict === 'broken' && (picked === null || result.index < picked.index)) picked = result;
    } else if (result.testId === id || String(result.index) === id) picked = result;
  }
  if (picked !== null) return picked;
  const { runId } = source.head;
  if (pick === 'failed') {
    throw new ProdE2eError(`Run ${runId} has no broken test.`, {
      code: 'NO_SUCH_TEST',
      hints: [`prod-e2e ${command} --slowest`],
    });
  }
  throw new ProdE2eError(
    id === null
      ? `Run ${runId} has no results.`
      : `"${id}" is not a trace id, test id or result number of run ${runId}.`,
    {
      code: 'NO_SUCH_TEST',
      hints: [
        `Its results: ${await testNumbers(source)}. A trace id has 32 characters (0-9, a-f).`,
        `All ids of the run: prod-e2e report show ${runId}`,
      ],
    },
  );
}

/** @throws ProdE2eError `NO_ORG`, `SANDBOX_ENDED` */
export function linkTo(found: FoundTrace, settings: Settings): string {
  const { run, traceId, testId } = found;
  const link = knownLink(found, settings);
  if (link !== null) return link;
  if (run?.sandbox === true) {
    throw new ProdE2eError(`Run ${run.runId} used a sandbox, whose Sentry ended with the run.`, {
      code: 'SANDBOX_ENDED',
      hints: [`Its saved spans: prod-e2e trace show ${testId}`],
    });
  }
  throw new ProdE2eError(`The Sentry organization of trace ${traceId} is unknown.`, {
    code: 'NO_ORG',
    hints: [
      'Set its slug in one of three ways:',
      '  1. in the config file:   sentry: { org: your-org }',
      '  2. in the environment:   SENTRY_ORG=your-org',
      '  3. in .sentryclirc:      [defaults] org=your-org',
    ],
  });
}

/** Null if the organization is unknown, or the trace was in a sandbox that has ended. */
export function knownLink({ traceId, result, run }: FoundTrace, settings: Settings): string | null {
  if (run?.sandbox === true) return null;
  const { org, url } = settings.sentry;
  const place = {
    traceId,
    startedAtMs: result === null ? null : Date.parse(result.startedAt),
    spanId: sentSpanId(result?.request.headers['sentry-trace']),
  };
  const link = traceUrl({ org, baseUrl: url, template: settings.trace.urlTemplate }, place);
  if (link !== null) return link;
  // The link that the run recorded, with the organization it knew.
  const recorded = result?.trace.url ?? null;
  return recorded === null ? null : withPlace(recorded, place);
}
