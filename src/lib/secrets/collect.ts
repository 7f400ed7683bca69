/** Which values of a configuration are secrets, and how they are shown. */

import { CONFIG_KEYS } from '../config/keys/table.ts';
import { isPlain, type Path } from '../config/paths.ts';
import type { Interpolation } from '../config/sources/interpolate.ts';
import { canParseUrl } from '../http/url.ts';
import { isNumber } from '../json/decimal.ts';
import { valuesAt } from '../json/path.ts';
import type { JsonObject } from '../model/json.ts';
import { isSecretHeader } from './headers.ts';
import { secretsInUrl } from './urls.ts';

export const MASK = '***';

/** Headers by which services are called with a key, beyond those everybody treats as secret. */
const KEY_LIKE_HEADER = /(?<!idempotency)-key$|-token$|-secret$|signature|^x-api-/i;

/** Keys, wherever they stand, whose value is a secret. */
const SECRET_KEY = /^(token|secrets?|routingKey|password|passphrase|dsn)$/i;

/** Variables that are named as secrets are. What they hold is one wherever a config puts it. */
const SECRET_VARIABLE = /(^|_)(KEY|TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|COOKIE|DSN)$/i;

/** Values below these keys are shown even when they come from the environment. */
const PUBLIC_KEYS: readonly string[] = [
  '$schema',
  ...CONFIG_KEYS.filter((row) => row.public === true).map(({ key }) => key),
  ...['url', 'method', 'status'].map((key) => `cleanup.${key}`),
  ...['scheme', 'header', 'algorithm', 'encoding', 'prefix', 'content', 'timestampHeader', 'idHeader'].map(
    (key) => `signing.${key}`,
  ),
  ...['status', 'required', 'recommended', 'contentType', 'degradedDuration', 'maxDuration'].map(
    (key) => `expect.${key}`,
  ),
];
const PUBLIC_SCENARIO_KEYS = [
  ...['name', 'scenario', 'description', 'tags', 'method', 'weight', 'sender', 'sign', 'repeat'],
];

/** Of a call that asks or cleans up; its URL is masked as URLs are. */
const PUBLIC_CALL_KEYS = ['url', 'method', 'status', 'required', 'within'];

/** Also those that npm hands on: they hold the same credentials. */
const PROXY_VARIABLE = /^(npm_config_)?(https?_|all_)?proxy$/i;

export function isSecretHeaderName(name: string): boolean {
  return isSecretHeader(name) || KEY_LIKE_HEADER.test(name);
}

/** Whether a text that came out of a placeholder must not be shown. The path does not begin with a profile. */
export function isHidden({ path, values, names, fromFile }: Interpolation): boolean {
  // A default stands in the file for everybody to read; what is kept in a file of its own is a secret.
  return values.length > 0 && (fromFile || !isPublicKey(path) || names.some(isSecretVariable));
}

export function isSecretVariable(name: string): boolean {
  return SECRET_VARIABLE.test(name);
}

function isPublicKey(path: Path): boolean {
  const [first, second, third] = path;
  if (first === 'scenarios') {
    if (third === 'cleanup') return PUBLIC_CALL_KEYS.includes(String(path.at(-1)));
    return typeof third === 'string' && PUBLIC_SCENARIO_KEYS.includes(third);
  }
  if (first === 'cleanup' && typeof second === 'number') return PUBLIC_CALL_KEYS.includes(String(third));
  if (path.at(-1) === 'within' && (first === 'stages' || first === 'trace')) return true;
  if (first === 'stages') return third === 'http' && PUBLIC_CALL_KEYS.includes(String(path[3]));
  return PUBLIC_KEYS.includes(String(first)) || PUBLIC_KEYS.includes(`${first}.${second}`);
}

/** Whether the value at this key is a secret wherever it comes from. */
export function isSecretKey(path: Path): boolean {
  const [first, second] = path;
  if (first === 'profiles') return isSecretKey(path.slice(2));
  if (path.some((step) => SECRET_KEY.test(String(step)))) return true;
  // A text where an object belongs: somebody wrote the secret one level too high.
  if (first === 'sentry' && second === undefined) return true;
  // Of an incoming webhook the URL itself is the key; also one written without its `url:`.
  if (first === 'notify' && (path.length <= 2 || path[2] === 'url')) return true;
  const at = path.indexOf('headers');
  if (at < 0 || first === 'expect') return false;
  const name = path[at + 1];
  return name === undefined || (typeof name === 'string' && isSecretHeaderName(name));
}

/** Whether the text at this key is a URL, or the part of one that has a query. */
export function isUrlKey(path: Path): boolean {
  return ['url', 'path', 'urlTemplate'].includes(String(path.at(-1)));
}

/** How services begin their keys, so that they are known for what they are, and how a header carries one. */
const KEY_PREFIX =
  /^(?:whsec|sk|rk|sntr[a-z]{1,2}|xox[a-z]|gh[a-z]|glpat|eyJ\w*)[_.-]|^(?:Bearer|Basic|Token) /i;
/** Long, and of letters and digits without a word: chosen by a machine. */
const RANDOM = /^(?=.*[a-z])(?=.*\d)[\w+/=-]{20,}$/i;

/** Whether a text is a secret by its looks, wherever somebody put it. */
export function looksSecret(text: string): boolean {
  const [, header = ''] = /^([\w-]+):\s/.exec(text) ?? [];
  return (
    KEY_PREFIX.test(text) ||
    RANDOM.test(text) ||
    isSecretHeaderName(header) ||
    text.includes('hooks.slack.com')
  );
}

/** Everything a report must not contain; never empty strings. */
export function collectSecrets(config: {
  /** The target of the run and of every scenario, Sentry's, and others that the config names. */
  readonly urls: readonly (string | null)[];
  readonly dsn: string | null;
  readonly token: string | null;
  /** Of the run and of every scenario. */
  readonly headers: readonly Readonly<Record<string, string>>[];
  /** Of the calls that ask and clean up. */
  readonly calls: readonly string[];
  /** In every form they can turn up in. */
  readonly signing: readonly string[];
  readonly interpolations: readonly Interpolation[];
  /** What `redact` names, and the payloads it names it in. */
  readonly redact: readonly string[];
  readonly payloads: readonly unknown[];
  readonly env: Readonly<Record<string, string | undefined>>;
}): readonly string[] {
  const hidden = config.interpolations.filter(isHidden).flatMap(({ values }) => values);
  const secrets = [
    ...(config.dsn === null ? [] : [config.dsn, ...secretsInUrl(config.dsn)]),
    ...(config.token === null ? [] : tokenSecrets(config.token)),
    ...config.urls.flatMap((url) => (url === null ? [] : secretsInUrl(url))),
    ...config.headers.flatMap(secretHeaderValues),
    ...config.calls,
    ...config.signing,
    ...hidden.flatMap((value) => [value, ...secretsInUrl(value)]),
    ...config.redact.flatMap((path) => config.payloads.flatMap((payload) => literalsAt(payload, path))),
    ...proxySecrets(config.env),
  ];
  return [...new Set(secrets)].filter((secret) => secret !== '');
}

/** The texts at a dotted path that stand in the config as they are sent. */
function literalsAt(payload: unknown, path: string): readonly string[] {
  if (!isPlain(payload)) return [];
  return valuesAt(payload as JsonObject, path)
    .flatMap(textsIn)
    .filter((text) => !text.includes('{{'));
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string' || isNumber(value)) return [String(value)];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

/** Of an organisation token, `sntrys_<what everybody may know>_<secret>`, the last part alone as well. */
function tokenSecrets(token: string): readonly string[] {
  const last = /^sntrys_.+_([^_]+)$/.exec(token)?.[1];
  return last === undefined ? [token] : [token, last];
}

/** The password of each proxy; the user name only where there is no password. */
function proxySecrets(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || !PROXY_VARIABLE.test(name) || !canParseUrl(value)) return [];
    const proxy = new URL(value);
    if (proxy.password !== '') proxy.username = '';
    return secretsInUrl(proxy.href);
  });
}

/** Authentication schemes whose credential is the base64 of `user:password` (RFC 7617). */
const BASIC = /^basic$/i;
/** Shorter parameters of a header, such as `v=1`, are none. */
const SHORTEST_PARAMETER = 8;

/** The whole value, and the parts of it that targets quote alone: the bare token, each cookie, a basic password. */
export function secretHeaderValues(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers)
    .filter(([name]) => isSecretHeaderName(name))
    .flatMap(([, value]) => {
      const [, scheme = '', credential] = /^([A-Za-z][\w-]*) +(\S+)$/.exec(value.trim()) ?? [];
      const parameters = [...value.matchAll(/=\s*"?([^\s",;]+)/g)].map(([, parameter = '']) => parameter);
      return [
        value.trim(),
        ...(credential === undefined ? [] : [credential]),
        ...(credential !== undefined && BASIC.test(scheme) ? basicPassword(credential) : []),
        ...parameters.filter((parameter) => parameter.length >= SHORTEST_PARAMETER),
      ];
    });
}

function basicPassword(credential: string): readonly string[] {
  const [, password] = /^[^:]*:(.*)$/s.exec(Buffer.from(credential, 'base64').toString('utf8')) ?? [];
  return password === undefined ? [] : [password];
}
