/** `GET /organizations/{org}/events/`: searching spans of all traces. */
import type { Context } from 'hono';
import { parseEventsQuery, traceOf } from './events-query.ts';
import { eventsPage, eventsRequest, linkHeader, matchingSpans } from './events-response.ts';
import { refuse } from './refusal.ts';
import type { Serving } from './serving.ts';
import type { SlugOf } from './span-fields.ts';

/** One page of what is found, with Sentry's `Link` header; 400 for what the sandbox does not understand. */
export function respondWithEvents(
  c: Context,
  { serving, slugOf }: { readonly serving: Serving; readonly slugOf: SlugOf },
): Response {
  const url = new URL(c.req.url);
  const request = eventsRequest(url.searchParams);
  if (typeof request === 'string') return c.json({ detail: request }, 400);
  const query = parseEventsQuery(url.searchParams.get('query') ?? '');
  if (!query.ok) return c.json({ detail: `Error parsing search query: ${query.reason}` }, 400);
  const traceId = traceOf(query.terms);
  const refusal = serving.refusal(traceId);
  if (refusal !== null) return refuse(c, refusal, 'read');
  const candidates = traceId === null ? serving.spans() : serving.trace(traceId).spans;
  const found = matchingSpans(candidates, query.terms, { ...request, slugOf });
  const { body, hasMore } = eventsPage(found, request, slugOf);
  return c.json(body, 200, { link: linkHeader(url, request, hasMore) });
}
