/** Events by id, and those of an issue, which has one event each here. */
import type { Context, Hono } from 'hono';
import { eventIdOf } from './error-records.ts';
import { eventResponse, eventRow } from './event-response.ts';
import { NOT_FOUND, refuse } from './refusal.ts';
import type { Serving } from './serving.ts';
import type { SlugOf } from './span-fields.ts';
import type { StoredError } from './span-store.ts';

export interface EventRouteOptions {
  readonly serving: Serving;
  readonly slugOf: SlugOf;
}

/** Which event of an issue Sentry gives by these words: here always the one there is. */
const WORDS = new Set(['latest', 'oldest', 'recommended']);

/** Adds the routes to the read API. */
export function addEventRoutes(app: Hono, { serving, slugOf }: EventRouteOptions): void {
  const response = (c: Context, error: StoredError | undefined, shape: (error: StoredError) => Response) => {
    if (error === undefined) return c.json(NOT_FOUND, 404);
    const refusal = error.traceId === null ? null : serving.refusal(error.traceId);
    return refusal === null ? shape(error) : refuse(c, refusal, 'read');
  };
  const ofIssue = (c: Context): StoredError | undefined =>
    serving.errors().find(({ issueId }) => String(issueId) === c.req.param('id'));
  const byEventId = (c: Context): StoredError | undefined => {
    const id = eventIdOf(c.req.param('event'));
    return id === null ? undefined : serving.errors().find(({ eventId }) => eventId === id);
  };

  const list = (c: Context): Response => response(c, ofIssue(c), (error) => c.json([eventRow(error)]));
  const one = (c: Context): Response => {
    const error = ofIssue(c);
    const id = c.req.param('event') ?? '';
    const isMeant = error !== undefined && (WORDS.has(id) || error.eventId === eventIdOf(id));
    return response(c, isMeant ? error : undefined, (found) => c.json(eventResponse(found)));
  };
  for (const issue of ['/issues/:id', '/organizations/:org/issues/:id']) {
    app.get(`${issue}/events`, list);
    app.get(`${issue}/events/:event`, one);
  }
  app.get('/projects/:org/:project/events/:event', (c) => {
    const error = byEventId(c);
    const isThere = error !== undefined && slugOf(error.projectId) === c.req.param('project');
    return response(c, isThere ? error : undefined, (found) => c.json(eventResponse(found)));
  });
  // None are kept.
  app.get('/projects/:org/:project/events/:event/attachments', (c) => c.json([]));
  app.get('/organizations/:org/eventids/:event', (c) =>
    response(c, byEventId(c), (error) =>
      c.json({
        organizationSlug: c.req.param('org'),
        projectSlug: slugOf(error.projectId),
        groupId: String(error.issueId),
        eventId: error.eventId,
        event: eventResponse(error),
      }),
    ),
  );
}
