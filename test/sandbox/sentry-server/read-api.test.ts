import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/lib/model/json.ts';
import type { LoopbackServer } from '../../../src/sandbox/loopback-server.ts';
import { startSentryServer } from '../../../src/sandbox/sentry-server/sentry-server.ts';
import {
  containerHeader,
  envelopeText,
  SPAN_ID,
  streamedEnvelope,
  TRACE_ID,
  traceOfEnvelope,
} from '../support.ts';

const KEY = 'a'.repeat(32);
const TOKEN = 'sntryu_test';
const CHILD_ID = '975f34e3665af084';
const ORG = '/api/0/organizations/sandbox';

let server: LoopbackServer;
let base: string;

beforeEach(async () => {
  server = await startSentryServer({
    port: 0,
    org: 'sandbox',
    token: TOKEN,
    projects: [
      { id: 1, slug: 'prod-e2e', publicKey: KEY },
      { id: 2, slug: 'service', publicKey: 'b'.repeat(32) },
    ],
    streamProjectId: 2,
    senderProjectId: 1,
    deployed: { version: 'a@2', environment: 'production' },
    faults: [],
  });
  base = `http://127.0.0.1:${server.port}`;
});

afterEach(() => {
  server.refuseMore();
  server.cut();
});

async function send(body: string, path = `/api/1/envelope/?sentry_key=${KEY}`): Promise<void> {
  expect((await fetch(base + path, { method: 'POST', body })).status).toBe(200);
}

async function read(path: string) {
  const response = await fetch(base + path, { headers: { authorization: `Bearer ${TOKEN}` } });
  const json = (await response.json()) as JsonObject;
  return { status: response.status, json, link: response.headers.get('link') ?? '' };
}

const anError = (eventId: string, spanId: string | null): string =>
  envelopeText({ event_id: eventId }, [
    { type: 'event' },
    {
      event_id: eventId,
      exception: { values: [{ type: 'TypeError', value: 'no price' }] },
      transaction: 'POST /webhook',
      timestamp: 1795396552.35,
      contexts: { trace: { trace_id: TRACE_ID, ...(spanId !== null && { span_id: spanId }) } },
    },
  ]);

/** So many spans in one trace each; durations 1 ms, 2 ms, … */
async function sendManySpans(count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const traceId = (index + 1).toString(16).padStart(32, '0');
    const span = {
      trace_id: traceId,
      span_id: (index + 1).toString(16).padStart(16, '0'),
      name: `span ${index + 1}`,
      status: 'ok',
      is_segment: index % 2 === 0,
      start_timestamp: 1_795_396_552 + index,
      end_timestamp: 1_795_396_552 + index + (index + 1) / 1_000,
      attributes: { number: { type: 'integer', value: index + 1 } },
    };
    await send(
      envelopeText({ trace: traceOfEnvelope(traceId) }, [containerHeader(1), { version: 2, items: [span] }]),
    );
  }
}

const search = (query: Record<string, string>, ...fields: string[]): string => {
  const parameters = new URLSearchParams({ dataset: 'spans', ...query });
  for (const field of fields) parameters.append('field', field);
  return `${ORG}/events/?${parameters}`;
};

const rows = (json: JsonObject): readonly Json[] => (Array.isArray(json.data) ? json.data : []);

describe('access', () => {
  it.each([
    '/api/0/organizations/',
    `${ORG}/`,
    `${ORG}/projects/`,
    `${ORG}/trace/${TRACE_ID}/`,
    `${ORG}/trace-meta/${TRACE_ID}/`,
    `${ORG}/events/?dataset=spans&field=id`,
    `${ORG}/issues/`,
    '/api/0/projects/sandbox/prod-e2e/',
    '/api/0/users/me/regions/',
  ])('%s requires the token', async (path) => {
    expect((await fetch(base + path)).status).toBe(401);
    const wrong = await fetch(base + path, { headers: { authorization: 'Bearer sntryu_wrong' } });
    expect([wrong.status, await wrong.json()]).toEqual([401, { detail: 'Invalid token' }]);
    expect((await read(path)).status).toBe(200);
    expect((await read(path.replace(/\/(?=$|\?)/, ''))).status).toBe(200);
  });

  it.each([
    '/api/0/organizations/other/',
    `/api/0/organizations/other/trace/${TRACE_ID}/`,
    `/api/0/organizations/other/trace-meta/${TRACE_ID}/`,
    '/api/0/organizations/other/events/?dataset=spans&field=id',
    '/api/0/projects/other/prod-e2e/',
    '/api/0/projects/sandbox/nothing/',
    `/api/0/projects/sandbox/prod-e2e/trace-items/${SPAN_ID}/?trace_id=${TRACE_ID}`,
    `${ORG}/trace/xyz/`,
    `${ORG}/issues/7/`,
    `${ORG}/shortids/PROD-E2E-7/`,
    `${ORG}/replays/?query=x`,
  ])('%s is not found', async (path) => {
    expect(await read(path)).toMatchObject({
      status: 404,
      json: { detail: 'The requested resource does not exist' },
    });
  });
});

describe('organizations and projects', () => {
  it('lists the one organization, its projects and its region', async () => {
    const organization = {
      id: '1',
      slug: 'sandbox',
      links: { regionUrl: base, organizationUrl: `${base}/organizations/sandbox` },
    };
    expect((await read('/api/0/organizations/?per_page=100')).json).toMatchObject([organization]);
    expect((await read(`${ORG}/`)).json).toMatchObject(organization);
    expect((await read(`${ORG}/projects/`)).json).toMatchObject([{ slug: 'prod-e2e' }, { slug: 'service' }]);
    expect((await read('/api/0/users/me/regions/')).json).toEqual({
      regions: [{ name: 'sandbox', url: base }],
    });
    expect((await read('/api/0/projects/sandbox/service/?collapse=organization')).json).toMatchObject({
      id: '2',
      slug: 'service',
      organization: { slug: 'sandbox' },
    });
  });
});

describe('one trace', () => {
  beforeEach(() => send(streamedEnvelope()));

  it('accepts the parameters of a time window', async () => {
    for (const window of ['statsPeriod=14d', 'timestamp=1795396552', 'start=2026-11-23&end=2026-11-24']) {
      expect((await read(`${ORG}/trace/${TRACE_ID}/?${window}`)).json).toMatchObject([{ event_id: SPAN_ID }]);
    }
  });

  it('is counted by trace-meta, in camel case', async () => {
    await send(anError('1'.repeat(32), CHILD_ID));
    expect((await read(`${ORG}/trace-meta/${TRACE_ID.toUpperCase()}/`)).json).toEqual({
      errorsCount: 1,
      logsCount: 0,
      metricsCount: 0,
      performanceIssuesCount: 0,
      spansCount: 2,
      spansCountMap: { 'http.client': 1, 'webhook.send': 1 },
      transactionChildCountMap: [{ 'transaction.event_id': SPAN_ID, 'count()': 2 }],
      uptimeCount: 0,
    });
    expect((await read(`${ORG}/trace-meta/${'0'.repeat(32)}/`)).json).toMatchObject({ spansCount: 0 });
  });

  it('has all attributes of a span', async () => {
    const path = `/api/0/projects/sandbox/prod-e2e/trace-items/${CHILD_ID}/?trace_id=${TRACE_ID}&item_type=spans`;
    const { json } = await read(path);
    expect(json).toMatchObject({ itemId: CHILD_ID, timestamp: '2026-11-23T01:15:52.337Z' });
    expect(json.attributes).toEqual(
      expect.arrayContaining([
        { name: 'span.op', type: 'str', value: 'http.client' },
        { name: 'parent_span', type: 'str', value: SPAN_ID },
        { name: 'is_transaction', type: 'bool', value: false },
        { name: 'span.duration', type: 'float', value: 27.919 },
        { name: 'http.response.status_code', type: 'int', value: 500 },
        { name: 'sentry.status.message', type: 'str', value: 'internal_error' },
      ]),
    );
    expect((await read(path.replace('prod-e2e', 'service'))).status).toBe(404);
  });

  it("distinguishes Sentry's own status from a service's words", async () => {
    const words = streamedEnvelope('c'.repeat(32)).replace('"internal_error"', '"the provider answered 503"');
    await send(words);
    const query = 'additional_attributes=span.status&additional_attributes=span.status.message';
    const childOf = async (id: string): Promise<Json> => {
      const { json } = await read(`${ORG}/trace/${id}/?${query}`);
      return JSON.parse(JSON.stringify(json))[0].children[0].additional_attributes;
    };
    expect(await childOf(TRACE_ID)).toEqual({
      'span.status': 'internal_error',
      'span.status.message': 'internal_error',
    });
    expect(await childOf('c'.repeat(32))).toEqual({
      'span.status': 'error',
      'span.status.message': 'the provider answered 503',
    });
  });
});

describe('issues', () => {
  it('are found by the ids that the trace names', async () => {
    await send(streamedEnvelope());
    await send(anError('1'.repeat(32), CHILD_ID));
    await send(anError('2'.repeat(32), null));
    const { json } = await read(`${ORG}/trace/${TRACE_ID}/`);
    expect(json).toMatchObject([
      { event_id: SPAN_ID, children: [{ errors: [{ issue_id: 1, short_id: 'PROD-E2E-1' }] }] },
      { event_type: 'error', short_id: 'PROD-E2E-2' },
    ]);
    const issue = {
      id: '1',
      shortId: 'PROD-E2E-1',
      title: 'TypeError: no price',
      culprit: 'POST /webhook',
      permalink: `${base}/organizations/sandbox/issues/1/`,
      level: 'error',
      status: 'unresolved',
      project: { slug: 'prod-e2e' },
      firstSeen: '2026-11-23T01:15:52.350Z',
    };
    expect((await read(`${ORG}/issues/1/`)).json).toMatchObject(issue);
    expect((await read('/api/0/issues/1/')).json).toMatchObject(issue);
    expect((await read(`${ORG}/shortids/prod-e2e-1/?collapse=stats`)).json).toMatchObject({
      organizationSlug: 'sandbox',
      projectSlug: 'prod-e2e',
      groupId: '1',
      shortId: 'PROD-E2E-1',
      group: issue,
    });
    expect((await read(`${ORG}/issues/?query=is:unresolved`)).json).toMatchObject([{ id: '2' }, { id: '1' }]);
  });
});

describe('events', () => {
  const EVENT_ID = '1'.repeat(32);
  const full = {
    eventID: EVENT_ID,
    groupID: '1',
    projectID: '1',
    title: 'TypeError: no price',
    culprit: 'POST /webhook',
    platform: 'other',
    dateCreated: '2026-11-23T01:15:52.350Z',
    metadata: { type: 'TypeError', value: 'no price' },
    tags: [
      { key: 'level', value: 'error' },
      { key: 'transaction', value: 'POST /webhook' },
    ],
    entries: [{ type: 'exception', data: { values: [{ type: 'TypeError', value: 'no price' }] } }],
    contexts: { trace: { type: 'trace', trace_id: TRACE_ID, span_id: CHILD_ID } },
  };

  beforeEach(async () => {
    await send(anError(EVENT_ID, CHILD_ID));
    await send(anError('2'.repeat(32), null), `/api/2/envelope/?sentry_key=${'b'.repeat(32)}`);
  });

  it.each([
    `/api/0/projects/sandbox/prod-e2e/events/${EVENT_ID}/`,
    `${ORG}/issues/1/events/latest/`,
    `${ORG}/issues/1/events/${EVENT_ID}/`,
    '/api/0/issues/1/events/oldest/',
  ])('%s returns one in full', async (path) => {
    expect((await read(path)).json).toMatchObject(full);
  });

  it('are listed by their issue, and found by their id', async () => {
    const { entries: _, contexts: __, ...row } = full;
    expect((await read(`${ORG}/issues/1/events/?full=false`)).json).toMatchObject([row]);
    expect((await read(`${ORG}/eventids/${EVENT_ID}/`)).json).toMatchObject({
      organizationSlug: 'sandbox',
      projectSlug: 'prod-e2e',
      groupId: '1',
      eventId: EVENT_ID,
      event: full,
    });
  });

  it.each([
    `${ORG}/issues/9/events/`,
    `${ORG}/issues/1/events/${'2'.repeat(32)}/`,
    `${ORG}/eventids/${'9'.repeat(32)}/`,
    `/api/0/projects/sandbox/service/events/${EVENT_ID}/`,
    `${ORG}/releases/none/`,
  ])('%s is not found', async (path) => {
    expect((await read(path)).status).toBe(404);
  });

  it('are listed for the requested projects, by id and by slug', async () => {
    const issues = async (query: string): Promise<string[]> => {
      const { json } = await read(`${ORG}/issues/?${query}`);
      return (json as unknown as { project: { slug: string } }[]).map(({ project }) => project.slug);
    };
    expect(await issues('')).toEqual(['service', 'prod-e2e']);
    expect(await issues('project=-1')).toEqual(['service', 'prod-e2e']);
    expect(await issues('project=2')).toEqual(['service']);
    expect(await issues('project=prod-e2e')).toEqual(['prod-e2e']);
    expect(await issues('project=other')).toEqual([]);
  });
});

describe('Stats', () => {
  beforeEach(async () => {
    await send(streamedEnvelope());
    await send(envelopeText({}, [containerHeader(3), { items: [] }]));
    await send(anError('1'.repeat(32), null), `/api/2/envelope/?sentry_key=${'b'.repeat(32)}`);
  });

  const stats = async (query: string): Promise<Json> => {
    const { json } = await read(`${ORG}/stats_v2/?field=sum(quantity)&${query}`);
    return (json.groups as JsonObject[]).map(({ by, totals }) => [
      by ?? null,
      (totals as JsonObject)['sum(quantity)'] ?? null,
    ]);
  };

  it('group what was accepted and dropped', async () => {
    expect(await stats('groupBy=outcome&groupBy=category&groupBy=reason')).toEqual([
      [{ outcome: 'accepted', category: 'span', reason: 'none' }, 2],
      [{ outcome: 'invalid', category: 'span', reason: 'missing_dsc' }, 3],
      [{ outcome: 'accepted', category: 'error', reason: 'none' }, 1],
    ]);
    expect(await stats('groupBy=project&category=span')).toEqual([[{ project: 1 }, 5]]);
    expect(await stats('project=2')).toEqual([[{}, 1]]);
    expect(await stats('outcome=invalid&reason=missing_dsc')).toEqual([[{}, 3]]);
    expect(await stats('reason=timestamp')).toEqual([]);
  });

  it.each([
    'stats_v2/?field=sum(times_seen)',
    'stats_v2/?field=sum(quantity)&groupBy=key',
    'events-dropped/?dataset=logs',
  ])('refuse %s with 400', async (path) => {
    expect((await read(`${ORG}/${path}`)).status).toBe(400);
  });
});

describe('monitors', () => {
  it('are the result of check-ins, one per project', async () => {
    const checkIn = (more: JsonObject): string =>
      envelopeText({}, [{ type: 'check_in' }, { monitor_slug: 'nightly', ...more }]);
    const schedule = { type: 'interval', value: 1, unit: 'hour' };
    await send(checkIn({ status: 'ok', monitor_config: { schedule, checkin_margin: 5 } }));
    await send(checkIn({ status: 'in_progress' }));
    await send(checkIn({ status: 'error', environment: 'staging' }));
    await send(checkIn({ status: 'error' }), `/api/2/envelope/?sentry_key=${'b'.repeat(32)}`);
    const { json } = await read(`${ORG}/monitors/?query=night`);
    expect(json).toMatchObject([
      {
        id: '1',
        slug: 'nightly',
        project: { slug: 'prod-e2e' },
        config: { schedule_type: 'interval', schedule: [1, 'hour'], checkin_margin: 5, timezone: 'UTC' },
        environments: [
          { name: 'production', status: 'ok' },
          { name: 'staging', status: 'error' },
        ],
      },
      { id: '2', slug: 'nightly', project: { slug: 'service' }, environments: [{ status: 'error' }] },
    ]);
    expect((await read(`${ORG}/monitors/?query=hourly`)).json).toEqual([]);
    expect((await read(`${ORG}/monitors/?project=2`)).json).toMatchObject([{ id: '2' }]);
  });
});

describe('releases', () => {
  it('have the times of their first and last span or error', async () => {
    const transaction = (release: string, start: number): JsonObject => ({
      transaction: 'POST /webhook',
      release,
      start_timestamp: start,
      timestamp: start + 1,
      contexts: { trace: { trace_id: TRACE_ID, span_id: start.toString(16).padStart(16, '0') } },
    });
    for (const [release, start] of [
      ['a@1', 1_795_396_600],
      ['a@1', 1_795_396_500],
      ['a@2', 1_795_396_550],
    ] as const) {
      await send(envelopeText({}, [{ type: 'transaction' }, transaction(release, start)]));
    }
    await send(envelopeText({}, [{ type: 'event' }, { release: 'a@1', timestamp: 1_795_396_700.5 }]));
    expect((await read(`${ORG}/releases/?per_page=100`)).json).toMatchObject([
      {
        version: 'a@2',
        firstEvent: '2026-11-23T01:15:50.000Z',
        lastEvent: '2026-11-23T01:15:50.000Z',
        newGroups: 0,
      },
      {
        version: 'a@1',
        firstEvent: '2026-11-23T01:15:00.000Z',
        lastEvent: '2026-11-23T01:18:20.500Z',
        newGroups: 1,
        projects: [{ id: 1, slug: 'prod-e2e' }],
      },
    ]);
    expect((await read(`${ORG}/releases/a%401/`)).json).toMatchObject({ version: 'a@1' });
    expect((await read(`${ORG}/releases/?project=2`)).json).toEqual([]);
    expect((await read(`${ORG}/releases/?query=2`)).json).toMatchObject([{ version: 'a@2' }]);
    const deploy = { id: '1', environment: 'production', dateFinished: expect.stringMatching(/^2\d{3}-/) };
    expect((await read(`${ORG}/releases/a%402/`)).json).toMatchObject({ deployCount: 1, lastDeploy: deploy });
    expect((await read(`${ORG}/releases/a%402/deploys/`)).json).toMatchObject([deploy]);
    expect((await read(`${ORG}/releases/a%401/`)).json).toMatchObject({ deployCount: 0, lastDeploy: null });
  });
});

describe('searching spans', () => {
  it('returns the requested fields, with their types and units', async () => {
    await send(streamedEnvelope());
    const fields = [
      'trace',
      'parent_span',
      'span.op',
      'description',
      'span.duration',
      'timestamp',
      'project',
    ];
    const { json } = await read(
      search(
        { query: `trace:${TRACE_ID} span.op:http*`, statsPeriod: '7d', project: '-1' },
        ...fields,
        'nothing',
      ),
    );
    expect(json).toEqual({
      data: [
        {
          id: CHILD_ID,
          trace: TRACE_ID,
          parent_span: SPAN_ID,
          'span.op': 'http.client',
          description: 'POST',
          'span.duration': 27.919,
          timestamp: '2026-11-23T01:15:52.337Z',
          project: 'prod-e2e',
          'project.name': 'prod-e2e',
          nothing: null,
        },
      ],
      meta: {
        fields: expect.objectContaining({ 'span.duration': 'duration', timestamp: 'date', trace: 'string' }),
        units: expect.objectContaining({ 'span.duration': 'millisecond', trace: null }),
      },
    });
  });

  it('finds by attributes over all traces, and in the requested projects', async () => {
    await send(streamedEnvelope());
    await send(streamedEnvelope('c'.repeat(32)), '/stream');
    const found = async (query: Record<string, string>): Promise<Json[]> => {
      const { json } = await read(search(query, 'trace'));
      return rows(json).map((row) => (row as JsonObject).trace ?? null);
    };
    const query = 'http.response.status_code:500';
    expect((await found({ query })).sort()).toEqual([TRACE_ID, 'c'.repeat(32)]);
    expect(await found({ query, project: '2' })).toEqual(['c'.repeat(32)]);
    expect(await found({ query, project: '7' })).toEqual([]);
    expect(await found({ query, environment: 'production' })).toEqual([]);
    expect(await found({ query: 'is_transaction:true project:prod-e2e' })).toEqual([TRACE_ID]);
  });

  it('sorts: the newest first by default, numbers as numbers, missing values last', async () => {
    await sendManySpans(12);
    await send(streamedEnvelope());
    const numbers = async (sort?: string): Promise<Json[]> => {
      const { json } = await read(search({ query: '!span.op:*.*', ...(sort && { sort }) }, 'number'));
      return rows(json).map((row) => (row as JsonObject).number ?? null);
    };
    const upwards = Array.from({ length: 12 }, (_, index) => index + 1);
    expect(await numbers()).toEqual(upwards.toReversed());
    expect(await numbers('number')).toEqual(upwards);
    expect(await numbers('-span.duration')).toEqual(upwards.toReversed());
    const { json } = await read(search({ query: '', sort: '-number' }, 'number'));
    expect(rows(json).map((row) => (row as JsonObject).number ?? null)).toEqual([
      ...upwards.toReversed(),
      null,
      null,
    ]);
  });

  it('pages with its links, each row once', async () => {
    await sendManySpans(25);
    const seen: Json[] = [];
    let path: string | null = search({ query: '', per_page: '10', sort: 'number' }, 'number');
    const pages: number[] = [];
    while (path !== null) {
      const { json, link } = await read(path);
      pages.push(rows(json).length);
      seen.push(...rows(json).map((row) => (row as JsonObject).number ?? null));
      const [, next = '', results] = /<([^>]+)>; rel="next"; results="(true|false)"/.exec(link) ?? [];
      expect(link).toContain(`rel="previous"; results="${pages.length > 1}"`);
      path = results === 'true' ? next.replace(base, '') : null;
    }
    expect(pages).toEqual([10, 10, 5]);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
  });

  it.each([
    [{ per_page: '101' }, 'Cannot exceed 100'],
    [{ per_page: '0' }, 'Invalid per_page'],
    [{ per_page: 'x' }, 'Invalid per_page'],
    [{ cursor: 'x' }, 'Invalid cursor'],
    [{ project: 'prod-e2e' }, 'Invalid project'],
    [{ query: 'a:1 OR b:2' }, 'Error parsing search query'],
    [{ dataset: 'errors' }, 'dataset=spans only'],
  ])('refuses %j with 400', async (query, detail) => {
    expect(await read(search(query as Record<string, string>, 'id'))).toMatchObject({
      status: 400,
      json: { detail: expect.stringContaining(detail) },
    });
  });

  it('refuses what has no fields, and functions', async () => {
    expect((await read(search({}))).json).toEqual({ detail: 'No columns selected' });
    expect((await read(search({}, 'count()'))).json).toEqual({ detail: expect.stringContaining('count()') });
  });
});
