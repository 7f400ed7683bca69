/** The requests of Sentry's web API that this program makes, and what their responses mean. */
import type { Trace } from '../../model/trace.ts';
import { hostOf, isHosted, regionBase } from './base.ts';
import {
  type FoundSpan,
  nextCursor,
  type Organization,
  parseDeploys,
  parseFoundSpans,
  parseOrganization,
  parseTraceMeta,
  type TraceMeta,
} from './calls.ts';
import type { ApiFailure } from './failures.ts';
import { issueUrlFor } from './issues.ts';
import { notATrace } from './responses.ts';
import { parseTrace, SPAN_STATUS_ATTRIBUTES, traceItems } from './shapes.ts';

/** Documented maximum of `events/`. */
const ROWS_PER_PAGE = 100;
/** Pages of one search: a thousand rows are more than anything here looks at. */
const MAX_PAGES = 10;
/** How far back Sentry searches: its default, then its maximum. */
const PERIODS = ['14d', '90d'] as const;

export interface RequestLimits {
  /** Ends the request early. */
  readonly signal?: AbortSignal;
  /** For the request with its retries, in milliseconds. */
  readonly withinMs?: number;
  /** Fewer than usual; 0 for polls, which repeat anyway. */
  readonly retries?: number;
}

export interface ReadTraceOptions extends RequestLimits {
  /** When the trace began, in milliseconds since the epoch: narrows the search on Sentry's side. */
  readonly startedAt?: number;
  /** Span attributes to ask for besides status and HTTP status. */
  readonly attributes?: readonly string[];
}

export interface SearchOptions extends RequestLimits {
  /** Fields of each row besides id, trace, name, op, time and project. */
  readonly fields?: readonly string[];
  /** Default `14d`. */
  readonly statsPeriod?: string;
  /** Newest first; default 100. */
  readonly maxRows?: number;
}

export interface SentryApi {
  /** An unknown trace is one without spans. */
  readonly readTrace: (
    traceId: string,
    options?: ReadTraceOptions,
  ) => Promise<{ readonly kind: 'trace'; readonly trace: Trace } | ApiFailure>;
  readonly readTraceMeta: (
    traceId: string,
    options?: RequestLimits,
  ) => Promise<{ readonly kind: 'meta'; readonly meta: TraceMeta } | ApiFailure>;
  /** Spans that fit a query in Sentry's search syntax. */
  readonly searchSpans: (
    query: string,
    options?: SearchOptions,
  ) => Promise<{ readonly kind: 'spans'; readonly spans: readonly FoundSpan[] } | ApiFailure>;
  readonly readOrganization: (
    options?: RequestLimits,
  ) => Promise<{ readonly kind: 'organization'; readonly organization: Organization } | ApiFailure>;
  /** When a release was last deployed, in milliseconds since the epoch; null without a deploy. Needs project:releases or org:ci. */
  readonly readDeploy: (
    release: string,
    options?: RequestLimits,
  ) => Promise<{ readonly kind: 'deploy'; readonly finishedAtMs: number | null } | ApiFailure>;
  /** Closes the connections it keeps. */
  readonly close: () => void;
}

export type Params = readonly (readonly [name: string, value: string])[];
export type Reply = { readonly kind: 'json'; readonly json: unknown; readonly link: string | undefined };

export interface ApiRequest {
  readonly url: string;
  readonly params: Params;
  readonly limits: RequestLimits;
}

/** Makes one request. Never rejects. */
export type ApiClient = (ask: ApiRequest) => Promise<Reply | ApiFailure>;

/** @param place base URL without a trailing slash, organization slug, and whether issues have links */
export function createEndpoints(
  {
    baseUrl,
    org,
    links = true,
  }: { readonly baseUrl: string; readonly org: string; readonly links?: boolean },
  ask: ApiClient,
): Omit<SentryApi, 'close'> {
  const issueUrl = links ? issueUrlFor({ baseUrl, org }) : () => null;
  const organization = (base: string) => `${base}/api/0/organizations/${encodeURIComponent(org)}`;

  const readOrganization: SentryApi['readOrganization'] = async (limits = {}) => {
    const reply = await ask({ url: `${organization(baseUrl)}/`, params: [], limits: limits });
    if (reply.kind === 'error') return reply;
    return { kind: 'organization', organization: parseOrganization(reply.json) };
  };
  const findRegion = async (limits: RequestLimits): Promise<string | null> => {
    if (!isHosted(baseUrl)) return baseUrl;
    const found = await readOrganization(limits);
    if (found.kind === 'error') return null;
    return regionBase({ baseUrl, regionUrl: found.organization.regionUrl }) ?? baseUrl;
  };
  let region: Promise<string | null> | null = null;
  const inRegion = async (
    path: string,
    params: Params,
    limits: RequestLimits,
  ): Promise<Reply | ApiFailure> => {
    region ??= findRegion(limits);
    const found = await region;
    // The next request looks the region up again. The request below meets the same error and reports it.
    if (found === null) region = null;
    return ask({ url: `${organization(found ?? baseUrl)}/${path}`, params, limits: limits });
  };

  return {
    readTrace: async (traceId, { startedAt, attributes = [], ...limits } = {}) => {
      const names = [...new Set([...SPAN_STATUS_ATTRIBUTES, ...attributes])];
      for (const period of PERIODS) {
        const reply = await inRegion(
          `trace/${encodeURIComponent(traceId)}/`,
          [
            ['statsPeriod', period],
            // Narrows the search to days around it, and takes precedence over statsPeriod where it is known.
            ...(startedAt === undefined
              ? []
              : [['timestamp', String(Math.floor(startedAt / 1_000))] as const]),
            ...names.map((name) => ['additional_attributes', name] as const),
          ],
          limits,
        );
        if (reply.kind === 'error') return reply;
        if (traceItems(reply.json) === null) return notATrace(hostOf(baseUrl), reply.json);
        const trace = parseTrace(reply.json, { traceId, issueUrl });
        const empty = trace.spans.length + trace.issues.length + (trace.others?.length ?? 0) === 0;
        // The older shape shows no spans: as long as there is nothing in it, there is nothing to wait for.
        if (empty && trace.transactionsOnly === true) return notATrace(hostOf(baseUrl), reply.json);
        if (!empty || startedAt !== undefined) return { kind: 'trace', trace };
      }
      return { kind: 'trace', trace: { traceId, spans: [], issues: [] } };
    },
    readTraceMeta: async (traceId, limits = {}) => {
      const reply = await inRegion(
        `trace-meta/${encodeURIComponent(traceId)}/`,
        [['statsPeriod', PERIODS[0]]],
        limits,
      );
      return reply.kind === 'error' ? reply : { kind: 'meta', meta: parseTraceMeta(reply.json) };
    },
    searchSpans: async (
      query,
      { fields = [], statsPeriod = PERIODS[0], maxRows = ROWS_PER_PAGE, ...limits } = {},
    ) => {
      const spans: FoundSpan[] = [];
      let cursor: string | null = null;
      for (let page = 0; page < MAX_PAGES && spans.length < maxRows; page += 1) {
        const reply: Reply | ApiFailure = await inRegion(
          'events/',
          searchParams({ query, fields, statsPeriod, perPage: Math.min(maxRows, ROWS_PER_PAGE), cursor }),
          limits,
        );
        if (reply.kind === 'error') return reply;
        spans.push(...parseFoundSpans(reply.json));
        cursor = nextCursor(reply.link);
        if (cursor === null) break;
      }
      return { kind: 'spans', spans: spans.slice(0, maxRows) };
    },
    readOrganization,
    readDeploy: async (release, limits = {}) => {
      const reply = await inRegion(`releases/${encodeURIComponent(release)}/deploys/`, [], limits);
      return reply.kind === 'error' ? reply : { kind: 'deploy', finishedAtMs: parseDeploys(reply.json) };
    },
  };
}

const ROW_FIELDS = [
  'id',
  'trace',
  'span.op',
  'span.name',
  'span.description',
  'is_transaction',
  'timestamp',
  'project',
];

function searchParams(search: {
  readonly query: string;
  readonly fields: readonly string[];
  readonly statsPeriod: string;
  readonly perPage: number;
  readonly cursor: string | null;
}): Params {
  const fields = [...new Set([...ROW_FIELDS, ...search.fields])];
  return [
    ['dataset', 'spans'],
    ...fields.map((field) => ['field', field] as const),
    ['query', search.query],
    ['statsPeriod', search.statsPeriod],
    ['sort', '-timestamp'],
    ['per_page', String(search.perPage)],
    // All projects the token can see, not only those its owner is a member of.
    ['project', '-1'],
    ...(search.cursor === null ? [] : [['cursor', search.cursor] as const]),
  ];
}
