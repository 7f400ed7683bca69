/** A clock and an API that do what a test says: time passes only by sleeping. */
import type { Trace, TraceSpan } from '../../src/lib/model/trace.ts';
import type { TraceReader } from '../../src/lib/trace/reading/watched-trace.ts';
import type { FoundSpan } from '../../src/lib/trace/sentry-api/calls.ts';
import type { ApiFailure } from '../../src/lib/trace/sentry-api/failures.ts';

export function fakeClock() {
  let nowMs = 1_000_000;
  const sleeps: number[] = [];
  return {
    sleeps,
    elapsedMs: () => nowMs - 1_000_000,
    ports: {
      monotonicMs: () => nowMs,
      sleep: async (ms: number, signal: AbortSignal) => {
        sleeps.push(ms);
        if (!signal.aborted) nowMs += ms;
      },
    },
  };
}

export function aFailure(overrides: Partial<ApiFailure> = {}): ApiFailure {
  return {
    kind: 'error',
    problem: 'server-error',
    reason: 'api-error',
    message: 'sentry.example.com responded with HTTP 502',
    retryAfterMs: null,
    status: 502,
    permanent: false,
    link: null,
    ...overrides,
  };
}

export const LIMITED = aFailure({
  problem: 'rate-limit',
  message: 'sentry.example.com limits requests (HTTP 429)',
  status: 429,
});

type Scripted<T> = T | ApiFailure;

/** What each trace and each search gives at a moment; asks are counted. */
export function scriptedApi({
  trace,
  search = () => [],
  meta = () => null,
}: {
  readonly trace: (traceId: string) => Scripted<readonly TraceSpan[] | Trace>;
  readonly search?: (query: string) => Scripted<readonly Partial<FoundSpan>[]>;
  /** How many spans Sentry counts in a trace; null where it does not say. */
  readonly meta?: (traceId: string) => Scripted<{ readonly spans: number } | null>;
}) {
  const asked: string[] = [];
  let inFlight = 0;
  let most = 0;
  const counted = async <T>(what: string, response: () => T): Promise<T> => {
    asked.push(what);
    inFlight += 1;
    most = Math.max(most, inFlight);
    await new Promise(setImmediate);
    inFlight -= 1;
    return response();
  };
  const api: TraceReader = {
    readTrace: (traceId) =>
      counted(traceId, () => {
        const response = trace(traceId);
        if ('kind' in response) return response;
        const read = 'spans' in response ? response : { traceId, spans: response, issues: [] };
        return { kind: 'trace', trace: read };
      }),
    readTraceMeta: (traceId) =>
      counted(`meta ${traceId}`, () => {
        const response = meta(traceId);
        if (response !== null && 'kind' in response) return response;
        return {
          kind: 'meta',
          meta: { spans: response?.spans ?? null, errors: null, performanceIssues: null, logs: null },
        };
      }),
    searchSpans: (query) =>
      counted(query, () => {
        const response = search(query);
        if ('kind' in response) return response;
        const spans = response.map((found) => ({
          spanId: null,
          traceId: '',
          name: '',
          op: null,
          service: '',
          timestampMs: null,
          fields: {},
          ...found,
        }));
        return { kind: 'spans', spans };
      }),
  };
  return { api, asked, mostAtOnce: () => most };
}
