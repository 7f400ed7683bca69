/** Links to a trace in Sentry's web interface, or in whatever a template points at. */

export interface LinkSettings {
  /** Organisation slug; null while unknown. */
  readonly org: string | null;
  /** Base URL of a self-hosted Sentry; null or sentry.io for the SaaS. */
  readonly baseUrl: string | null;
  /** For other tracing systems: `https://traces.example.com/{{traceId}}`; null for Sentry. */
  readonly template: string | null;
}

/** 32 hex characters → URL; null while the organisation is unknown. */
export function traceUrl(settings: LinkSettings, traceId: string): string | null {
  if (settings.template !== null) return settings.template.replaceAll(/\{\{\s*traceId\s*\}\}/g, traceId);
  if (settings.org === null) return null;
  const base = saasOrSelfHosted(settings.baseUrl);
  return base === null
    ? `https://${settings.org}.sentry.io/explore/traces/trace/${traceId}/`
    : `${base}/organizations/${settings.org}/explore/traces/trace/${traceId}/`;
}

/** Null for the SaaS (its regions included), the base without a trailing slash for a self-hosted one. */
function saasOrSelfHosted(baseUrl: string | null): string | null {
  if (baseUrl === null || !URL.canParse(baseUrl)) return null;
  const { hostname } = new URL(baseUrl);
  return hostname === 'sentry.io' || hostname.endsWith('.sentry.io') ? null : baseUrl.replace(/\/+$/, '');
}
