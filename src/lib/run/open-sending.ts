/** What sends webhooks and judges their responses, out of the configuration. */
import type { Settings } from '../config/settings/settings.ts';
import type { Expectation } from '../model/scenario.ts';
import type { Redact } from '../secrets/redact.ts';
import type { Dsn } from '../send/dsn.ts';
import { headerTracer, type Tracer } from '../send/trace.ts';
import type { Sender } from '../send/traced-sender.ts';
import type { ResponseValidator } from '../validate/response-validator.ts';
import { VERSION } from '../version.ts';

export interface Sending {
  readonly tracer: Tracer;
  readonly sender: Sender;
  readonly judge: ResponseValidator;
}

interface SendingOptions {
  readonly settings: Settings;
  readonly url: string;
  /** Null without one: webhooks carry trace headers alone. */
  readonly dsn: Dsn | null;
  readonly runId: string;
  readonly redact: Redact;
  /** Of all responses that are to be judged. */
  readonly expectations: readonly Expectation[];
}

/** @throws ProdE2eError `SCHEMA_INVALID`, `TLS_FILE`, `PROXY_INVALID` */
export async function openSending(options: SendingOptions): Promise<Sending> {
  const { settings, url, expectations } = options;
  const [{ createSender }, { createResponseValidator }] = await Promise.all([
    import('../send/traced-sender.ts'),
    import('../validate/response-validator.ts'),
  ]);
  const judge = await createResponseValidator({ expectations, strict: settings.strict });
  const tracer = await openTracer(options);
  const sender = await createSender({ ...settings, url });
  return { tracer, sender, judge };
}

async function openTracer({ dsn, settings, runId, redact }: SendingOptions): Promise<Tracer> {
  const { environment, sentry } = settings;
  const release = `prod-e2e@${VERSION}`;
  if (dsn === null) return headerTracer({ environment, release });
  // Loaded only here: @sentry/node is the heaviest thing a run needs.
  const { createTracer } = await import('../send/tracer.ts');
  const { traceLifecycle, orgId } = sentry;
  return createTracer({ dsn, environment, release, traceLifecycle, orgId, runId, redact });
}
