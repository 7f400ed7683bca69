/** Sentry's web API, as far as it is about traces and what belongs to them: routes below `/api/0`. */
import { type Context, Hono } from 'hono';
import type { Json, JsonObject } from '../../lib/model/json.ts';
import { addEventRoutes } from './event-routes.ts';
import { respondWithEvents } from './events-route.ts';
import { addIssueRoutes } from './issue-routes.ts';
import { addListRoutes } from './list-routes.ts';
import { NOT_FOUND, refuse } from './refusal.ts';
import type { Deploy } from './release-response.ts';
import type { SentryProject } from './sentry-auth.ts';
import type { Serving } from './serving.ts';
import { durationMs, isoTime, type SlugOf } from './span-fields.ts';
import type { StoredSpan, StoredTrace } from './span-store.ts';
import { traceResponse } from './trace-response.ts';

interface ReadApiOptions {
  readonly serving: Serving;
  readonly deploys: readonly Deploy[];
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

/** The counts of a trace in the shape of Sentry's `GET /api/0/organizations/{org}/trace-meta/{id}/`. */
function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function metaResponse({ spans, errors }: StoredTrace): JsonObject {
  const perSegment = countBy(spans.map((span) => span.segmentId ?? ''));
  return {
    errorsCount: errors.length,
    logsCount: 0,
    metricsCount: 0,
    performanceIssuesCount: 0,
    spansCount: spans.length,
    spansCountMap: Object.fromEntries(countBy(spans.map((span) => span.op ?? 'default'))),
    transactionChildCountMap: [...perSegment].map(([id, count]) => ({
      'transaction.event_id': id,
      'count()': count,
    })),
    uptimeCount: 0,
  };
}

/** All attributes of one span in the shape of Sentry's `GET …/trace-items/{span_id}/?item_type=spans`. */
function attribute(name: string, value: Json): JsonObject {
  if (typeof value === 'boolean') return { name, type: 'bool', value };
  if (typeof value === 'number') return { name, type: Number.isInteger(value) ? 'int' : 'float', value };
  return { name, type: 'str', value: typeof value === 'string' ? value : JSON.stringify(value) };
}

function spanItemResponse(span: StoredSpan, slug: string): JsonObject {
  const known: JsonObject = {
    'span.name': span.name,
    'span.op': span.op ?? 'default',
    'span.duration': durationMs(span),
    'span.status': span.status,
    project: slug,
    is_transaction: span.isSegment,
    ...(span.segmentName !== null && { transaction: span.segmentName }),
    ...(span.parentSpanId !== null && { parent_span: span.parentSpanId }),
  };
  return {
    itemId: span.spanId,
    timestamp: isoTime(span.startTimestamp),
    attributes: Object.entries({ ...known, ...span.attributes }).map(([name, value]) =>
      attribute(name, value),
    ),
    links: null,
    meta: {},
  };
}
