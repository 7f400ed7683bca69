/** `GET /api/0/organizations/{org}/events/?dataset=spans`: searching spans of all traces, with rows in Sentry's shape. */
import type { Context } from 'hono';
import type { Json, JsonObject } from '../../lib/model/json.ts';
import { matchesQuery, parseEventsQuery, type QueryTerm, traceOf } from './events-query.ts';
import { refuse } from './refusal.ts';
import type { Serving } from './serving.ts';
import { fieldOf, type SlugOf } from './span-fields.ts';
import type { StoredSpan } from './span-store.ts';

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

/** Sentry's own upper limit. */
const MAX_PER_PAGE = 100;

const DEFAULT_PER_PAGE = 50;

interface EventsRequest {
  readonly fields: readonly string[];
  /** Field names, `-` before one for descending. */
  readonly sort: readonly string[];
  readonly perPage: number;
  /** Rows to leave out. */
  readonly offset: number;
  /** Empty for every one. */
  readonly projectIds: readonly number[];
  readonly environments: readonly string[];
}

/** The request, or in words what is wrong with it. Time windows are accepted and mean nothing: all is recent here. */
function eventsRequest(search: URLSearchParams): EventsRequest | string {
  const fields = search.getAll('field');
  const sort = search.getAll('sort');
  const projectIds = search.getAll('project').map(Number);
  const perPage = Number(search.get('per_page') ?? DEFAULT_PER_PAGE);
  const [, offset = null] = /^\d+:(\d{1,9}):[01]$/.exec(search.get('cursor') ?? '0:0:0') ?? [];
  if (search.get('dataset') !== 'spans') return 'the sandbox serves dataset=spans only';
  if (fields.length === 0) return 'No columns selected';
  const aggregate = fields.find((field) => field.endsWith(')'));
  if (aggregate !== undefined) return `the sandbox does not aggregate: ${aggregate}`;
  if (!Number.isInteger(perPage) || perPage < 1)
    return 'Invalid per_page value. Must be a whole number from 1.';
  if (perPage > MAX_PER_PAGE) return `Invalid per_page value. Cannot exceed ${MAX_PER_PAGE}.`;
  if (projectIds.some((id) => !Number.isInteger(id)))
    return 'Invalid project parameter. Values must be numbers.';
  if (offset === null) return 'Invalid cursor parameter.';
  return {
    fields,
    sort: sort.length === 0 ? ['-timestamp'] : sort,
    perPage,
    offset: Number(offset),
    // -1 means all projects, as does none.
    projectIds: projectIds.includes(-1) ? [] : projectIds,
    environments: search.getAll('environment'),
  };
}

/** Those of `spans` which the request and the search ask for, in no order. */
function matchingSpans(
  spans: Iterable<StoredSpan>,
  terms: readonly QueryTerm[],
  { slugOf, ...request }: Pick<EventsRequest, 'projectIds' | 'environments'> & { readonly slugOf: SlugOf },
): readonly StoredSpan[] {
  const found: StoredSpan[] = [];
  for (const span of spans) {
    const value = (name: string): Json => fieldOf(span, name, slugOf);
    const isAsked =
      (request.projectIds.length === 0 || request.projectIds.includes(span.projectId)) &&
      (request.environments.length === 0 || request.environments.includes(String(value('environment'))));
    if (isAsked && matchesQuery(terms, value)) found.push(span);
  }
  return found;
}

/** What has no value comes last, in either direction. */
function compare(a: Json, b: Json, direction: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  if (typeof a === 'number' && typeof b === 'number') return direction * (a - b);
  const [left, right] = [String(a), String(b)];
  return left === right ? 0 : direction * (left < right ? -1 : 1);
}

function sorted(
  spans: readonly StoredSpan[],
  keys: readonly string[],
  slugOf: SlugOf,
): readonly StoredSpan[] {
  const columns = keys.map((key) => {
    const name = key.replace(/^-/, '');
    // The text has whole milliseconds only.
    return {
      name: name === 'timestamp' ? 'precise.start_ts' : name,
      direction: key.startsWith('-') ? -1 : 1,
    };
  });
  return spans.toSorted((a, b) => {
    for (const { name, direction } of columns) {
      const order = compare(fieldOf(a, name, slugOf), fieldOf(b, name, slugOf), direction);
      if (order !== 0) return order;
    }
    return 0;
  });
}

function metaOf(fields: readonly string[], rows: readonly JsonObject[]): JsonObject {
  const typeOf = (field: string): string => {
    if (field === 'span.duration') return 'duration';
    if (field === 'timestamp') return 'date';
    const value = rows.map((row) => row[field]).find((found) => found !== null && found !== undefined);
    return typeof value === 'number' || typeof value === 'boolean' ? typeof value : 'string';
  };
  return {
    fields: Object.fromEntries(fields.map((field) => [field, typeOf(field)])),
    units: Object.fromEntries(
      fields.map((field) => [field, field === 'span.duration' ? 'millisecond' : null]),
    ),
  };
}

/** One page of the matching spans, and whether another one follows. */
function eventsPage(
  spans: readonly StoredSpan[],
  { fields, sort, perPage, offset }: EventsRequest,
  slugOf: SlugOf,
): { readonly body: JsonObject; readonly hasMore: boolean } {
  // Sentry adds these by itself.
  const names = [...new Set([...fields, 'id', 'project.name'])];
  const rows = sorted(spans, sort, slugOf)
    .slice(offset, offset + perPage)
    .map((span): JsonObject => Object.fromEntries(names.map((name) => [name, fieldOf(span, name, slugOf)])));
  return { body: { data: rows, meta: metaOf(names, rows) }, hasMore: spans.length > offset + perPage };
}

/** Sentry's pagination header: previous and next, each with whether it has results. */
function linkHeader(url: URL, { perPage, offset }: EventsRequest, hasMore: boolean): string {
  const link = (rel: 'previous' | 'next', cursor: string, results: boolean): string => {
    const target = new URL(url);
    target.searchParams.set('cursor', cursor);
    return `<${target.href}>; rel="${rel}"; results="${results}"; cursor="${cursor}"`;
  };
  return [
    link('previous', `0:${Math.max(0, offset - perPage)}:1`, offset > 0),
    link('next', `0:${offset + perPage}:0`, hasMore),
  ].join(', ');
}
