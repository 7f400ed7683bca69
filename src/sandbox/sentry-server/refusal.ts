/** Saying no: to what there is not, and with the status that the fault `sentry-status` asks for. */
import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { reasonOf } from '../target/response.ts';
import type { Refusal } from './serving.ts';

export const NOT_FOUND = { detail: 'The requested resource does not exist' };

/** The windows of Sentry's API limits are of about a second; readers poll every two or three. */
const READ_RETRY_SECONDS = 2;

/** What SDKs assume by themselves when Sentry does not say. */
const INGEST_RETRY_SECONDS = 60;

/** Zero seconds for the SDK itself: it must not stop sending the traces of the other scenarios. */
const NO_BACKOFF = '0:span;transaction;error:key';

/** `isGeneral` decides whether a rate limit makes the sending SDK hold everything else back, too. */
export function refuse(c: Context, { status, isGeneral }: Refusal, what: 'read' | 'envelope'): Response {
  // Statuses are read as 400 to 599, all of which may have a body.
  const code = status as ContentfulStatusCode;
  const body = { detail: `${reasonOf(status)} (as the fault sentry-status asks)` };
  if (status !== 429) return c.json(body, code);
  const seconds = what === 'read' ? READ_RETRY_SECONDS : INGEST_RETRY_SECONDS;
  return c.json(body, code, {
    'retry-after': String(seconds),
    ...(what === 'envelope' && !isGeneral && { 'x-sentry-rate-limits': NO_BACKOFF }),
  });
}
