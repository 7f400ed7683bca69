/** Issues by number, by short id, and all of them: enough to follow a link from a trace. */
import type { Context, Hono } from 'hono';
import type { JsonObject } from '../../lib/model/json.ts';
import { issueResponse, shortIdOf } from './issue-response.ts';
import { NOT_FOUND, refuse } from './refusal.ts';
import { requestedProjects } from './requested-projects.ts';
import type { SentryProject } from './sentry-auth.ts';
import type { Refusal, Serving } from './serving.ts';
import type { SlugOf } from './span-fields.ts';
import type { StoredError } from './span-store.ts';

export interface IssueRouteOptions {
  readonly serving: Serving;
  /** Slug of the organization. */
  readonly org: string;
  readonly projects: readonly SentryProject[];
  readonly slugOf: SlugOf;
}

/** As many as Sentry lists on a page. */
const LISTED = 100;

function bodyOf(c: Context, error: StoredError, { org, slugOf }: IssueRouteOptions): JsonObject {
  const organizationUrl = `${new URL(c.req.url).origin}/organizations/${org}`;
  return issueResponse(error, { slug: slugOf(error.projectId), organizationUrl });
}

const refusalOf = ({ traceId }: StoredError, serving: Serving): Refusal | null =>
  traceId === null ? null : serving.refusal(traceId);

/** Adds the routes to the read API. */
export function addIssueRoutes(app: Hono, options: IssueRouteOptions): void {
  const { serving, org, slugOf } = options;
  const response = (
    c: Context,
    isAsked: (error: StoredError) => boolean,
    shape: (error: StoredError) => JsonObject,
  ): Response => {
    const error = serving.errors().find(isAsked);
    if (error === undefined) return c.json(NOT_FOUND, 404);
    const refusal = refusalOf(error, serving);
    return refusal === null ? c.json(shape(error)) : refuse(c, refusal, 'read');
  };
  const byId = (c: Context): Response =>
    response(
      c,
      ({ issueId }) => String(issueId) === c.req.param('id'),
      (error) => bodyOf(c, error, options),
    );

  app.get('/issues/:id', byId);
  app.get('/organizations/:org/issues/:id', byId);
  app.get('/organizations/:org/issues', (c) => {
    const requested = requestedProjects(new URL(c.req.url).searchParams, options.projects);
    const visible = serving
      .errors()
      .filter(({ projectId }) => requested.length === 0 || requested.includes(projectId))
      .filter((error) => refusalOf(error, serving) === null);
    return c.json(
      visible
        .slice(-LISTED)
        .reverse()
        .map((error) => bodyOf(c, error, options)),
    );
  });
  app.get('/organizations/:org/shortids/:shortId', (c) => {
    const shortId = c.req.param('shortId').toUpperCase();
    return response(
      c,
      (error) => shortIdOf(error, slugOf(error.projectId)) === shortId,
      (error) => ({
        organizationSlug: org,
        projectSlug: slugOf(error.projectId),
        groupId: String(error.issueId),
        shortId,
        group: bodyOf(c, error, options),
      }),
    );
  });
}
