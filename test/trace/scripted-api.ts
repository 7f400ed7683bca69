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
  let underWay = 0;
  let most = 0;
  const counted = async <T>(what: string, answer: () => T): Promise<T> => {
    asked.push(what);
    underWay += 1;
    most = Math.max(most, underWay);
    await new Promise(setImmediate);
    underWay -= 1;
    return answer();
  };
  const api: TraceReader = {
    readTrace: (traceId) =>
      counted(traceId, () => {
        const answer = trace(traceId);
        if ('kind' in answer) return answer;
        const read = 'spans' in answer ? answer : { traceId, spans: answer, issues: [] };
        return { kind: 'trace', trace: read };
      }),
    readTraceMeta: (traceId) =>
      counted(`meta ${traceId}`, () => {
        const answer = meta(traceId);
        if (answer !== null && 'kind' in answer) return answer;
        return {
          kind: 'meta',
          meta: { spans: answer?.spans ?? null, errors: null, performanceIssues: null, logs: null },
        };
      }),
    searchSpans: (query) =>
      counted(query, () => {
        const answer = search(query);
        if ('kind' in answer) return answer;
        const spans = answer.map((found) => ({
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
