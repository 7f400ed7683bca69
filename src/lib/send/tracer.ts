/**
 * Reports the client side of every test to Sentry: one trace a test, each accepted or not by Sentry's own answer.
 * The only importer of @sentry/node; load it lazily, it is the heaviest thing a run needs.
 */
import {
  defaultStackParser,
  getCurrentScope,
  getTraceData,
  makeNodeTransport,
  NodeClient,
  type Span,
  setHttpStatus,
  startInactiveSpan,
  startNewTrace,
} from '@sentry/node';
import { getProxyForUrl } from 'proxy-from-env';
import type { PlannedTest } from '../model.ts';
import type { Dsn } from './dsn.ts';
import { type DeliveryCount, deliveryCount } from './sentry-delivery.ts';
import { type AttemptTrace, ROOT_SPAN_NAME, ROOT_SPAN_OP, type TestTrace, type Tracer } from './trace.ts';

/** Span status codes of the SDK. */
const STATUS_OK = 1;
const STATUS_ERROR = 2;

/** Envelopes under way at once before sending waits for Sentry: bounds memory at roughly 10 KB each. */
const IN_FLIGHT_LIMIT = 500;
/** The SDK drops what exceeds its own buffer; it must never be the tighter of the two. */
const SDK_BUFFER = 100_000;

export interface TracerOptions {
  readonly dsn: Dsn;
  readonly environment: string;
  readonly release: string;
  readonly traceLifecycle: 'stream' | 'static';
  /** For hosts that do not tell it; null where unknown. */
  readonly orgId: string | null;
  readonly runId: string;
  /** Masks secrets in attribute values. */
  readonly redact: (text: string) => string;
}

export function createTracer(options: TracerOptions): Tracer {
  const count = deliveryCount({ host: options.dsn.host, limit: IN_FLIGHT_LIMIT });
  const client = createClient(options, count);
  return {
    startTest: (test) => startTest({ test, options, count, client }),
    ready: count.ready,
    flush: async (timeoutMs) => {
      await client.flush(timeoutMs);
    },
    delivery: count.delivery,
  };
}

function createClient(options: TracerOptions, count: DeliveryCount): NodeClient {
  const proxy = getProxyForUrl(options.dsn.text);
  const orgId = options.orgId ?? options.dsn.orgId;
  const client = new NodeClient({
    dsn: options.dsn.text,
    environment: options.environment,
    release: options.release,
    tracesSampleRate: 1,
    traceLifecycle: options.traceLifecycle,
    // Nothing about the user's machine leaves it, and Node's own modules stay as they are (saves 180 ms at start).
    integrations: [],
    includeServerName: false,
    enableRuntimeChannelInjection: false,
    stackParser: defaultStackParser,
    transport: (transportOptions) =>
      count.counted(
        makeNodeTransport({
          ...transportOptions,
          ...(proxy === '' ? {} : { proxy }),
          bufferSize: SDK_BUFFER,
        }),
      ),
    ...(orgId === null ? {} : { orgId: Number(orgId) }),
  });
  getCurrentScope().setClient(client);
  client.init();
  return client;
}

function startTest({
  test,
  options,
  count,
  client,
}: {
  readonly test: PlannedTest;
  readonly options: TracerOptions;
  readonly count: DeliveryCount;
  readonly client: NodeClient;
}): TestTrace {
  const root = startNewTrace(() =>
    startInactiveSpan({
      name: ROOT_SPAN_NAME,
      op: ROOT_SPAN_OP,
      forceTransaction: true,
      attributes: testAttributes(test, options),
    }),
  );
  const { traceId } = root.spanContext();
  return {
    traceId,
    startAttempt: (request) =>
      startAttempt({ root, method: request.method, url: request.url, redact: options.redact }),
    finish: ({ verdict, status, problem }) => {
      root.setAttribute('prod_e2e.verdict', verdict);
      if (status !== null) root.setAttribute('http.response.status_code', status);
      // A child's failure does not mark its root; a person filters Sentry by the root.
      if (verdict === 'broken') {
        root.setStatus({ code: STATUS_ERROR, message: options.redact(problem ?? 'internal_error') });
      } else root.setStatus({ code: STATUS_OK });
      count.traceEnded();
      root.end();
      client.emit('flushTraceSpans', traceId);
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
}: {
  readonly root: Span;
  readonly method: string;
  readonly url: string;
  readonly redact: (text: string) => string;
}): AttemptTrace {
  const { host, origin, pathname } = new URL(url);
  const span = startInactiveSpan({
    parentSpan: root,
    name: `${method} ${host}`,
    op: 'http.client',
    attributes: {
      'http.request.method': method,
      'url.full': redact(`${origin}${pathname}`),
      'server.address': host,
    },
  });
  const data = getTraceData({ span, propagateTraceparent: true });
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
      span.end();
    },
  };
}
