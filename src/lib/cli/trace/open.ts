/** Finds the link of a trace from what the user has: a test, a run or a trace id. */
import type { Settings } from '../../config/settings/settings.ts';
import { ProdE2eError } from '../../errors.ts';
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
  /** Target of its run, as saved; null for a trace id from elsewhere. */
  readonly target: string | null;
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
    throw new ProdE2eError(id === null ? 'Which trace?' : 'Give an id or --failed/--slowest, not both.', {
      code: 'TRACE_ID',
      hints: [
        `prod-e2e ${command} 3 (third result of the latest run), a test id, a trace id, or --failed, or --slowest.`,
      ],
    });
  }
  const traceId = id === null ? null : readTraceId(id);
  if (traceId !== null) {
    const known = await resultOfTrace(traceId, dataDir);
    return { traceId, testId: known?.result.testId ?? null, result: null, target: null, ...known };
  }
  const source = await readRun(await findRun(dataDir, runOf(id)));
  const result = await pickResult(source, { id, pick, command });
  return { traceId: result.trace.traceId, testId: result.testId, result, target: source.head.target };
}

/** A trace id is often copied from the report of the latest run; then more is known about it. */
async function resultOfTrace(
  traceId: string,
  dataDir: string,
): Promise<{ readonly result: TestResult; readonly target: string } | null> {
  const [latest] = await savedRuns(dataDir);
  if (latest === undefined) return null;
  const source = await readRun(await findRun(dataDir, latest)).catch(() => null);
  if (source === null) return null;
  for await (const result of source.results()) {
    if (result.trace.traceId === traceId) return { result, target: source.head.target };
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
    throw new ProdE2eError(`No test of run ${runId} is broken.`, {
      code: 'NO_SUCH_TEST',
      hints: [`prod-e2e ${command} --slowest`],
    });
  }
  throw new ProdE2eError(
    id === null
      ? `Run ${runId} has no results.`
      : `"${id}" is no trace id, no test id and no result of run ${runId}.`,
    {
      code: 'NO_SUCH_TEST',
      hints: [
        `Its results: ${await testNumbers(source)}; a trace id has 32 characters 0-9 a-f.`,
        'prod-e2e report show lists both.',
      ],
    },
  );
}

/** @throws ProdE2eError `NO_ORG` */
export function linkTo(found: FoundTrace, settings: Settings): string {
  const { org, url } = settings.sentry;
  const { traceId, result } = found;
  const place = {
    traceId,
    startedAtMs: result === null ? null : Date.parse(result.startedAt),
    spanId: sentSpanId(result?.request.headers['sentry-trace']),
  };
  const link = traceUrl({ org, baseUrl: url, template: settings.trace.urlTemplate }, place);
  if (link !== null) return link;
  // The link the run itself recorded, with the organization it knew.
  const recorded = result?.trace.url ?? null;
  if (recorded !== null) return withPlace(recorded, place);
  throw new ProdE2eError(`The Sentry organisation of trace ${traceId} is unknown.`, {
    code: 'NO_ORG',
    hints: [
      'Give its slug in one of three ways:',
      '  1. in the config file:   sentry: { org: your-org }',
      '  2. in the environment:   SENTRY_ORG=your-org',
      '  3. in .sentryclirc:      [defaults] org=your-org',
    ],
  });
}
