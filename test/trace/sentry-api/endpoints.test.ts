import { describe, expect, test } from 'vitest';
import {
  type ApiClient,
  type ApiRequest,
  createEndpoints,
} from '../../../src/lib/trace/sentry-api/endpoints.ts';
import { aFailure } from '../scripted-api.ts';
import { aRow, aSpanItem } from '../sentry-shapes.ts';

const TRACE_ID = '1234567890abcdef1234567890abcdef';
const REGION = 'https://us.sentry.io';
const ORGANIZATION = { id: '1', slug: 'acme', links: { regionUrl: REGION } };

/** Responds to each request as a test says, and records the requests. */
function endpoints(
  response: (ask: ApiRequest, number: number) => Awaited<ReturnType<ApiClient>> | unknown,
  baseUrl = 'https://sentry.io',
) {
  const asked: ApiRequest[] = [];
  const api = createEndpoints({ baseUrl, org: 'acme' }, async (ask) => {
    asked.push(ask);
    const said = response(ask, asked.length) as Awaited<ReturnType<ApiClient>>;
    const isReply = typeof said === 'object' && said !== null && 'kind' in said;
    return isReply ? said : { kind: 'json', json: said, link: undefined };
  });
  const places = () =>
    asked
      .map(({ url }) => new URL(url))
      .map(({ origin, pathname }) => `${origin}${pathname.replace('/api/0/organizations/acme', '')}`);
  const params = (name: string) =>
    asked.map((ask) => ask.params.filter(([key]) => key === name).map(([, value]) => value));
  return { api, asked, places, params };
}

describe('the region of an organization', () => {
  const isOrganization = ({ url }: ApiRequest) => url.endsWith('/acme/');

  test('is looked up once', async () => {
    const { api, places } = endpoints((ask) => (isOrganization(ask) ? ORGANIZATION : [aSpanItem()]));
    await Promise.all([api.readTrace(TRACE_ID), api.readTrace(TRACE_ID)]);
    await api.searchSpans('x');
    expect(places().filter((place) => place === 'https://sentry.io/')).toHaveLength(1);
    expect(places().slice(1)).toEqual([
      `${REGION}/trace/${TRACE_ID}/`,
      `${REGION}/trace/${TRACE_ID}/`,
      `${REGION}/events/`,
    ]);
  });

  test('is looked up again if that failed, and the main host is read in the meantime', async () => {
    let failing = true;
    const { api, places } = endpoints((ask) => {
      if (isOrganization(ask)) return failing ? aFailure() : ORGANIZATION;
      return [aSpanItem()];
    });
    await api.readTrace(TRACE_ID);
    failing = false;
    await api.readTrace(TRACE_ID);
    expect(places()).toEqual([
      'https://sentry.io/',
      `https://sentry.io/trace/${TRACE_ID}/`,
      'https://sentry.io/',
      `${REGION}/trace/${TRACE_ID}/`,
    ]);
  });

  test('is not used for a self-hosted server', async () => {
    const { api, places } = endpoints(() => [aSpanItem()], 'https://sentry.acme.dev');
    await api.readTrace(TRACE_ID);
    expect(places()).toEqual([`https://sentry.acme.dev/trace/${TRACE_ID}/`]);
  });
});

describe('a trace', () => {
  const own = 'https://sentry.acme.dev';

  test.each<[string, Parameters<ReturnType<typeof createEndpoints>['readTrace']>[1], readonly string[][]]>([
    ['of unknown age in two periods', {}, [['14d'], ['90d']]],
    ['that is known to be new in one', { startedAt: 0 }, [['14d']]],
  ])('without spans is searched for %s', async (_, options, periods) => {
    const { api, params } = endpoints(() => [], own);
    expect(await api.readTrace(TRACE_ID, options)).toEqual({
      kind: 'trace',
      trace: { traceId: TRACE_ID, spans: [], issues: [] },
    });
    expect(params('statsPeriod')).toEqual(periods);
    expect(params('timestamp')).toEqual(options?.startedAt === undefined ? [[], []] : [['0']]);
  });

  test.each([
    ['a span', [aSpanItem()]],
    ['an issue alone', [{ event_type: 'error', issue_id: 7, description: 'boom' }]],
  ])('with %s is not searched for further back', async (_, items) => {
    const { api, asked } = endpoints(() => items, own);
    await api.readTrace(TRACE_ID);
    expect(asked).toHaveLength(1);
  });

  test('is requested by the second in which it began', async () => {
    const { api, params } = endpoints(() => [], own);
    await api.readTrace(TRACE_ID, { startedAt: 1_999 });
    expect(params('timestamp')).toEqual([['1']]);
  });

  test('that is not a list is a permanent failure', async () => {
    const { api } = endpoints(() => ({ detail: 'x' }), own);
    expect(await api.readTrace(TRACE_ID)).toMatchObject({
      kind: 'error',
      reason: 'api-error',
      permanent: true,
    });
  });

  test('that cannot be read reports the problem', async () => {
    const { api, asked } = endpoints(() => aFailure({ status: 403 }), own);
    expect(await api.readTrace(TRACE_ID)).toMatchObject({ kind: 'error', status: 403 });
    expect(asked).toHaveLength(1);
  });
});

describe('a search', () => {
  const own = 'https://sentry.acme.dev';
  const page = (rows: number, cursor: string | null = null) => ({
    ...{ kind: 'json', json: { data: Array.from({ length: rows }, () => aRow()) } },
    link: cursor === null ? undefined : `<https://x/>; rel="next"; results="true"; cursor="${cursor}"`,
  });

  test.each<[string, (number: number) => unknown, number | undefined, number, number]>([
    ['one page without a next one', () => page(3), undefined, 1, 3],
    ['two pages', (number) => page(60, number === 1 ? '0:60:0' : null), 200, 2, 120],
    ['as many rows as asked for', () => page(60, 'x'), 100, 2, 100],
    ['exactly as many rows as asked for', () => page(50, 'x'), 100, 2, 100],
    ['ten pages at most', () => page(1, 'x'), 1_000, 10, 10],
  ])('takes %s', async (_, response, maxRows, requests, rows) => {
    const { api, asked } = endpoints((_ask, number) => response(number), own);
    const found = await api.searchSpans('x', maxRows === undefined ? {} : { maxRows });
    expect(asked).toHaveLength(requests);
    expect(found.kind === 'spans' && found.spans).toHaveLength(rows);
  });

  test('requests pages of at most 100 rows, with the cursor of the previous one', async () => {
    const { api, params } = endpoints((_ask, number) => page(100, number === 1 ? '0:100:0' : null), own);
    await api.searchSpans('x', { maxRows: 300 });
    expect(params('per_page')).toEqual([['100'], ['100']]);
    expect(params('cursor')).toEqual([[], ['0:100:0']]);
    const few = endpoints(() => page(1), own);
    await few.api.searchSpans('x', { maxRows: 7, fields: ['order', 'id'] });
    expect(few.params('per_page')).toEqual([['7']]);
    expect(few.params('field')[0]?.filter((field) => field === 'id')).toHaveLength(1);
    expect(few.params('field')[0]?.at(-1)).toBe('order');
  });

  test('that fails on a later page reports the problem', async () => {
    const { api } = endpoints(
      (_ask, number) => (number === 1 ? page(1, 'x') : aFailure({ status: 502 })),
      own,
    );
    expect(await api.searchSpans('x')).toMatchObject({ kind: 'error', status: 502 });
  });
});
