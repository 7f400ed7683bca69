/** Tracers that report to a receiver of the test. */
import { setMaxListeners } from 'node:events';
import { readDsn } from '../../src/lib/send/dsn.ts';
import type { Tracer } from '../../src/lib/send/trace.ts';
import { createTracer, type TracerOptions } from '../../src/lib/send/tracer.ts';
import { SENDER_RUN_ID } from './sending.ts';

/** Ends a flush that hangs; none of a healthy Sentry takes so long on any machine. */
export const FLUSH_MS = 120_000;

// Each client listens for the end of the process; a run has one, a test file many.
setMaxListeners(0, process);

export function tracerTo(dsn: string, overrides: Partial<TracerOptions> = {}): Tracer {
  const reading = readDsn(dsn);
  if (!reading.ok) throw new Error(reading.problem);
  return createTracer({
    dsn: reading.dsn,
    environment: 'production-e2e-test',
    release: 'prod-e2e@0.1.0',
    traceLifecycle: 'stream',
    orgId: null,
    runId: SENDER_RUN_ID,
    redact: (text) => text,
    ...overrides,
  });
}
