/** Implements `prod-e2e trace show`: reads one trace, judges it as a run would, and describes its drawing. */
import type { ResolvedConfig } from '../../config/resolve.ts';
import type { Settings } from '../../config/settings/settings.ts';
import { EXIT, ProdE2eError } from '../../errors.ts';
import type { Finding } from '../../model/finding.ts';
import type { UnverifiedReason } from '../../model/result.ts';
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
import { missingSetting, openSentryApi } from '../../verify/prepare-traces.ts';
import type { TraceDrawing } from '../../view/trace/tree.ts';
import { watchSignals } from '../signals.ts';
import { expectedSpans, judgeTrace } from './judgment.ts';
import { type FoundTrace, findTrace, knownLink } from './open.ts';
import { type SavedTrace, savedFindings, savedTrace } from './saved-spans.ts';
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
    /** Null if the organization is unknown, or the trace was in a sandbox that has ended. */
    readonly url: string | null;
  };
  readonly drawing: Omit<TraceDrawing, 'screen'>;
}

/**
 * Reads the trace from Sentry; if that fails, shows the spans saved with the run.
 * @throws ProdE2eError `TRACE_NOT_FOUND`, `TRACE_UNREADABLE`, `TRACES_UNREADABLE`, and the errors of finding the test
 */
export async function showTrace(input: ShowTraceInput): Promise<ShownTrace> {
  const found = await findTrace({ ...input, command: 'trace show' });
  const saved = found.result === null ? null : savedTrace(found.result);
  const { settings, secrets } = input.config;
  const gone =
    found.run?.sandbox === true ? 'The sandbox has ended' : reasonNotToRead(settings, saved !== null);
  if (gone !== null && saved !== null) return showSaved({ input, found, saved, because: gone });
  const redact = createRedactor(secrets);
  const spans = expectedSpans(found, settings);
  const test = tracedTest({ known: found, spans, settings });
  const masked: ShowTraceInput = { ...input, say: (line) => input.say(redact(line, 'sentence')) };
  const { reading, counted } = redactDeep(
    await read({ input: masked, known: found, test, attributes: attributesOf(spans) }),
    redact,
  );
  const { trace, followed } = reading;
  if (trace === null) {
    if (saved === null) throw unreadable(reading);
    return showSaved({ input, found, saved, because: failureText(reading) });
  }
  const { spans: given, issues, others = [] } = trace;
  if (given.length + issues.length + others.length + followed.filter((each) => each.found).length === 0) {
    if (saved === null) throw notFound(found.traceId, { waited: input.wait });
    return showSaved({ input, found, saved, because: 'Sentry no longer has this trace' });
  }
  if (settings.trace.follow.length > 0 && test.follow.length === 0) {
    input.say('Background work is not followed: that needs the response of a test of a saved run.');
  }
  const { result } = found;
  const shown =
    result === null ? trace : withoutExpectedRejection(trace, { result, response: result.response });
  return drawingOf({
    ...{ input, found, test, followed, reason: input.wait ? reading.reason : null },
    ...{ trace: shown, read: trace, shortfall: shortfallOf(trace, counted) },
  });
}

/** Why Sentry is not asked for a trace that is saved; null if it is. */
function reasonNotToRead(settings: Settings, isSaved: boolean): string | null {
  const missing = missingSetting(settings);
  return missing === null || !isSaved ? null : `Sentry was not read: ${missing}`;
}

function failureText({ reason, failure }: TraceReading): string {
  return failure?.message ?? adviceFor(reason ?? 'api-error').meaning;
}

async function showSaved({
  input,
  found,
  saved,
  because,
}: {
  readonly input: ShowTraceInput;
  readonly found: FoundTrace;
  readonly saved: SavedTrace;
  readonly because: string;
}): Promise<ShownTrace> {
  const { settings, secrets } = input.config;
  const redact = createRedactor(secrets);
  const run = found.run === null ? '' : ` with run ${found.run.runId}`;
  const line = `${because}; showing the spans saved${run}.`;
  input.say(redact(line, 'sentence'));
  const spans = expectedSpans(found, settings);
  const shown = await drawingOf({
    ...{ input, found, test: tracedTest({ known: found, spans, settings }), followed: saved.followed },
    ...{ trace: saved.trace, read: saved.trace, shortfall: saved.partial },
    reason: found.result?.trace.reason ?? null,
  });
  if (saved.isFull || found.result === null) return shown;
  // Spans without attributes and issues cannot be judged, so the findings of the run are shown.
  const findings = savedFindings(found.result);
  return {
    document: { ...shown.document, findings },
    drawing: { ...shown.drawing, findings, missing: [] },
  };
}

async function drawingOf({
  input,
  found,
  test,
  trace,
  read,
  followed,
  reason,
  shortfall,
}: {
  readonly input: ShowTraceInput;
  readonly found: FoundTrace;
  readonly test: TracedTest;
  /** As it is judged. */
  readonly trace: Trace;
  readonly read: Trace;
  readonly followed: readonly Followed[];
  readonly reason: UnverifiedReason | null;
  readonly shortfall: string | null;
}): Promise<ShownTrace> {
  const { settings, secrets } = input.config;
  const redact = createRedactor(secrets);
  const link = knownLink(found, settings);
  const url = link && redact(link);
  const sources = sourcesOf(trace, { test, followed });
  const usual =
    found.run === null ? new Map() : await usualSpans({ dataDir: input.dataDir, target: found.run.target });
  // Expectations come from the configuration.
  const { findings, missing } = redactDeep(
    judgeTrace({ sources, known: found, settings, usual, reason, shortfall }),
    redact,
  );
  return {
    document: { trace: read, followed, findings, url },
    drawing: {
      traceId: found.traceId,
      url,
      forest: buildForest(trace.spans),
      followed: followed.map((each) => ({
        label: followedLabel(each),
        forest: buildForest(each.traces.flatMap((attempt) => attempt.spans)),
      })),
      missing,
      issues: trace.issues,
      others: trace.others ?? [],
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
    hints: waited ? solutions : ['If it was sent just now, wait for it: --wait', ...solutions.slice(1)],
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
