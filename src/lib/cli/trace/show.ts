/** Implements `prod-e2e trace show`: reads one trace, judges it as a run would, and says how to draw it. */
import type { ResolvedConfig } from '../../config/resolve.ts';
import { EXIT, ProdE2eError } from '../../errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { Trace } from '../../model/trace.ts';
import { usualSpans } from '../../report/history/usual-durations.ts';
import { createRedactor, redactDeep } from '../../secrets/redact.ts';
import { adviceFor, solutionsFor } from '../../trace/advice.ts';
import { attributesOf } from '../../trace/reading/awaited-spans.ts';
import type { Followed } from '../../trace/reading/follow.ts';
import type { TracedTest, TraceReading } from '../../trace/reading/watched-trace.ts';
import { pauseText } from '../../trace/sentry-api/retry-after.ts';
import { shortfallOf } from '../../trace/spans/span-gap.ts';
import { buildForest } from '../../trace/spans/span-tree.ts';
import { withoutExpectedRejection } from '../../verify/judge-spans.ts';
import { openSentryApi } from '../../verify/prepare-traces.ts';
import type { TraceDrawing } from '../../view/trace/tree.ts';
import { watchSignals } from '../signals.ts';
import { expectedSpans, judgeTrace } from './judgment.ts';
import { findTrace, linkTo } from './open.ts';
import { apiFor, type KnownTrace, readOnce, readUntilSettled, sourcesOf, tracedTest } from './saved-trace.ts';

/** For Sentry's count of the spans, in milliseconds. */
const COUNT_MS = 5_000;

export interface ShowTraceInput {
  readonly config: ResolvedConfig;
  readonly id: string | null;
  readonly pick: 'failed' | 'slowest' | null;
  readonly dataDir: string;
  /** Wait until no more spans arrive, up to the trace timeout. */
  readonly wait: boolean;
  /** For stderr: progress of the wait, and what could not be done. */
  readonly say: (line: string) => void;
}

export interface ShownTrace {
  /** The JSON document. */
  readonly document: {
    readonly trace: Trace;
    readonly followed: readonly Followed[];
    readonly findings: readonly Finding[];
    readonly url: string;
  };
  readonly drawing: Omit<TraceDrawing, 'screen'>;
}

/** @throws ProdE2eError `TRACE_NOT_FOUND`, `TRACE_UNREADABLE`, `TRACES_UNREADABLE`, and the errors of finding the test */
export async function showTrace(input: ShowTraceInput): Promise<ShownTrace> {
  const { settings, secrets } = input.config;
  const { dataDir } = input;
  const redact = createRedactor(secrets);
  const found = await findTrace({ ...input, command: 'trace show' });
  const url = redact(linkTo(found, settings));
  const spans = expectedSpans(found, settings);
  const test = tracedTest({ known: found, spans, settings });
  if (settings.trace.follow.length > 0 && test.follow.length === 0) {
    input.say('Background work is not followed: this requires the response of a test in a saved run.');
  }
  const masked: ShowTraceInput = { ...input, say: (line) => input.say(redact(line, 'sentence')) };
  const { reading, counted } = redactDeep(
    await read({ input: masked, known: found, test, attributes: attributesOf(spans) }),
    redact,
  );
  const { trace, followed } = reading;
  if (trace === null) throw unreadable(reading);
  const { spans: given, issues, others = [] } = trace;
  if (given.length + issues.length + others.length + followed.filter((each) => each.found).length === 0) {
    throw notFound(found.traceId, { waited: input.wait });
  }
  const { result } = found;
  const shown =
    result === null ? trace : withoutExpectedRejection(trace, { result, response: result.response });
  const sources = sourcesOf(shown, { test, followed });
  const judgment = judgeTrace({
    sources,
    known: found,
    settings,
    usual: found.target === null ? new Map() : await usualSpans({ dataDir, target: found.target }),
    reason: input.wait ? reading.reason : null,
    shortfall: shortfallOf(trace, counted),
  });
  // Expectations come from the configuration.
  const { findings, missing } = redactDeep(judgment, redact);
  return {
    document: { trace, followed, findings, url },
    drawing: {
      traceId: found.traceId,
      url,
      forest: buildForest(shown.spans),
      followed: followed.map((each) => ({
        label: followedLabel(each),
        forest: buildForest(each.traces.flatMap((attempt) => attempt.spans)),
      })),
      missing,
      issues,
      others,
      findings,
      ourSpanIds: sources.ourSpanIds,
    },
  };
}

interface Read {
  readonly reading: TraceReading;
  /** Number of spans by Sentry's own count; null where it gives none. */
  readonly counted: number | null;
}

async function read({
  input,
  known,
  test,
  attributes,
}: {
  readonly input: ShowTraceInput;
  readonly known: KnownTrace;
  readonly test: TracedTest;
  readonly attributes: readonly string[];
}): Promise<Read> {
  const { settings } = input.config;
  const connection = await openSentryApi(settings);
  const signals = watchSignals();
  try {
    const api = apiFor(known, connection);
    const { stop } = signals;
    const reading = input.wait
      ? await readUntilSettled({ api, test, attributes, stop, settings, say: input.say })
      : await readOnce({ api, test, attributes, stop });
    if (reading === null || stop.aborted) {
      throw new ProdE2eError('Interrupted before the trace was read.', {
        code: 'INTERRUPTED',
        hints: [],
        exit: EXIT.interrupted,
      });
    }
    if (reading.trace === null) return { reading, counted: null };
    const meta = await api.readTraceMeta(test.traceId, { signal: stop, withinMs: COUNT_MS, retries: 0 });
    // The count is optional: the trace is shown without it.
    return { reading, counted: meta.kind === 'meta' ? meta.meta.spans : null };
  } finally {
    connection.close();
    signals.unwatch();
  }
}

function followedLabel({ searched, traces, problem }: Followed): string {
  const attempts = traces.length > 1 ? ` (${traces.length} attempts; the last one is judged)` : '';
  return `${searched}${attempts}${problem === null ? '' : ` (${problem})`}`;
}

function notFound(traceId: string, { waited }: { readonly waited: boolean }): ProdE2eError {
  const { meaning, solutions } = adviceFor('not-found');
  return new ProdE2eError(`${meaning}: ${traceId}.`, {
    code: 'TRACE_NOT_FOUND',
    hints: waited ? solutions : ['If it was just sent, add --wait.', ...solutions.slice(1)],
    exit: EXIT.failed,
  });
}

function unreadable({ traceId, reason, failure }: TraceReading): ProdE2eError {
  const known = reason ?? 'api-error';
  const waitMs = failure?.retryAfterMs ?? 0;
  return new ProdE2eError(
    `Trace ${traceId} cannot be read: ${failure === null ? adviceFor(known).meaning : `${failure.message}.`}`,
    {
      code: 'TRACE_UNREADABLE',
      hints: [...(waitMs > 0 ? [`Try again in ${pauseText(waitMs)}`] : []), ...solutionsFor(known, failure)],
      exit: EXIT.failed,
    },
  );
}
