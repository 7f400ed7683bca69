/** From what a person has at hand to the link of a trace. */
import type { Settings } from './config/settings.ts';
import { ProdE2eError } from './errors.ts';
import type { ReportSource, TestResult } from './model.ts';
import { RUN_ID } from './plan/ids.ts';
import { findRun, readRun } from './report/history.ts';
import { readTraceId } from './trace/trace-id.ts';
import { traceUrl } from './trace/trace-links.ts';

export interface FoundTrace {
  readonly traceId: string;
  /** Null for a trace id that came from elsewhere. */
  readonly testId: string | null;
  /** The link the run itself recorded, with the organisation it knew; null without one. */
  readonly recordedUrl: string | null;
}

/** @throws ProdE2eError `TRACE_ID`, `NO_SUCH_TEST`, and those of finding a kept run */
export async function findTrace(options: {
  readonly id: string | null;
  readonly pick: 'failed' | 'slowest' | null;
  readonly dataDir: string;
}): Promise<FoundTrace> {
  const { id, pick, dataDir } = options;
  if ((id === null) === (pick === null)) {
    throw new ProdE2eError(id === null ? 'Which trace?' : 'Give an id or --failed/--slowest, not both.', {
      code: 'TRACE_ID',
      hints: [
        'prod-e2e trace open 3 (third result of the latest run), a test id, a trace id, or --failed, or --slowest.',
      ],
    });
  }
  const traceId = id === null ? null : readTraceId(id);
  if (traceId !== null) return { traceId, testId: null, recordedUrl: null };
  const source = await readRun(await findRun(dataDir, runOf(id)));
  const result = await pickResult(source, { id, pick });
  return { traceId: result.trace.traceId, testId: result.testId, recordedUrl: result.trace.url };
}

/** A test id names its run; everything else is about the latest one. */
function runOf(id: string | null): string {
  const run = id?.replace(/-\d+$/, '') ?? '';
  return RUN_ID.test(run) ? run : 'latest';
}

async function pickResult(
  source: ReportSource,
  { id, pick }: { readonly id: string | null; readonly pick: 'failed' | 'slowest' | null },
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
  const { runId, summary } = source.head;
  if (pick === 'failed') {
    throw new ProdE2eError(`No test of run ${runId} is broken.`, {
      code: 'NO_SUCH_TEST',
      hints: ['prod-e2e trace open --slowest'],
    });
  }
  throw new ProdE2eError(
    id === null
      ? `Run ${runId} has no results.`
      : `"${id}" is no trace id, no test id and no result of run ${runId}.`,
    {
      code: 'NO_SUCH_TEST',
      hints: [
        `A result number is 1 to ${summary.total}; a trace id has 32 characters 0-9 a-f.`,
        'prod-e2e report show lists both.',
      ],
    },
  );
}

/** @throws ProdE2eError `NO_ORG` */
export function linkTo(found: FoundTrace, settings: Settings): string {
  const { org, url } = settings.sentry;
  const link =
    traceUrl({ org, baseUrl: url, template: settings.trace.urlTemplate }, found.traceId) ?? found.recordedUrl;
  if (link !== null) return link;
  throw new ProdE2eError(
    `The Sentry organisation is unknown, so there is no link for trace ${found.traceId}.`,
    {
      code: 'NO_ORG',
      hints: [
        'Give its slug in one of three ways:',
        '  1. in the config file:   sentry: { org: your-org }',
        '  2. in the environment:   SENTRY_ORG=your-org',
        '  3. in .sentryclirc:      [defaults] org=your-org',
      ],
    },
  );
}
