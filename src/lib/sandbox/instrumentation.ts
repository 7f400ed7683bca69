/** The target's tracing, done by the real SDK; the only file of the sandbox that imports it. */
import * as Sentry from '@sentry/node';

export const SERVICE_NAME = 'sandbox-target';

/** Asked by whoever watches the process: not worth a trace each. */
export const HEALTH_PATH = '/health';

/** Spans leave this long after the last unit of work; the SDK alone would wait 5 s. */
const IDLE_FLUSH_MS = 500;

/** Envelopes in flight before the SDK drops more; its own 64 are too few for a burst of short traces. */
const TRANSPORT_BUFFER = 2_048;

export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Step {
  readonly name: string;
  readonly op: string;
  readonly attributes: Attributes;
}

/** Adds what is known only while the work goes on. */
export type Annotate = (attributes: Attributes) => void;

/** Initialises the SDK as a service would, without whatever would tell about the machine. Once per process. */
export function startInstrumentation(dsn: string): void {
  Sentry.initWithoutDefaultIntegrations({
    dsn,
    environment: 'sandbox',
    release: `${SERVICE_NAME}@1.0.0`,
    serverName: SERVICE_NAME,
    tracesSampleRate: 1,
    enableRuntimeChannelInjection: false,
    // Headers of webhooks carry signatures and tokens, bodies other people's data.
    dataCollection: { userInfo: false, cookies: false, httpHeaders: false, httpBodies: [] },
    integrations: [
      Sentry.httpServerIntegration({ sessions: false }),
      Sentry.httpServerSpansIntegration({ ignoreIncomingRequests: (path) => path === HEALTH_PATH }),
    ],
    transportOptions: { bufferSize: TRANSPORT_BUFFER },
  });
  Sentry.getGlobalScope().setAttributes({ 'service.name': SERVICE_NAME });
}

/** Runs `work` in a span below the active one; a throw marks it as failed. */
export function inSpan<Result>(step: Step, work: (annotate: Annotate) => Promise<Result>): Promise<Result> {
  return Sentry.startSpan({ ...step, attributes: { ...step.attributes } }, (span) =>
    work((attributes) => void span.setAttributes({ ...attributes })),
  );
}

/** Names the request's span after its route, as framework integrations do, and adds attributes to it. */
export function describeRequest(route: string, attributes: Attributes): void {
  const span = Sentry.getActiveSpan();
  if (span === undefined) return;
  Sentry.updateSpanName(span, route);
  span.setAttributes({ ...attributes, 'http.route': route.slice(route.indexOf('/')) });
}

export function reportException(error: unknown): void {
  Sentry.captureException(error);
}

let idleFlush: NodeJS.Timeout | undefined;

/** Sends finished spans soon, once no more work comes. */
export function flushWhenIdle(): void {
  idleFlush?.refresh();
  idleFlush ??= setTimeout(() => {
    idleFlush = undefined;
    void flushInstrumentation(IDLE_FLUSH_MS);
  }, IDLE_FLUSH_MS).unref();
}

/** Sends all finished spans, waiting at most `limitMs`. */
export async function flushInstrumentation(limitMs: number): Promise<void> {
  await Sentry.flush(limitMs);
}
