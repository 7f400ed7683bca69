/**
 * Reports the client side of every test to Sentry: one trace for each test, accepted or not by Sentry's own response. With
 * `sentry-client` the only importer of @sentry/node; load it lazily, it is the heaviest thing a run needs.
 */
import {
  getTraceData,
  type NodeClient,
  type Span,
  setHttpStatus,
  startInactiveSpan,
  startNewTrace,
} from '@sentry/node';
import type { PlannedTest } from '../model/plan.ts';
import { type InScope, openSentryClient, type SentryClientOptions } from './sentry-client.ts';
import { sentryConnection } from './sentry-connection.ts';
import { type DeliveryCount, deliveryCount } from './sentry-delivery.ts';
import { type AttemptTrace, ROOT_SPAN_NAME, ROOT_SPAN_OP, type TestTrace, type Tracer } from './trace.ts';

/** Span status codes of the SDK. */
const STATUS_OK = 1;
const STATUS_ERROR = 2;

const DEFAULT_PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 };

/** Envelopes in flight before sending waits for Sentry: bounds memory at roughly 10 KB each. */
const IN_FLIGHT_LIMIT = 500;
/** Room for the tests that are themselves in flight when that limit is reached; beyond it traces are dropped. */
const IN_FLIGHT_HARD_LIMIT = 2_000;
/** Milliseconds without a response from Sentry after which the run continues: the webhooks matter more. */
const STALL_MS = 5_000;
export interface TracerOptions extends SentryClientOptions {
  readonly runId: string;
  /** Masks secrets in attribute values. */
  readonly redact: (text: string) => string;
}

/** @throws ProdE2eError `PROXY_INVALID` */
export function createTracer(options: TracerOptions): Tracer {
  const connection = sentryConnection(options.dsn.text);
  const count = deliveryCount({
    host: options.dsn.host,
    limit: IN_FLIGHT_LIMIT,
    hardLimit: IN_FLIGHT_HARD_LIMIT,
    stallMs: STALL_MS,
  });
  const { client, inScope } = openSentryClient({ options, count, connection });
  return {
    startTest: (test) => startTest({ test, options, count, client, inScope }),
    ready: count.ready,
    releaseWaiters: count.releaseWaiters,
    flush: async (timeoutMs) => {
      const inTime = await within(timeoutMs, async () => {
        await inScope(() => client.flush(timeoutMs));
        await count.idle();
      });
      if (inTime) return;
      count.close();
      connection.giveUp();
    },
    delivery: count.delivery,
  };
}

/** True when the work ended in time. */
async function within(timeoutMs: number, work: () => Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, false);
  });
  const done = work().then(() => true);
  return Promise.race([done, late]).finally(() => clearTimeout(timer));
}

function startTest({
  test,
  options,
  count,
  client,
  inScope,
}: {
  readonly test: PlannedTest;
  readonly options: TracerOptions;
  readonly count: DeliveryCount;
  readonly client: NodeClient;
  readonly inScope: InScope;
}): TestTrace {
  const attributes = testAttributes(test, options);
  const root = inScope(() =>
    startNewTrace(() =>
      startInactiveSpan({ name: ROOT_SPAN_NAME, op: ROOT_SPAN_OP, forceTransaction: true, attributes }),
    ),
  );
  const { traceId } = root.spanContext();
  return {
    traceId,
    startAttempt: (request) =>
      startAttempt({ root, method: request.method, url: request.url, redact: options.redact, inScope }),
    finish: ({ verdict, status, problem }) => {
      root.setAttribute('prod_e2e.verdict', verdict);
      if (status !== null) root.setAttribute('http.response.status_code', status);
      // A child's failure does not mark its root; a person filters Sentry by the root.
      if (verdict === 'broken') {
        const statusMessage = options.redact(problem ?? 'internal_error');
        root.setStatus({ code: STATUS_ERROR, message: statusMessage });
        // The static format keeps no words with a status.
        root.setAttribute('prod_e2e.problem', statusMessage);
      } else root.setStatus({ code: STATUS_OK });
      count.traceEnded();
      inScope(() => {
        root.end();
        client.emit('flushTraceSpans', traceId);
      });
    },
  };
}

function testAttributes(
  test: PlannedTest,
  options: TracerOptions,
): Record<string, string | number | boolean> {
  const dimensions = Object.entries(test.dimensions).map(([name, value]) => [
    `prod_e2e.dimension.${name}`,
    typeof value === 'string' ? options.redact(value) : value,
  ]);
  return {
    'prod_e2e.test_id': test.testId,
    'prod_e2e.run_id': options.runId,
    'prod_e2e.scenario': test.scenario,
    ...Object.fromEntries(dimensions),
  };
}

function startAttempt({
  root,
  method,
  url,
  redact,
  inScope,
}: {
  readonly root: Span;
  readonly method: string;
  readonly url: string;
  readonly redact: (text: string) => string;
  readonly inScope: InScope;
}): AttemptTrace {
  const { host, hostname, port, protocol, origin, pathname } = new URL(url);
  const attributes = {
    'http.request.method': method,
    'url.full': redact(`${origin}${pathname}`),
    'server.address': hostname,
    'server.port': Number(port === '' ? DEFAULT_PORTS[protocol] : port),
  };
  const span = inScope(() =>
    startInactiveSpan({ parentSpan: root, name: `${method} ${host}`, op: 'http.client', attributes }),
  );
  const data = inScope(() => getTraceData({ span, propagateTraceparent: true }));
  return {
    spanId: span.spanContext().spanId,
    headers: Object.fromEntries(
      Object.entries(data).filter((entry): entry is [string, string] => entry[1] !== undefined),
    ),
    end: ({ status, failure }) => {
      if (status !== null) setHttpStatus(span, status);
      if (failure !== null) {
        span.setAttribute('prod_e2e.failure', failure.kind);
        span.setStatus({ code: STATUS_ERROR, message: redact(failure.message) });
      }
      inScope(() => span.end());
    },
  };
}
