/** Where a request to Sentry goes, so that the token reaches no host but the one it is meant for. */
import { canParseUrl } from '../../http/url.ts';

/** The base without a trailing slash or `/api/0`; may have a path, as self-hosted servers below one do. */
export function normalizedBase(baseUrl: string): string {
  return baseUrl.replace(/(?<!\/)\/+$/, '').replace(/\/api\/0$/, '');
}

/** Sentry's hosted service, whose organizations live in regions with hosts of their own. */
export function isHosted(baseUrl: string): boolean {
  return canParseUrl(baseUrl) && new URL(baseUrl).hostname === 'sentry.io';
}

/**
 * The region a hosted organization names, as a base; null when it is not one of Sentry's own hosts over the same kind
 * of connection.
 */
export function regionBase({
  baseUrl,
  regionUrl,
}: {
  readonly baseUrl: string;
  readonly regionUrl: string | null;
}): string | null {
  if (regionUrl === null || !canParseUrl(regionUrl) || !isHosted(baseUrl)) return null;
  const { protocol, hostname, origin } = new URL(regionUrl);
  const safe = protocol === 'https:' || protocol === new URL(baseUrl).protocol;
  return safe && (hostname === 'sentry.io' || hostname.endsWith('.sentry.io')) ? origin : null;
}

/** Whether a redirect stays with the same scheme, host and port: only there the token goes along. */
export function staysAt(url: string, location: string | undefined): boolean {
  if (location === undefined || !canParseUrl(location, url)) return false;
  return new URL(location, url).origin === new URL(url).origin;
}

/** Host and port, for people. */
export function hostOf(baseUrl: string): string {
  return canParseUrl(baseUrl) ? new URL(baseUrl).host : 'Sentry';
}
