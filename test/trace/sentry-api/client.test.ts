import http from 'node:http';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { createSentryApi, type SentryApiOptions } from '../../../src/lib/trace/sentry-api/client.ts';
import { responseBegun } from '../../support/response-begun.ts';
import { NEVER_MS } from '../../support/sending.ts';
import { hasSettled, withStillClock } from '../../support/still-clock.ts';
import { type Asked, type Reply, withApiServer } from '../api-server.ts';
import { aRow, aSpanItem, DOCUMENTED_META, DOCUMENTED_SPAN } from '../sentry-shapes.ts';

const TRACE_ID = '1234567890abcdef1234567890abcdef';
const TOKEN = 'sntryu_0123456789abcdef';
const TRACE_PATH = `/api/0/organizations/acme/trace/${TRACE_ID}/`;

type Api = ReturnType<typeof createSentryApi>;

async function withApi<T>(
  response: (asked: Asked) => Reply | Promise<Reply>,
  use: (
    api: Api,
    server: { readonly url: string; readonly port: number; readonly asked: readonly Asked[] },
  ) => Promise<T>,
  options: Partial<SentryApiOptions> = {},
): Promise<T> {
  return withApiServer(response, async (server) => {
    const api = createSentryApi({
      baseUrl: server.url,
      org: 'acme',
      token: TOKEN,
      timeoutMs: NEVER_MS,
      ...options,
    });
    try {
      return await use(api, server);
    } finally {
      api.close();
    }
  });
}

/** One response after the other; the last one repeats. */
function inTurn(...replies: readonly Reply[]): () => Reply {
  let at = 0;
  return () => replies[Math.min(at++, replies.length - 1)] ?? {};
}

describe('a trace', () => {
  test('is requested with the token, the attributes of its spans, and its start', () =>
    withApi(
      () => ({ body: [aSpanItem(), DOCUMENTED_SPAN] }),
      async (api, { asked }) => {
        const read = await api.readTrace(TRACE_ID, {
          startedAt: 1_795_396_550_187,
          attributes: ['signalId', 'span.status'],
        });
        expect(read).toMatchObject({ kind: 'trace', trace: { traceId: TRACE_ID } });
        expect(read.kind === 'trace' && read.trace.spans.map(({ name }) => name)).toEqual([
          'data-enrichment',
          'POST /webhook/{source}/',
        ]);
        expect(asked).toHaveLength(1);
        const [{ path, params, headers } = asked[0] ?? expect.fail()] = asked;
        expect(path).toBe(TRACE_PATH);
        expect(headers.authorization).toBe(`Bearer ${TOKEN}`);
        expect(params.getAll('additional_attributes')).toEqual([
          'span.status',
          'span.status.message',
          'http.response.status_code',
          'tags[http.response.status_code,number]',
          'signalId',
        ]);
        expect(params.get('timestamp')).toBe('1795396550');
        expect(params.get('statsPeriod')).toBe('14d');
        expect(params.toString()).not.toContain(TOKEN);
      },
    ));

  test('that is unknown is empty, without a wider search if it is known to be new', () =>
    withApi(
      () => ({ body: [] }),
      async (api, { asked }) => {
        const empty = { kind: 'trace', trace: { traceId: TRACE_ID, spans: [], issues: [] } };
        expect(await api.readTrace(TRACE_ID, { startedAt: 0 })).toEqual(empty);
        expect(asked).toHaveLength(1);
      },
    ));

  test('of unknown age is searched for further back', () =>
    withApi(
      ({ params }) => ({ body: params.get('statsPeriod') === '90d' ? [aSpanItem()] : [] }),
      async (api, { asked }) => {
        const read = await api.readTrace(TRACE_ID);
        expect(read.kind === 'trace' && read.trace.spans).toHaveLength(1);
        expect(asked.map(({ params }) => params.get('statsPeriod'))).toEqual(['14d', '90d']);
      },
    ));

  test('is read from a server below a path, which its issue links include', () =>
    withApiServer(
      ({ path }) =>
        path === `/sentry${TRACE_PATH}`
          ? { body: [aSpanItem({ errors: [{ event_type: 'error', issue_id: 7 }] })] }
          : { status: 404 },
      async ({ url }) => {
        const api = createSentryApi({
          baseUrl: `${url}/sentry/`,
          org: 'acme',
          token: TOKEN,
          timeoutMs: NEVER_MS,
        });
        const read = await api.readTrace(TRACE_ID);
        api.close();
        expect(read.kind === 'trace' && read.trace.spans[0]?.issues[0]?.url).toBe(
          `${url}/sentry/organizations/acme/issues/7/`,
        );
      },
    ));
});

test('counts of a trace are read', () =>
  withApi(
    ({ path }) => ({
      body: path === `/api/0/organizations/acme/trace-meta/${TRACE_ID}/` ? DOCUMENTED_META : [],
    }),
    async (api) => {
      expect(await api.readTraceMeta(TRACE_ID)).toMatchObject({ kind: 'meta', meta: { spans: 195 } });
    },
  ));

describe('a search', () => {
  const page = (cursor: string | null, more: boolean): Reply => ({
    headers: {
      link: `<http://elsewhere.example/?cursor=x>; rel="next"; results="${more}"; cursor="0:${Number(cursor?.split(':')[1] ?? 0) + 2}:0"`,
    },
    body: { data: [aRow(), aRow({ id: '17752c6aeb027c8f' })], meta: {} },
  });

  test('reads page after page from the same server, up to the limit', () =>
    withApi(
      ({ params }) => page(params.get('cursor'), params.get('cursor') !== '0:4:0'),
      async (api, { asked }) => {
        const all = await api.searchSpans('signalId:sig_1', { fields: ['signalId'] });
        expect(all.kind === 'spans' && all.spans).toHaveLength(6);
        expect(asked.map(({ params }) => params.get('cursor'))).toEqual([null, '0:2:0', '0:4:0']);
        const [first] = asked;
        expect(first?.path).toBe('/api/0/organizations/acme/events/');
        expect(first?.params.get('query')).toBe('signalId:sig_1');
        expect(first?.params.get('dataset')).toBe('spans');
        expect(first?.params.get('sort')).toBe('-timestamp');
        expect(first?.params.getAll('field')).toEqual(
          expect.arrayContaining(['id', 'trace', 'timestamp', 'signalId']),
        );

        const three = await api.searchSpans('signalId:sig_1', { maxRows: 3 });
        expect(three.kind === 'spans' && three.spans).toHaveLength(3);
        expect(asked).toHaveLength(5);
      },
    ));

  test('with endless pages ends', () =>
    withApi(
      ({ params }) => page(params.get('cursor'), true),
      async (api, { asked }) => {
        await api.searchSpans('x', { maxRows: 1_000 });
        expect(asked).toHaveLength(10);
      },
    ));
});

describe('a failure is reported if', () => {
  test('another request does not help', () =>
    withApi(
      () => ({ status: 304 }),
      async (api, { asked }) => {
        expect(await api.readTrace(TRACE_ID)).toMatchObject({ problem: 'bad-request', permanent: true });
        expect(asked).toHaveLength(1);
      },
    ));

  test('nothing listens', async () => {
    const { url } = await withApiServer(
      () => ({}),
      async (server) => server,
    );
    const api = createSentryApi({ baseUrl: url, org: 'acme', token: TOKEN, timeoutMs: NEVER_MS });
    const read = await api.readTrace(TRACE_ID, { withinMs: 200 });
    api.close();
    expect(read).toMatchObject({ kind: 'error', reason: 'api-error', permanent: false, status: null });
  });

  test('a token contains characters that are invalid in a header', () =>
    withApi(
      () => ({}),
      async (api, { asked }) => {
        const read = await api.readTrace(TRACE_ID);
        expect(read).toMatchObject({ kind: 'error', problem: 'token', reason: 'unauthorized' });
        expect(JSON.stringify(read)).not.toContain('two');
        expect(asked).toHaveLength(0);
      },
      { token: 'two\nlines' },
    ));

  test('the server quotes the token, which is masked', () =>
    withApi(
      ({ headers }) => ({ status: 403, body: { detail: `${headers.authorization} may not` } }),
      async (api) => {
        const read = await api.readTrace(TRACE_ID);
        expect(JSON.stringify(read)).not.toContain(TOKEN);
        expect(read).toMatchObject({ message: expect.stringContaining('Bearer *** may not') });
      },
    ));
});

describe('a retry', () => {
  test.each([503, 429])('follows HTTP %i if the server names a short wait', (status) =>
    withApi(
      inTurn({ status, headers: { 'retry-after': '0.05' } }, { body: [aSpanItem()] }),
      async (api, { asked }) => {
        expect((await api.readTrace(TRACE_ID)).kind).toBe('trace');
        expect(asked).toHaveLength(2);
      },
    ),
  );

  test('ends after the limit of retries', () =>
    withApi(
      () => ({ status: 502, headers: { 'retry-after': '0.01' } }),
      async (api, { asked }) => {
        expect(await api.readTrace(TRACE_ID)).toMatchObject({
          reason: 'api-error',
          status: 502,
          permanent: false,
        });
        expect(asked).toHaveLength(3);
      },
    ));

  test('is left to the caller after a long Retry-After; until then no request is made', () =>
    withApi(
      () => ({ status: 429, headers: { 'retry-after': '60' } }),
      (api, { asked }) =>
        withStillClock(async (clock) => {
          const limited = { problem: 'rate-limit', reason: 'api-error', status: 429, permanent: false };
          expect(await api.readTrace(TRACE_ID)).toMatchObject({ ...limited, retryAfterMs: 60_000 });
          await clock.pass(20_000);
          const others = [api.searchSpans('x'), api.readTraceMeta(TRACE_ID), api.readOrganization()];
          for (const other of await Promise.all(others))
            expect(other).toMatchObject({
              ...{ ...limited, retryAfterMs: 40_000 },
              message: expect.stringMatching(/ limits requests \(HTTP 429\) and asks to wait 40 s$/),
            });
          expect(asked).toHaveLength(1);
          await clock.pass(39_999);
          await api.readTrace(TRACE_ID, { retries: 0 });
          expect(asked).toHaveLength(1);
          await clock.pass(1);
          await api.readTrace(TRACE_ID, { retries: 0 });
          expect(asked).toHaveLength(2);
        }),
    ));

  test('stops at once on a signal, and when its time is up', () =>
    withApi(
      () => ({ status: 503, headers: { 'retry-after': '4' } }),
      // None of the four seconds until the next attempt passes unless it is said here.
      (api, { asked }) =>
        withStillClock(async (clock) => {
          const controller = new AbortController();
          const refused = responseBegun();
          const stopped = api.readTrace(TRACE_ID, { signal: controller.signal });
          await refused;
          expect(await hasSettled(stopped)).toBe(false);
          controller.abort();
          expect(await stopped).toMatchObject({ kind: 'error', status: null });
          expect(asked).toHaveLength(1);

          const refusedAgain = responseBegun();
          const late = api.readTrace(TRACE_ID, { withinMs: 50 });
          await refusedAgain;
          await clock.pass(49);
          expect(await hasSettled(late)).toBe(false);
          await clock.pass(1);
          expect(await late).toMatchObject({ kind: 'error' });

          const never = await api.readTrace(TRACE_ID, { signal: controller.signal });
          expect(never).toMatchObject({ kind: 'error' });
          expect(asked).toHaveLength(2);
        }),
    ));
});

describe('the token is not sent elsewhere', () => {
  test('if the server redirects to another host', () =>
    withApiServer(
      () => ({ body: [aSpanItem()] }),
      async (elsewhere) =>
        withApi(
          () => ({ status: 302, headers: { location: `${elsewhere.url}${TRACE_PATH}` } }),
          async (api) => {
            const read = await api.readTrace(TRACE_ID);
            expect(read).toMatchObject({ kind: 'error', reason: 'api-error', permanent: true });
            expect(read.kind === 'error' && read.message).toContain(`to ${elsewhere.url}`);
            expect(elsewhere.asked).toHaveLength(0);
          },
        ),
    ));

  test('and redirects on the same host are limited', () =>
    withApi(
      ({ path }) => (path.endsWith('/') ? { status: 302, headers: { location: path } } : {}),
      async (api, { asked }) => {
        expect(await api.readTrace(TRACE_ID)).toMatchObject({ kind: 'error', reason: 'api-error' });
        expect(asked).toHaveLength(4);
      },
    ));
});

describe('the hosted service', () => {
  /** Connects to loopback whatever the host is, and remembers which it was. */
  function agentTo(port: number) {
    const hosts: string[] = [];
    const agent = new http.Agent();
    const createConnection = (options: { readonly host?: string }) => {
      hosts.push(options.host ?? '');
      return net.connect(port, '127.0.0.1');
    };
    return { hosts, agent: Object.assign(agent, { createConnection }) };
  }

  test.each([
    { regionUrl: 'http://de.sentry.io', host: 'de.sentry.io' },
    { regionUrl: 'http://de.sentry.io.evil.example', host: 'sentry.io' },
    { regionUrl: undefined, host: 'sentry.io' },
  ])('with the region $regionUrl is read at $host', ({ regionUrl, host }) =>
    withApiServer(
      ({ path }) => ({
        body: path.endsWith('/acme/') ? { slug: 'acme', links: { regionUrl } } : [aSpanItem()],
      }),
      async ({ port, asked }) => {
        const { agent, hosts } = agentTo(port);
        const api = createSentryApi({
          baseUrl: 'http://sentry.io',
          org: 'acme',
          token: TOKEN,
          timeoutMs: NEVER_MS,
          agents: { http: agent, https: new (await import('node:https')).Agent() },
        });
        await Promise.all([api.readTrace(TRACE_ID), api.readTrace(TRACE_ID)]);
        expect((await api.readTrace(TRACE_ID)).kind).toBe('trace');
        expect(asked.map(({ headers, path }) => `${headers.host}${path}`)).toEqual([
          'sentry.io/api/0/organizations/acme/',
          ...Array(3).fill(`${host}${TRACE_PATH}`),
        ]);
        expect(new Set(hosts)).toEqual(new Set(['sentry.io', host]));
      },
    ),
  );

  test('without a region is read at its main host', () =>
    withApiServer(
      ({ path }) => (path.endsWith('/acme/') ? { status: 403 } : { body: [aSpanItem()] }),
      async ({ port }) => {
        const { agent } = agentTo(port);
        const api = createSentryApi({
          baseUrl: 'http://sentry.io',
          org: 'acme',
          token: TOKEN,
          timeoutMs: NEVER_MS,
          agents: { http: agent, https: new (await import('node:https')).Agent() },
        });
        expect((await api.readTrace(TRACE_ID)).kind).toBe('trace');
      },
    ));
});

test('an organization is read', () =>
  withApi(
    () => ({ body: { id: 1, slug: 'acme', name: 'Acme' } }),
    async (api, { asked }) => {
      expect(await api.readOrganization()).toEqual({
        kind: 'organization',
        organization: { id: '1', slug: 'acme', name: 'Acme', regionUrl: null },
      });
      expect(asked[0]?.path).toBe('/api/0/organizations/acme/');
    },
  ));

test('at most five requests are in flight at once, over reused connections', async () => {
  let inFlight = 0;
  let most = 0;
  let isFull = () => {};
  const full = new Promise<void>((resolve) => {
    isFull = resolve;
  });
  const sockets = new Set<unknown>();
  await withApi(
    async ({ headers }) => {
      sockets.add(headers.connection);
      inFlight += 1;
      most = Math.max(most, inFlight);
      if (inFlight === 5) isFull();
      await full;
      // A sixth one would come meanwhile.
      await new Promise((resolve) => setTimeout(resolve, 20));
      inFlight -= 1;
      return { body: [aSpanItem()] };
    },
    async (api) => {
      await Promise.all(Array.from({ length: 23 }, () => api.readTrace(TRACE_ID)));
    },
  );
  expect(most).toBe(5);
  expect([...sockets]).toEqual(['keep-alive']);
});

test('an endless response is cut off, also if it is compressed', () => {
  // RFC 1952, 2.2: members may follow each other.
  const mebibyte = gzipSync(Buffer.alloc(1024 * 1024, ' '));
  const body = Buffer.concat(Array<Buffer>(80).fill(mebibyte));
  return withApi(
    () => ({ headers: { 'content-encoding': 'gzip' }, body }),
    async (api) => {
      expect(await api.readTrace(TRACE_ID)).toMatchObject({
        kind: 'error',
        permanent: true,
        message: expect.stringContaining('more than 64 MiB'),
      });
    },
  );
});
