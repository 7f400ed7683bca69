/** Which values of a configuration are secrets, and how they are shown. */
import { isSecretHeader } from '../secret-headers.ts';
import type { Interpolation } from './interpolate.ts';
import { RUN_OPTIONS } from './options.ts';
import type { Path } from './paths.ts';

export const MASK = '***';

/** Headers by which services are called with a key, beyond those everybody treats as secret. */
const KEY_LIKE_HEADER = /-key$|-token$|-secret$|signature|^x-api-/i;

/** Values below these keys are shown even when they come from the environment. */
const PUBLIC_KEYS: readonly string[] = [
  ...RUN_OPTIONS.map(({ key }) => key).filter((key) => key !== 'headers' && key !== 'sentry.dsn'),
  ...[
    '$schema',
    'method',
    'maxBody',
    'keep',
    'dataDir',
    'redact',
    'allowHosts',
    'dimensions',
    'trace.urlTemplate',
  ],
  ...['scheme', 'header', 'algorithm', 'encoding', 'prefix', 'content', 'timestampHeader', 'idHeader'].map(
    (key) => `signing.${key}`,
  ),
  ...['org', 'project', 'url', 'traceLifecycle', 'orgId', 'flushTimeout'].map((key) => `sentry.${key}`),
  ...['status', 'required', 'recommended', 'contentType', 'degradedDuration', 'maxDuration'].map(
    (key) => `expect.${key}`,
  ),
];
const PUBLIC_SCENARIO_KEYS = [
  ...['name', 'scenario', 'description', 'tags', 'method', 'weight', 'sender', 'sign'],
];

export function isSecretHeaderName(name: string): boolean {
  return isSecretHeader(name) || KEY_LIKE_HEADER.test(name);
}

/** Whether what `${env:}` puts at this key may be shown. The path does not begin with a profile. */
export function isPublicKey(path: Path): boolean {
  const [first, second, third] = path;
  if (first === 'scenarios') return typeof third === 'string' && PUBLIC_SCENARIO_KEYS.includes(third);
  return PUBLIC_KEYS.includes(String(first)) || PUBLIC_KEYS.includes(`${first}.${second}`);
}

/** Whether the value at this key is a secret wherever it comes from. */
export function isSecretKey(path: Path): boolean {
  const [first, second] = path;
  if (first === 'sentry') return second === 'dsn' || second === 'token';
  if (isSigningSecret(path)) return true;
  const at = path.indexOf('headers');
  const name = path[at + 1];
  return at >= 0 && path[0] !== 'expect' && typeof name === 'string' && isSecretHeaderName(name);
}

/** `signing.secret`, `scenarios[1].signing.secrets[0]` */
function isSigningSecret(path: Path): boolean {
  const at = path.indexOf('signing');
  return at >= 0 && (path[at + 1] === 'secret' || path[at + 1] === 'secrets');
}

/** A URL without its user info and the values of its query, which often are keys; other text without user info. */
export function maskUrl(text: string): string {
  const withoutUser = text.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#\s]*@/i, `$1${MASK}@`);
  return withoutUser.replace(/([?&][^=&#]*=)[^&#]+/g, `$1${MASK}`);
}

/** Everything a report must not contain; never empty strings. */
export function collectSecrets(config: {
  readonly url: string | null;
  readonly dsn: string | null;
  readonly token: string | null;
  /** Of the run and of every scenario. */
  readonly headers: readonly Readonly<Record<string, string>>[];
  /** In every form they can turn up in. */
  readonly signing: readonly string[];
  readonly interpolations: readonly Interpolation[];
}): readonly string[] {
  const secrets = [
    ...(config.dsn === null ? [] : [config.dsn, ...keysOfDsn(config.dsn)]),
    ...(config.token === null ? [] : [config.token]),
    ...(config.url === null ? [] : userInfo(config.url)),
    ...config.headers.flatMap(secretHeaderValues),
    ...config.signing,
    ...config.interpolations.filter(({ path }) => !isPublicKey(path)).flatMap(({ values }) => values),
  ];
  return [...new Set(secrets)].filter((secret) => secret !== '');
}

function keysOfDsn(dsn: string): readonly string[] {
  if (!URL.canParse(dsn)) return [];
  const { username, password } = new URL(dsn);
  return [username, password];
}

/** A user name is a secret only next to a password: alone it names an account. */
function userInfo(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { username, password } = new URL(url);
  return password === '' ? [] : [username, password].flatMap((part) => [part, decoded(part)]);
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The whole value, and what follows a scheme such as `Bearer`: targets quote the bare token. */
function secretHeaderValues(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers)
    .filter(([name]) => isSecretHeaderName(name))
    .flatMap(([, value]) => {
      const credential = /^[A-Za-z][\w-]* +(\S+)$/.exec(value.trim())?.[1];
      return credential === undefined ? [value.trim()] : [value.trim(), credential];
    });
}
