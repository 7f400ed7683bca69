/** A run whose target, Sentry, store and clock do what a test says: nothing leaves this process. */
import type { Delivery } from '../../src/lib/model/delivery.ts';
import type { RunEvent } from '../../src/lib/model/event.ts';
import type { PlannedTest } from '../../src/lib/model/plan.ts';
import type { SentryDelivery } from '../../src/lib/model/report.ts';
import { NO_DELIVERY } from '../../src/lib/model/report-source.ts';
import type { Failure, TestResult } from '../../src/lib/model/result.ts';
import { factsOf } from '../../src/lib/report/digest/run-facts.ts';
import { createDuplicates, NO_EARLIER_IDS } from '../../src/lib/run/duplicates.ts';
import type { RunPorts, RunSettings } from '../../src/lib/run/ports.ts';
import { type FinishedRun, run } from '../../src/lib/run/run.ts';
import { createRedactor } from '../../src/lib/secrets/redact.ts';
import { headerTracer } from '../../src/lib/send/trace.ts';
import { createResponseValidator } from '../../src/lib/validate/response-validator.ts';
import { aHead } from '../report/saved-run.ts';
import { someTimings } from '../support/builders.ts';
import { aPlannedTest, SENDER_RUN_ID } from '../support/sending.ts';
import { aResponse, jsonResponse } from '../validate/support.ts';

const URL = 'https://hooks.example.com/webhook';
export const BEGIN_MS = Date.parse('2026-08-01T12:00:00.000Z');

/** What becomes of one webhook: a status, a failure, or parts of its delivery. */
export type Outcome = number | Failure['kind'] | Partial<Delivery>;

export interface FakeRun {
  /** One for each planned test; the tests are numbered from 1. */
  readonly outcomes: readonly Outcome[];
  readonly tests?: (index: number) => Parameters<typeof aPlannedTest>[1];
  readonly settings?: Partial<RunSettings>;
  readonly ports?: Partial<RunPorts>;
  readonly secrets?: readonly string[];
  readonly sentry?: Partial<SentryDelivery>;
  readonly stop?: AbortController;
  /** Milliseconds that pass while a webhook is sent. */
  readonly tookMs?: number;
  /** Called with the index of a test as its webhook leaves. */
  readonly onSend?: (index: number) => void;
  /** Called before each planned test is made. */
  readonly onPlan?: (index: number) => void;
}

export interface RanRun extends FinishedRun {
  readonly head: FinishedRun['source']['head'];
  readonly results: readonly TestResult[];
  readonly events: readonly RunEvent[];
  /** Index and lateness of every webhook in the order in which they left. */
  readonly sends: readonly { readonly index: number; readonly lateMs: number }[];
  /** What the traces were ended with. */
  readonly finished: readonly {
    readonly verdict: string;
    readonly status: number | null;
    readonly problem: string | null;
  }[];
  readonly calls: readonly string[];
}

function deliveryOf(test: PlannedTest, outcome: Outcome, startedAt: string): Delivery {
  const plain: Delivery = {
    startedAt,
    request: test.request,
    response: null,
    failure: null,
    timings: someTimings(),
    attempts: [],
    trace: { traceId: test.index.toString(16).padStart(32, 'a'), spanId: 'b'.repeat(16), headers: {} },
  };
  if (typeof outcome === 'number') {
    return {
      ...plain,
      response: jsonResponse({ signal_id: `s${test.index}` }, { status: outcome, statusText: 'Text' }),
    };
  }
  if (typeof outcome === 'string') {
    return { ...plain, failure: { kind: outcome, message: `${outcome}`, code: null } };
  }
  return { ...plain, ...(outcome.failure === undefined ? { response: aResponse() } : {}), ...outcome };
}

export async function ranRun(options: FakeRun): Promise<RanRun> {
  const { outcomes, stop = new AbortController(), tookMs = 10 } = options;
  let nowMs = 0;
  const events: RunEvent[] = [];
  const sends: { index: number; lateMs: number }[] = [];
  const finished: RanRun['finished'][number][] = [];
  const calls: string[] = [];
  const results = new Map<string, TestResult>();
  const tracer = headerTracer({ environment: 'production', release: 'prod-e2e@0.1.0' });
  const tests = outcomes.map((_, at) =>
    aPlannedTest(URL, { index: at + 1, name: `CHOP #${at + 1}`, ...options.tests?.(at + 1) }),
  );
  const judge = await createResponseValidator({ expectations: [], strict: false });
  const read = async function* () {
    yield* results.values();
  };
  const settings: RunSettings = {
    facts: factsOf(aHead({ runId: SENDER_RUN_ID, planned: tests.length })),
    plan: {
      ...{
        runId: SENDER_RUN_ID,
        seed: '42',
        planned: tests.length,
        sends: tests.length,
        scenarios: ['CHOP'],
        testsPerScenario: new Map([['CHOP', tests.length]]),
        used: [],
      },
      ...{ findings: [], combinations: 0, repeated: 0, nextOffset: 17 },
      tests: function* () {
        for (const test of tests) {
          options.onPlan?.(test.index);
          yield test;
        }
      },
    },
    pace: { concurrency: 1, rate: null, gapMs: 0 },
    bail: true,
    maxFailures: null,
    quiet: null,
    thresholds: [],
    failOn: ['failed'],
    requireStages: false,
    flushTimeoutMs: 2_500,
    findings: [],
    ...options.settings,
  };
  const ports: RunPorts = {
    tracer: {
      startTest: (test) => ({ ...tracer.startTest(test), finish: (outcome) => finished.push(outcome) }),
      ready: async () => {},
      releaseWaiters: () => calls.push('waitNoMore'),
      flush: async (ms) => {
        calls.push(`flush ${ms}`);
      },
      delivery: () => ({ ...NO_DELIVERY, ...options.sentry }),
    },
    proxy: null,
    tracesTo: null,
    sender: {
      send: async (test, _trace, { lateMs }) => {
        sends.push({ index: test.index, lateMs });
        options.onSend?.(test.index);
        const startedAt = new Date(BEGIN_MS + nowMs).toISOString();
        nowMs += tookMs;
        return deliveryOf(test, outcomes[test.index - 1] ?? 200, startedAt);
      },
      abort: () => calls.push('abort'),
      close: () => {},
    },
    judge,
    duplicates: createDuplicates(NO_EARLIER_IDS, () => BEGIN_MS + nowMs),
    latestRun: null,
    recorder: {
      add: async (result) => {
        results.set(result.testId, result);
      },
      update: (result) => {
        results.set(result.testId, result);
      },
      results: read,
      retry: () => calls.push('retry'),
      finish: async (head) => ({ savedAs: head.runId, head, results: read }),
      folder: () => null,
      isSaved: () => true,
      problems: () => [],
    },
    redact: createRedactor(options.secrets ?? []),
    redactPaths: [],
    traceUrl: (traceId) => `https://acme.sentry.io/${traceId}`,
    verification: null,
    traces: null,
    probes: null,
    cleanup: null,
    alerts: null,
    contacts: { probes: [], cleanup: [] },
    baseline: null,
    history: async () => [],
    changes: async () => new Map(),
    emit: (event) => events.push(event),
    now: () => new Date(BEGIN_MS + nowMs),
    monotonicMs: () => nowMs,
    stop: stop.signal,
    ...options.ports,
  };
  const { source, failure } = await run(settings, ports);
  return {
    source,
    failure,
    head: source.head,
    results: [...results.values()],
    events,
    sends,
    finished,
    calls,
  };
}
