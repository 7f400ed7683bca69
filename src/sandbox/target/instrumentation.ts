/** The target's tracing, done by the real SDK; the only file of the sandbox that imports it. */
import * as Sentry from '@sentry/node';

export const SERVICE_NAME = 'sandbox-target';

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

/** The trace headers of a request; undefined where it has none. */
export interface IncomingTrace {
  readonly sentryTrace: string | undefined;
  readonly baggage: string | undefined;
}

/** The span of the work that goes on. */
export interface ActiveSpan {
  /** Adds what is known only while the work goes on. */
  annotate(attributes: Attributes): void;
  /** Sends the error, linked to the span. */
  capture(error: Error): void;
  /** Marks the span as failed with the error's message; the work itself may go on. */
  fail(error: Error): void;
  /** Takes the status of the HTTP response. */
  responded(status: number): void;
}

export type Work<Result> = (span: ActiveSpan) => Promise<Result>;

export interface InstrumentationOptions {
  readonly dsn: string;
  /** `sandbox-target@1.0.0` */
  readonly release: string;
  /** By the attribute `scenario` of a trace's first span; empty where it has none. */
  readonly isSampledOut: (scenario: string) => boolean;
}

/** Initializes the SDK as a service would, without integrations that describe the machine. Once per process. */
export function startInstrumentation({ dsn, release, isSampledOut }: InstrumentationOptions): void {
  Sentry.initWithoutDefaultIntegrations({
    dsn,
    environment: 'sandbox',
    release,
    serverName: SERVICE_NAME,
    // Without the exception, what a `tracesSampleRate` of 1 does: the sender's decision, else yes.
    tracesSampler: ({ attributes, parentSampled }) =>
      !isSampledOut(String(attributes?.scenario ?? '')) && (parentSampled ?? true),
    enableRuntimeChannelInjection: false,
    // Headers of webhooks carry signatures and tokens, bodies other people's data.
    dataCollection: { userInfo: false, cookies: false, httpHeaders: false, httpBodies: [] },
    transportOptions: { bufferSize: TRANSPORT_BUFFER },
  });
  Sentry.getGlobalScope().setAttributes({ 'service.name': SERVICE_NAME });
}

export function reportException(error: unknown): void {
  Sentry.captureException(error);
}

/** Runs `work` in a span below the active one; a throw marks it as failed. */
export function inSpan<Result>(step: Step, work: Work<Result>): Promise<Result> {
  return Sentry.startSpan({ ...step, attributes: { ...step.attributes } }, (span) =>
    work({
      annotate: (attributes) => void span.setAttributes({ ...attributes }),
      capture: reportException,
      fail(error) {
        span.setStatus({ code: 2, message: error.message });
        reportException(error);
      },
      responded: (status) => Sentry.setHttpStatus(span, status),
    }),
  );
}

/**
 * Runs `work` in the span of a request, which continues the sender's trace. By hand, and not by the SDK's own
 * integration: that one begins, and samples, before the scenario is known from the body.
 */
export function inRequest<Result>(incoming: IncomingTrace, step: Step, work: Work<Result>): Promise<Result> {
  return Sentry.withIsolationScope(() => Sentry.continueTrace(incoming, () => inSpan(step, work)));
}

/** Runs `work` in a trace of its own, which knows nothing of the active one. */
export function inOwnTrace<Result>(step: Step, work: Work<Result>): Promise<Result> {
  return Sentry.withIsolationScope(() => Sentry.startNewTrace(() => inSpan(step, work)));
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
