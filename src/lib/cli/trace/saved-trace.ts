/** Reads a single trace again, with the data that a saved result has about the test that started it. */

import type { Settings } from '../../config/settings/settings.ts';
import { parseJson } from '../../json/text.ts';
import type { Json, JsonObject } from '../../model/json.ts';
import type { TestResult } from '../../model/result.ts';
import type { Trace } from '../../model/trace.ts';
import type { SpanExpectation } from '../../model/trace-expectation.ts';
import { sleep } from '../../sleep.ts';
import { spansOfStages } from '../../stages/stage-spans.ts';
import { terminalText } from '../../terminal/text.ts';
import { awaitedSpans } from '../../trace/reading/awaited-spans.ts';
import { readTraces } from '../../trace/reading/read-traces.ts';
import { timeLimit } from '../../trace/reading/time-limit.ts';
import { FIRST_RESPONSE } from '../../trace/reading/wait-text.ts';
import {
  type TracedTest,
  type TraceReader,
  type TraceReading,
  watchTrace,
} from '../../trace/reading/watched-trace.ts';
import type { SpanSources } from '../../trace/spans/found-spans.ts';
import { ourSpanIds, ourSpanIdsByName } from '../../trace/spans/own-spans.ts';
import { sentSpanId } from '../../trace/trace-id.ts';
import { verificationSettings } from '../../verify/prepare-traces.ts';
import { callEvery, createWaitLines } from '../../view/wait-lines.ts';

/** Limit for one read of a trace and what it triggered, including retries, in milliseconds. */
const ONE_LOOK_MS = 60_000;

export type TraceApi = TraceReader;

export interface KnownTrace {
  readonly traceId: string;
  /** Null for a trace that is in no saved run. */
  readonly result: TestResult | null;
}

/** Every span that the configuration expects: those of the stages, and its own. */
export function configuredSpans(settings: Settings): readonly SpanExpectation[] {
  const { stages, spans } = verificationSettings(settings);
  return [...spansOfStages(stages), ...spans];
}

/** Background work can be found only with the response that names it. */
export function tracedTest({
  known,
  spans,
  settings,
}: {
  readonly known: KnownTrace;
  readonly spans: readonly SpanExpectation[];
  readonly settings: Settings;
}): TracedTest {
  const { traceId, result } = known;
  const response = jsonOf(result);
  const values: JsonObject =
    result === null ? {} : { ...(result.dimensions as JsonObject), testId: result.testId, response };
  return {
    index: result?.index ?? 1,
    name: result?.name ?? traceId,
    traceId,
    spanId: sentSpanId(result?.request.headers['sentry-trace']) ?? '',
    sentAtMs: result === null ? 0 : Date.parse(result.startedAt),
    // Spans that a broken test never reached are not awaited.
    expected: awaitedSpans(result?.verdict === 'broken' ? [] : spans),
    follow: response === null ? [] : settings.trace.follow,
    values,
    isConfirmed: () => false,
  };
}

/** Null where there was no response, it was not JSON, or only its beginning was saved. */
function jsonOf(result: TestResult | null): Json {
  if (result === null || result.response === null || result.response.bodyCut) return null;
  try {
    return parseJson(result.response.body);
  } catch {
    return null;
  }
}

/** Without a start time, Sentry has to search its whole retention period. */
export function apiFor({ result }: KnownTrace, api: TraceApi): TraceApi {
  if (result !== null) return api;
  return {
    ...api,
    readTrace: (traceId, { startedAt: _unknown, ...options } = {}) => api.readTrace(traceId, options),
  };
}

/** Reads once, without waiting. A reason matters only without a trace: one read does not show whether more spans come. */
export async function readOnce(options: {
  readonly test: TracedTest;
  readonly api: TraceApi;
  readonly attributes: readonly string[];
  readonly stop: AbortSignal;
}): Promise<TraceReading> {
  const { test, api, attributes, stop } = options;
  const watched = watchTrace({ test, api, attributes, settleMs: 0, elapsedMs: () => 0 });
  const limit = timeLimit(ONE_LOOK_MS, stop);
  await watched.poll({ signal: limit.signal }).finally(limit.end);
  return watched.reading();
}

/** Reads until no more spans arrive, up to the trace timeout. Null when it was stopped. */
export async function readUntilSettled(options: {
  readonly api: TraceApi;
  readonly test: TracedTest;
  readonly attributes: readonly string[];
  readonly stop: AbortSignal;
  readonly settings: Settings;
  readonly say: (line: string) => void;
}): Promise<TraceReading | null> {
  const { test, settings, say } = options;
  const monotonicMs = () => performance.now();
  const waits = createWaitLines({
    write: (line) => say(terminalText(line)),
    monotonicMs,
    every: callEvery,
    announced: false,
  });
  const readings: TraceReading[] = [];
  waits.begin({ for: 'traces', progress: FIRST_RESPONSE, resumesInMs: null });
  await readTraces({
    ...options,
    tests: [test],
    deadlineMs: settings.trace.timeoutMs,
    intervalMs: settings.trace.intervalMs,
    settleMs: settings.trace.settleMs,
    ports: { sleep, monotonicMs },
    onProgress: ({ progress, resumesInMs }) => waits.note({ for: 'traces', progress, resumesInMs }),
    onReading: (reading) => readings.push(reading),
  }).finally(waits.end);
  return readings[0] ?? null;
}

/** The spans to judge: of several attempts at background work, the last one. */
export function sourcesOf(
  trace: Trace,
  { test, followed }: { test: TracedTest } & Pick<TraceReading, 'followed'>,
): SpanSources {
  const bySentId = ourSpanIds(trace, test.spanId);
  return {
    trace,
    followed: followed.flatMap(({ traces }) => traces.slice(-1)),
    ourSpanIds: bySentId.size > 0 ? bySentId : ourSpanIdsByName(trace),
  };
}
