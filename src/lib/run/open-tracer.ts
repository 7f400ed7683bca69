/** The tracer of a configuration: Sentry's where there is a usable DSN, headers alone where there is none. */
import type { Settings } from '../config/settings/settings.ts';
import type { Redact } from '../secrets/redact.ts';
import type { Dsn } from '../send/dsn.ts';
import { headerTracer, type Tracer } from '../send/trace.ts';
import { VERSION } from '../version.ts';

export async function openTracer(options: {
  /** Null without a usable one. */
  readonly dsn: Dsn | null;
  readonly settings: Settings;
  readonly runId: string;
  readonly redact: Redact;
}): Promise<Tracer> {
  const { dsn, settings, runId, redact } = options;
  const { environment, sentry } = settings;
  const release = `prod-e2e@${VERSION}`;
  if (dsn === null) return headerTracer({ environment, release });
  // Loaded only here: @sentry/node is the heaviest thing a run needs.
  const { createTracer } = await import('../send/tracer.ts');
  const { traceLifecycle, orgId } = sentry;
  return createTracer({ dsn, environment, release, traceLifecycle, orgId, runId, redact });
}
