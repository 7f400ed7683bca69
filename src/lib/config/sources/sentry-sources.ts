/** Sentry settings from the places that Sentry's own tools use: the environment, and the token itself. */
import { canParseUrl } from '../../http/url.ts';
import { DEFAULT_SENTRY_URL } from '../keys/sentry-keys.ts';
import type { Trust } from '../layers/merge.ts';
import { isPlain, type Plain } from '../paths.ts';

export type SentryKey = 'token' | 'org' | 'project' | 'url';
export type SentryValues = Partial<Record<SentryKey, string>>;

/** The variables that Sentry's own tools read. */
export const SENTRY_VARIABLES: Readonly<Record<SentryKey, string>> = {
  token: 'SENTRY_AUTH_TOKEN',
  org: 'SENTRY_ORG',
  project: 'SENTRY_PROJECT',
  url: 'SENTRY_URL',
};

export const isSentryKey = (key: unknown): key is SentryKey =>
  typeof key === 'string' && Object.hasOwn(SENTRY_VARIABLES, key);

/** The variables Sentry's tools read; `SENTRY_PROJECT` may be `org/project`, `SENTRY_URL` a bare host. */
export function sentryEnvironment(env: Readonly<Record<string, string | undefined>>): SentryValues {
  const values: SentryValues = {};
  for (const [key, variable] of Object.entries(SENTRY_VARIABLES)) {
    const value = env[variable]?.trim();
    if (isSentryKey(key) && value !== undefined && value !== '') values[key] = value;
  }
  return normalized(values);
}

/** The variable that `sentry.<key>` comes from. */
export function sentryVariable(values: SentryValues, key: unknown): string | null {
  if (!isSentryKey(key) || values[key] === undefined) return null;
  return SENTRY_VARIABLES[key];
}

export function normalized(values: SentryValues): SentryValues {
  const result = { ...values };
  const [org, project, ...more] = values.project?.split('/') ?? [];
  if (org && project && more.length === 0) {
    result.project = project;
    result.org ??= org;
  }
  if (values.url !== undefined && !values.url.includes('://')) result.url = `https://${values.url}`;
  return result;
}

/** Organization slug and base URL in an organization token, `sntrys_<base64 of JSON>_<secret>`; null for what is missing. */
export function decodeSentryToken(token: string): {
  readonly org: string | null;
  readonly url: string | null;
} {
  const encoded = /^sntrys_(.+)_[^_]*$/.exec(token)?.[1];
  const fields = encoded === undefined ? null : parseFields(Buffer.from(encoded, 'base64').toString('utf8'));
  const textOf = (key: string) => {
    const value = fields?.[key];
    return typeof value === 'string' && value !== '' ? value : null;
  };
  const url = textOf('url');
  return {
    org: textOf('org'),
    url: url !== null && /^https?:\/\//i.test(url) && canParseUrl(url) ? url : null,
  };
}

function parseFields(text: string): Plain | null {
  try {
    const fields: unknown = JSON.parse(text);
    return isPlain(fields) ? fields : null;
  } catch {
    return null;
  }
}

interface Sourced {
  readonly value: string;
  readonly trust: Trust;
}

/**
 * The base URL the token may be sent to: of the URLs given, highest first, the first that is trusted as much as the
 * token; then the one the token itself names. Null if only less trusted sources name one: otherwise, anyone who can
 * commit to a project could have a user's token sent to their own server.
 */
export function tokenUrlOf(token: Sourced | null, urls: readonly Sourced[]): string | null {
  if (token === null) return null;
  const trusted = urls.find(({ trust }) => trust === 'user' || token.trust === 'project');
  if (trusted !== undefined) return trusted.value;
  const own = decodeSentryToken(token.value).url;
  if (own !== null) return own;
  const others = urls.filter(({ value }) => new URL(value).origin !== DEFAULT_SENTRY_URL);
  return others.length === 0 ? DEFAULT_SENTRY_URL : null;
}
