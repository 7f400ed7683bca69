/** HTTP 404 for a trace has three causes. Two more requests distinguish them: does the organization exist, and is the server an old one? */
import { hostOf, isHosted } from './base.ts';
import type { ApiClient, RequestLimits, SentryApi } from './endpoints.ts';
import { type ApiFailure, failure } from './failures.ts';
import { notATrace } from './responses.ts';

type Endpoints = Omit<SentryApi, 'close'>;

export function explainNotFound(
  endpoints: Endpoints,
  { baseUrl, org, ask }: { readonly baseUrl: string; readonly org: string; readonly ask: ApiClient },
): Endpoints {
  const host = hostOf(baseUrl);
  const explain = async (found: ApiFailure, traceId: string, limits: RequestLimits): Promise<ApiFailure> => {
    const organization = await endpoints.readOrganization(limits);
    if (organization.kind === 'error') {
      const { reason, problem } = organization;
      if (reason === 'unauthorized') return organization;
      return problem === 'not-found'
        ? failure('no-organization', `${host} shows this token no organization "${org}" (HTTP 404)`, {
            status: 404,
          })
        : found;
    }
    if (!isHosted(baseUrl)) {
      // Servers before the spans have this one instead.
      const url = `${baseUrl}/api/0/organizations/${encodeURIComponent(org)}/events-trace/${traceId}/`;
      const older = await ask({ url, params: [['statsPeriod', '14d']], limits: limits });
      if (older.kind === 'json') return { ...notATrace(host, { transactions: [] }), status: 404 };
    }
    return failure(
      'no-trace-view',
      `${host} has the organization "${org}", but shows this token no traces of it (HTTP 404)`,
      {
        status: 404,
      },
    );
  };
  return {
    ...endpoints,
    readTrace: async (traceId, options = {}) => {
      const read = await endpoints.readTrace(traceId, options);
      if (read.kind !== 'error' || read.problem !== 'not-found') return read;
      const { startedAt: _, attributes: __, ...limits } = options;
      return explain(read, traceId, limits);
    },
  };
}
