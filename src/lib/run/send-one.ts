/** Sends one webhook in its own trace, judges the response, and ends the trace with the verdict. */
import { type Delivery, earlierDeliveries } from '../model/delivery.ts';
import type { Judgment } from '../model/finding.ts';
import type { PlannedTest } from '../model/plan.ts';
import type { Attempt } from '../model/result.ts';
import { redactDimensions, withLocation } from '../secrets/redact.ts';
import { maskingOf, type PathMasking } from '../secrets/redact-paths.ts';
import { MAX_RETRY_AFTER_MS } from '../send/retries.ts';
import type { SendHow } from '../send/traced-sender.ts';
import { withSenderFindings } from '../validate/sender-findings.ts';
import type { RunPorts } from './ports.ts';

export interface SentOne {
  readonly delivery: Delivery;
  readonly judgment: Judgment;
  /** Masks what is shown of this webhook. */
  readonly masking: PathMasking;
}

export async function sendOne(
  test: PlannedTest,
  { isResend, ...how }: SendHow & { readonly isResend: boolean },
  ports: Pick<RunPorts, 'tracer' | 'sender' | 'judge' | 'redact' | 'redactPaths' | 'duplicates'>,
): Promise<SentOne> {
  const { tracer, sender, judge } = ports;
  const requestMasking = maskingOf([test.request.body], ports);
  const dimensions = redactDimensions(test.dimensions, requestMasking.text);
  const trace = tracer.startTest({ ...test, dimensions });
  const delivery = await sender.send(test, trace, how);
  const { response } = delivery;
  // A resend is expected to have the same id.
  const earlierOwner = response === null || isResend ? null : ports.duplicates.earlierOwner(test, response);
  const judged = afterRetries(judge(delivery, test.expect, earlierOwner), delivery);
  const judgment = withSenderFindings(judged, { test, delivery });
  const masking = maskingOf([delivery.request.body, response?.body ?? ''], {
    ...ports,
    redact: withLocation(ports.redact, response?.headers ?? {}),
  });
  const [error] = judgment.errors;
  const problem = error === undefined ? null : masking.text(error.message, 'sentence');
  const status = delivery.response?.status ?? null;
  trace.finish({ verdict: problem === null ? 'working' : 'broken', status, problem });
  return { delivery, judgment, masking };
}

function afterRetries(judgment: Judgment, delivery: Delivery): Judgment {
  const { attempts, notRetriedForMs = null } = delivery;
  if (notRetriedForMs !== null) return withLongWait(judgment, notRetriedForMs);
  const arrived = earlierDeliveries(attempts)[0];
  return arrived === undefined ? judgment : withArrivedBefore(judgment, arrived);
}

/** Codes of findings about a status that may be retried. */
const OF_STATUS = new Set(['rate-limited', 'http-4xx', 'http-5xx']);

function withLongWait(judgment: Judgment, askedMs: number): Judgment {
  const longest = `retries wait up to ${MAX_RETRY_AFTER_MS / 1_000} s for Retry-After`;
  const hint = `Wait ${Math.ceil(askedMs / 1_000)} s before the next run. Not retried: ${longest}`;
  return {
    ...judgment,
    errors: judgment.errors.map((error) => (OF_STATUS.has(error.code) ? { ...error, hint } : error)),
  };
}

/** A duplicate after a retry means that an earlier delivery arrived: it was processed, and its probes can run. */
function withArrivedBefore(judgment: Judgment, { status }: Attempt): Judgment {
  const although = status === null ? 'its response did not' : `its response was HTTP ${status}`;
  const warnings = judgment.warnings.map((warning) =>
    warning.code === 'duplicate'
      ? {
          ...warning,
          code: 'flaky',
          hint: 'Check why the first response was lost: a proxy, a load balancer or a crash after the work was done',
          message: `The first delivery arrived although ${although}: the retry was treated as a duplicate`,
        }
      : warning,
  );
  return { ...judgment, warnings };
}
