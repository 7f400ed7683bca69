/** Links to a trace in Sentry's web interface, or at the URL of a template. */
import { canParseUrl } from '../http/url.ts';

export interface LinkSettings {
  /** Organization slug; null while unknown. */
  readonly org: string | null;
  /** Base URL of a self-hosted Sentry; null or sentry.io for the SaaS. */
  readonly baseUrl: string | null;
  /** For other tracing systems: `https://traces.example.com/{{traceId}}`; null for Sentry. */
  readonly template: string | null;
}

/** A trace, and where in it to look: Sentry's own links only. */
export interface LinkedTrace {
  /** 32 hex characters. */
  readonly traceId: string;
  /** When it began, in milliseconds since the epoch: narrows what Sentry looks through. */
  readonly startedAtMs?: number | null;
  /** The span to open: 16 hex characters. */
  readonly spanId?: string | null;
}

/** Null while the organization is unknown. */
export function traceUrl(settings: LinkSettings, trace: LinkedTrace): string | null {
  const { traceId } = trace;
  if (settings.template !== null) {
    return settings.template
      .replaceAll(/\{\{\s*traceId\s*\}\}/g, traceId)
      .replaceAll('{{openBraces}}', encodeURIComponent('{{'));
  }
  if (settings.org === null) return null;
  const base = saasOrSelfHosted(settings.baseUrl);
  const url =
    base === null
      ? `https://${settings.org}.sentry.io/explore/traces/trace/${traceId}/`
      : `${base}/organizations/${settings.org}/explore/traces/trace/${traceId}/`;
  return withPlace(url, trace);
}

/** A link that was made without a place, with it; a link to another tracing system stays unchanged. */
export function withPlace(url: string, { traceId, startedAtMs = null, spanId = null }: LinkedTrace): string {
  if (!url.endsWith(`/explore/traces/trace/${traceId}/`)) return url;
  const query = new URLSearchParams({
    ...(startedAtMs === null || Number.isNaN(startedAtMs)
      ? {}
      : // Seconds; `node` is what the trace view calls a span that is to be opened.
        { timestamp: String(Math.floor(startedAtMs / 1_000)) }),
    ...(spanId === null ? {} : { node: `span-${spanId}` }),
  }).toString();
  return query === '' ? url : `${url}?${query}`;
}

/** Null for the SaaS (its regions included), the base without a trailing slash for a self-hosted one. */
function saasOrSelfHosted(baseUrl: string | null): string | null {
  if (baseUrl === null || !canParseUrl(baseUrl)) return null;
  const { hostname } = new URL(baseUrl);
  return hostname === 'sentry.io' || hostname.endsWith('.sentry.io')
    ? null
    : baseUrl.replace(/(?<!\/)\/+$/, '');
}
