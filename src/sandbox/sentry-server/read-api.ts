/** Sentry's web API, as far as it is about traces and what belongs to them: routes below `/api/0`. */
import { type Context, Hono } from 'hono';
import type { JsonObject } from '../../lib/model/json.ts';
import { addEventRoutes } from './event-routes.ts';
import { respondWithEvents } from './events-route.ts';
import { addIssueRoutes } from './issue-routes.ts';
import { addListRoutes } from './list-routes.ts';
import { metaResponse } from './meta-response.ts';
import { NOT_FOUND, refuse } from './refusal.ts';
import type { SentryProject } from './sentry-auth.ts';
import type { Serving } from './serving.ts';
import type { SlugOf } from './span-fields.ts';
import { spanItemResponse } from './span-item-response.ts';
import { traceResponse } from './trace-response.ts';

export interface ReadApiOptions {
  readonly serving: Serving;
  /** Slug of the one organization. */
  readonly org: string;
  readonly projects: readonly SentryProject[];
  readonly slugOf: SlugOf;
}

const TRACE = ':trace{[0-9a-fA-F]{32}}';

const organizationUrlOf = (c: Context, org: string): string =>
  `${new URL(c.req.url).origin}/organizations/${org}`;

function organization(c: Context, org: string): JsonObject {
  return {
    id: '1',
    slug: org,
    name: 'prod-e2e sandbox',
    status: { id: 'active', name: 'active' },
    isEarlyAdopter: false,
    features: [],
    links: { regionUrl: new URL(c.req.url).origin, organizationUrl: organizationUrlOf(c, org) },
  };
}

const projectBody = ({ id, slug }: SentryProject): JsonObject => ({
  id: String(id),
  slug,
  name: slug,
  platform: 'node',
  status: 'active',
  features: [],
});

/** The routes; who asks has shown the token. */
export function readApi(options: ReadApiOptions): Hono {
  const { serving, org, projects, slugOf } = options;
  const app = new Hono({ strict: false });

  app.use('/*', async (c, next) => {
    const refusal = serving.refusal(null);
    return refusal === null ? next() : refuse(c, refusal, 'read');
  });
  for (const path of ['/organizations/:org/*', '/projects/:org/*']) {
    app.use(path, async (c, next) => (c.req.param('org') === org ? next() : c.json(NOT_FOUND, 404)));
  }

  app.get('/organizations', (c) => c.json([organization(c, org)]));
  app.get('/organizations/:org', (c) => c.json(organization(c, org)));
  app.get('/organizations/:org/projects', (c) => c.json(projects.map(projectBody)));
  app.get('/users/me/regions', (c) =>
    c.json({ regions: [{ name: 'sandbox', url: new URL(c.req.url).origin }] }),
  );

  app.get(`/organizations/:org/trace/${TRACE}`, (c) => {
    const traceId = c.req.param('trace').toLowerCase();
    const refusal = serving.refusal(traceId);
    if (refusal !== null) return refuse(c, refusal, 'read');
    const attributes = c.req.queries('additional_attributes') ?? [];
    return c.json(traceResponse(serving.trace(traceId), { slugOf, attributes }));
  });
  app.get(`/organizations/:org/trace-meta/${TRACE}`, (c) => {
    const traceId = c.req.param('trace').toLowerCase();
    const refusal = serving.refusal(traceId);
    return refusal === null ? c.json(metaResponse(serving.trace(traceId))) : refuse(c, refusal, 'read');
  });
  app.get('/organizations/:org/events', (c) => respondWithEvents(c, options));
  addIssueRoutes(app, options);
  addEventRoutes(app, options);
  addListRoutes(app, options);

  app.get('/projects/:org/:project', (c) => {
    const found = projects.find(({ slug }) => slug === c.req.param('project'));
    if (found === undefined) return c.json(NOT_FOUND, 404);
    return c.json({ ...projectBody(found), organization: organization(c, org) });
  });
  app.get('/projects/:org/:project/trace-items/:span{[0-9a-fA-F]{16}}', (c) => {
    const traceId = (c.req.query('trace_id') ?? '').toLowerCase();
    const refusal = serving.refusal(traceId);
    if (refusal !== null) return refuse(c, refusal, 'read');
    const spanId = c.req.param('span').toLowerCase();
    const slug = c.req.param('project');
    const span = serving
      .trace(traceId)
      .spans.find((stored) => stored.spanId === spanId && slugOf(stored.projectId) === slug);
    return span === undefined ? c.json(NOT_FOUND, 404) : c.json(spanItemResponse(span, slug));
  });
  return app;
}
