/** Waits for the trace of the doctor's one webhook, and notes when it could first be read. */

import type { TraceSettings } from '../config/settings/trace.ts';
import type { Delivery } from '../model/delivery.ts';
import type { Trace, TraceSpan } from '../model/trace.ts';
import { sleep } from '../sleep.ts';
import { readTraces, type WaitProgress } from '../trace/reading/read-traces.ts';
import type { TraceReader, TraceReading } from '../trace/reading/watched-trace.ts';
import { ourSpanIds } from '../trace/spans/own-spans.ts';
import type { TraceFacts } from './trace-checks.ts';

export interface AwaitOptions {
  readonly api: TraceReader;
  readonly settings: Pick<TraceSettings, 'timeoutMs' | 'intervalMs'>;
  readonly onProgress: (progress: WaitProgress) => void;
  readonly stop: AbortSignal;
}

/** No span is expected: whichever service continued the trace shows what is asked here. */
export async function awaitTrace(
  delivery: Delivery,
  { api, settings, onProgress, stop }: AwaitOptions,
): Promise<TraceFacts> {
  const { traceId, spanId } = delivery.trace;
  const elapsedMs = () => Math.max(0, Date.now() - answeredMs(delivery));
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
function answeredMs({ startedAt, timings }: Delivery): number {
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
