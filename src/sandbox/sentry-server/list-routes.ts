/** Releases, monitors and Stats: what the spans, errors and check-ins of all projects amount to. */
import type { Hono } from 'hono';
import { textAt } from '../json-fields.ts';
import { monitorResponse, monitorsOf } from './monitor-response.ts';
import { NOT_FOUND } from './refusal.ts';
import { type Deploy, deploysResponse, releaseResponse, releasesOf } from './release-response.ts';
import { requestedProjects } from './requested-projects.ts';
import type { SentryProject } from './sentry-auth.ts';
import type { Serving } from './serving.ts';
import type { SlugOf } from './span-fields.ts';
import { droppedResponse, statsResponse } from './stats-response.ts';

export interface ListRouteOptions {
  readonly serving: Serving;
  readonly deploys: readonly Deploy[];
  readonly projects: readonly SentryProject[];
  readonly slugOf: SlugOf;
}

/** As many as Sentry lists on a page. */
const LISTED = 100;

/** Adds the routes to the read API. */
export function addListRoutes(app: Hono, { serving, deploys, projects, slugOf }: ListRouteOptions): void {
  const releases = (search: URLSearchParams) =>
    releasesOf({
      spans: serving.spans(),
      errors: serving.errors(),
      deploys,
      projectIds: requestedProjects(search, projects),
    });

  app.get('/organizations/:org/releases', (c) => {
    const { searchParams } = new URL(c.req.url);
    const query = searchParams.get('query') ?? '';
    const found = releases(searchParams).filter(({ version }) => version.includes(query));
    return c.json(found.slice(0, LISTED).map((release) => releaseResponse(release, slugOf)));
  });
  app.get('/organizations/:org/releases/:version', (c) => {
    const release = releases(new URLSearchParams()).find(({ version }) => version === c.req.param('version'));
    return release === undefined ? c.json(NOT_FOUND, 404) : c.json(releaseResponse(release, slugOf));
  });

  app.get('/organizations/:org/releases/:version/deploys', (c) => {
    const version = c.req.param('version');
    const found = deploys.filter((deploy) => deploy.version === version);
    return c.json(deploysResponse(found));
  });

  app.get('/organizations/:org/monitors', (c) => {
    const { searchParams } = new URL(c.req.url);
    const requested = requestedProjects(searchParams, projects);
    const query = (searchParams.get('query') ?? '').toLowerCase();
    const found = monitorsOf(serving.checkIns()).flatMap((checkIns, index) => {
      const [{ projectId, checkIn }] = checkIns;
      const isAsked =
        (requested.length === 0 || requested.includes(projectId)) &&
        (textAt(checkIn, 'monitor_slug') ?? '').toLowerCase().includes(query);
      return isAsked ? [monitorResponse(checkIns, index, slugOf)] : [];
    });
    return c.json(found.slice(0, LISTED));
  });

  app.get('/organizations/:org/stats_v2', (c) => {
    const stats = statsResponse(serving.outcomes(), new URL(c.req.url).searchParams, Date.now());
    return typeof stats === 'string' ? c.json({ detail: stats }, 400) : c.json(stats);
  });
  app.get('/organizations/:org/events-dropped', (c) => {
    const dropped = droppedResponse(serving.outcomes(), new URL(c.req.url).searchParams, Date.now());
    return dropped === null
      ? c.json({ detail: 'the sandbox serves dataset=errors and dataset=spans only' }, 400)
      : c.json(dropped);
  });
}
