/** A Sentry on loopback that fails in one way whenever its API is read. Envelopes are accepted. What is requested is logged with its time. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReadRequest {
  readonly path: string;
  /** Of a clock that only goes forward, in milliseconds. */
  readonly atMs: number;
}

type Respond = (
  response: http.ServerResponse,
  request: { readonly path: string; readonly number: number },
) => void;

const json = (response: http.ServerResponse, status: number, body: unknown, headers = {}) => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};
const html = (response: http.ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/html' });
  response.end('<!DOCTYPE html>\n<html><title>Sign in</title></html>');
};
const isOrganization = (path: string) => /\/organizations\/[^/]+\/$/.test(path);
const ORGANIZATION = { id: '1', slug: 'acme', name: 'Acme', links: {} };
const notFound = (response: http.ServerResponse) =>
  json(response, 404, { detail: 'The requested resource does not exist' });

const drip = (response: http.ServerResponse) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('[');
  const timer = setInterval(() => response.write(' '), 1_000);
  response.on('close', () => clearInterval(timer));
};

/** 429 once, or as often as `times` says, then an empty trace. */
export const limiting =
  (headers: http.OutgoingHttpHeaders, times = 1): Respond =>
  (response, { number }) =>
    number <= times
      ? json(response, 429, { detail: 'You are attempting to use this endpoint too frequently' }, headers)
      : json(response, 200, []);

/** How it fails. */
export const SENTRY_FAILURES = {
  hang: () => {},
  'hang-mid-body': (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('[');
  },
  drip,
  reset: (response) => response.destroy(),
  'rate-limit': limiting({ 'retry-after': '3600' }, Number.POSITIVE_INFINITY),
  'server-error': (response) => json(response, 503, { detail: 'Service unavailable' }),
  'bad-request': (response) => json(response, 400, { detail: 'Invalid statsPeriod' }),
  html,
  'not-json': (response) => {
    response.writeHead(200);
    response.end('OK');
  },
  empty: (response) => {
    response.writeHead(200);
    response.end();
  },
  'not-a-trace': (response) => json(response, 200, { detail: 'hello' }),
  token: (response) => json(response, 401, { detail: 'Invalid token' }),
  scope: (response) => json(response, 403, { detail: 'You do not have permission to perform this action.' }),
  sso: (response) =>
    json(response, 401, {
      detail: {
        code: 'sso-required',
        message: 'Must login via SSO',
        extra: { loginUrl: '/auth/login/acme/?next=secret' },
      },
    }),
  'sso-forbidden': (response) =>
    json(response, 403, { detail: { code: 'sso-required', message: 'Must login via SSO', extra: {} } }),
  redirect: (response) => {
    response.writeHead(302, { location: 'http://sentry.invalid/auth/login/?token=x' });
    response.end();
  },
  'redirect-loop': (response, { path }) => {
    response.writeHead(302, { location: path });
    response.end();
  },
  'redirect-to-login': (response, { path }) => {
    if (path === '/auth/login/') return html(response);
    response.writeHead(302, { location: '/auth/login/' });
    response.end();
  },
  'no-organization': notFound,
  'no-trace-view': (response, { path }) =>
    isOrganization(path) ? json(response, 200, ORGANIZATION) : notFound(response),
  'too-old': (response, { path }) => {
    if (isOrganization(path)) return json(response, 200, ORGANIZATION);
    return path.includes('/events-trace/')
      ? json(response, 200, { transactions: [], orphan_errors: [] })
      : notFound(response);
  },
  'too-old-shape': (response) => json(response, 200, { transactions: [], orphan_errors: [] }),
} as const satisfies Readonly<Record<string, Respond>>;

export type SentryFailure = keyof typeof SENTRY_FAILURES;

export interface FailingSentry {
  readonly url: string;
  readonly port: number;
  /** A DSN whose envelopes it accepts. */
  readonly dsn: string;
  /** Requests of its API, in their order. */
  readonly reads: readonly ReadRequest[];
}

/** Hands in such a server and stops it afterwards. */
export async function withFailingSentry<Result>(
  failure: SentryFailure | Respond,
  use: (sentry: FailingSentry) => Promise<Result>,
  options: { readonly envelope?: (response: http.ServerResponse) => void } = {},
): Promise<Result> {
  const respond: Respond = typeof failure === 'function' ? failure : SENTRY_FAILURES[failure];
  const reads: ReadRequest[] = [];
  const server = http.createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://127.0.0.1').pathname;
    if (request.method === 'POST') {
      request.resume();
      request.on('end', () => (options.envelope ?? ((to) => json(to, 200, { id: '0' })))(response));
      return;
    }
    reads.push({ path, atMs: performance.now() });
    respond(response, { path, number: reads.length });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  try {
    return await use({ url, port, dsn: `http://key@127.0.0.1:${port}/1`, reads });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
