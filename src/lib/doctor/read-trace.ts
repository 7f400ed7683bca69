/** Reads from Sentry: checks the token, then reads the trace of the one webhook and when it became readable. */

import { randomBytes } from 'node:crypto';
import type { Settings } from '../config/settings/settings.ts';
import type { TraceSettings } from '../config/settings/trace.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Trace, TraceSpan } from '../model/trace.ts';
import { sleep } from '../sleep.ts';
import { readTraces, type WaitProgress } from '../trace/reading/read-traces.ts';
import { timeLimit } from '../trace/reading/time-limit.ts';
import { FIRST_RESPONSE } from '../trace/reading/wait-text.ts';
import type { TraceReader, TraceReading } from '../trace/reading/watched-trace.ts';
import type { SentryApi } from '../trace/sentry-api/endpoints.ts';
import { ourSpanIds } from '../trace/spans/own-spans.ts';
import type { ReadingPort } from './doctor.ts';
import type { TraceFacts } from './sentry-checks.ts';

/** For the requests to Sentry's API before a webhook is sent, in milliseconds; at most `trace.timeout`. */
const API_LIMIT_MS = 20_000;

/** @param flushedInMs how long Sentry took to accept our spans: part of the wait for the trace */
export function readingPort(
  api: SentryApi,
  {
    settings: { sentry, trace },
    onProgress,
    stop,
  }: {
    readonly settings: Settings;
    readonly onProgress: (progress: Pick<WaitProgress, 'progress' | 'resumesInMs'> | null) => void;
    readonly stop: AbortSignal;
  },
  flushedInMs: () => number,
): ReadingPort {
  const { timeoutMs, intervalMs, settleMs } = trace;
  let leftMs = Math.min(API_LIMIT_MS, timeoutMs);
  /** Both requests share one limit. */
  const within = async <T>(
    request: (options: { readonly signal: AbortSignal }) => Promise<T>,
  ): Promise<T> => {
    onProgress({ progress: FIRST_RESPONSE, resumesInMs: null });
    const begunMs = performance.now();
    const limit = timeLimit(leftMs, stop);
    return request({ signal: limit.signal }).finally(() => {
      limit.end();
      onProgress(null);
      leftMs -= performance.now() - begunMs;
    });
  };
  return {
    org: sentry.org ?? '',
    readOrganization: () => within(api.readOrganization),
    readNothing: () =>
      within((options) =>
        api.readTrace(randomBytes(16).toString('hex'), { ...options, startedAt: Date.now() }),
      ),
    awaitTrace: (delivery) => {
      onProgress({ progress: FIRST_RESPONSE, resumesInMs: null });
      const left = { timeoutMs: Math.max(0, timeoutMs - flushedInMs()), intervalMs, settleMs };
      return awaitTrace(delivery, { api, settings: left, onProgress, stop }).finally(() => onProgress(null));
    },
  };
}

interface AwaitOptions {
  readonly api: TraceReader;
  readonly settings: Pick<TraceSettings, 'timeoutMs' | 'intervalMs' | 'settleMs'>;
  readonly onProgress: (progress: WaitProgress) => void;
  readonly stop: AbortSignal;
}

/** Expects no span: any service that continued the trace is enough for this check. */
async function awaitTrace(
  delivery: Delivery,
  { api, settings, onProgress, stop }: AwaitOptions,
): Promise<TraceFacts> {
  const { traceId, spanId } = delivery.trace;
  const elapsedMs = () => Math.max(0, Date.now() - respondedAtMs(delivery));
  let readableAfterMs: number | null = null;
  let reading: TraceReading | null = null;
  const readTrace: TraceReader['readTrace'] = async (...asked) => {
    const read = await api.readTrace(...asked);
    if (read.kind === 'trace' && foreignSpans(read.trace, spanId).length > 0) readableAfterMs ??= elapsedMs();
    return read;
  };
  await readTraces({
    tests: [
      {
        index: 1,
        name: 'doctor',
        traceId,
        spanId,
        sentAtMs: Date.parse(delivery.startedAt),
        expected: [],
        follow: [],
        values: {},
        isConfirmed: () => false,
      },
    ],
    api: { ...api, readTrace },
    attributes: [],
    deadlineMs: settings.timeoutMs,
    intervalMs: settings.intervalMs,
    settleMs: settings.settleMs,
    ports: {
      sleep,
      monotonicMs: () => performance.now(),
    },
    onProgress,
    onReading: (read) => {
      reading = read;
    },
    stop,
  });
  return factsOf(reading, { spanId, readableAfterMs, waitedMs: elapsedMs() });
}

/** Milliseconds since the epoch. */
function respondedAtMs({ startedAt, timings }: Delivery): number {
  return Date.parse(startedAt) + timings.totalMs;
}

/** @param reading null when the wait was stopped */
function factsOf(
  reading: TraceReading | null,
  seen: { readonly spanId: string; readonly readableAfterMs: number | null; readonly waitedMs: number },
): TraceFacts {
  const foreign = reading?.trace == null ? [] : foreignSpans(reading.trace, seen.spanId);
  return {
    reason: reading === null ? 'api-error' : reading.reason,
    failure: reading?.failure ?? null,
    foreignCount: foreign.length,
    services: [...new Set(foreign.map(({ service }) => service))].filter((service) => service !== ''),
    readableAfterMs: seen.readableAfterMs,
    waitedMs: seen.waitedMs,
  };
}

function foreignSpans(trace: Trace, spanId: string): readonly TraceSpan[] {
  const ours = ourSpanIds(trace, spanId);
  return trace.spans.filter((span) => !ours.has(span.spanId));
}
