import { describe, expect, test } from 'vitest';
import { resolveConfig } from '../../src/lib/config/resolve.ts';
import type { ProdE2eError } from '../../src/lib/errors.ts';
import { createRedactor } from '../../src/lib/secrets/redact.ts';
import { aProject, problemLines } from './project.ts';

const DATABASE_URL = 'postgres://postgres:pw-of-the-db@db.example.com:5433/app?sslmode=verify-full';

async function resolved(config: unknown) {
  const { input } = await aProject({ 'prod-e2e.config.json': JSON.stringify(config) });
  return resolveConfig({
    ...input,
    env: { DATABASE_URL, API: 'https://api.example.com', API_TOKEN: 'token-77aa' },
  });
}

async function problemsOf(config: unknown) {
  const error = await resolved(config).then(
    () => null,
    (thrown: ProdE2eError) => thrown,
  );
  expect(error?.code).toBe('CONFIG_INVALID');
  return problemLines(error?.message ?? '');
}

const aStage = (probe: object) => ({ stages: [{ name: 'saved', ...probe }] });
const SQL = {
  url: '${env:DATABASE_URL}',
  query: 'SELECT 1 WHERE $1 = 1;',
  params: ['{{response.signal_id}}'],
};

describe('a probe', () => {
  test('only checks by default that the request succeeds', async () => {
    const http = { url: '{{origin}}/api/{{response.signal_id}}' };
    const { settings } = await resolved({
      stages: [
        { name: 'a', http },
        { name: 'b', sql: SQL },
      ],
    });
    expect(settings.stages?.[0]?.http).toEqual({
      method: 'GET',
      url: '{{origin}}/api/{{response.signal_id}}',
      headers: {},
      body: null,
      status: ['2xx'],
      required: [],
      match: null,
      stop: null,
      schema: null,
      withinMs: 10_000,
    });
    expect(settings.stages?.[1]?.sql).toEqual({
      url: DATABASE_URL,
      query: 'SELECT 1 WHERE $1 = 1',
      params: ['{{response.signal_id}}'],
      rows: { min: 1, max: null },
      match: null,
      stop: null,
      withinMs: 10_000,
    });
  });

  test.each([
    [2, { min: 2, max: 2 }],
    [{ min: 3 }, { min: 3, max: null }],
    [{ max: 4 }, { min: 0, max: 4 }],
    [
      { min: 1, max: 2 },
      { min: 1, max: 2 },
    ],
  ])('counts rows: %j', async (rows, range) => {
    const { settings } = await resolved(aStage({ sql: { ...SQL, rows } }));
    expect(settings.stages?.[0]?.sql?.rows).toEqual(range);
  });

  test.each([
    [
      'a host out of the response',
      { http: { url: 'https://{{response.host}}/x' } },
      /http\.url: expected a URL that starts with/,
    ],
    ['a host that goes on after the origin', { http: { url: '{{origin}}.evil.example/x' } }, /http\.url/],
    ['another name in place of the origin', { http: { url: '{{response.url}}/x' } }, /http\.url/],
    ['a name in the port', { http: { url: 'http://a:{{response.port}}/' } }, /http\.url/],
    ['a backslash for the host', { http: { url: 'http://a\\@evil.example/' } }, /http\.url/],
    [
      'a value in the query',
      { sql: { ...SQL, query: "SELECT '{{response.id}}'" } },
      /sql\.query: expected one SELECT, with \$1, \$2/,
    ],
    ['no PostgreSQL', { sql: { ...SQL, url: 'mysql://db/x' } }, /sql\.url: expected a postgres:\/\/ URL/],
    [
      'a body without a place',
      { http: { url: '{{origin}}/', body: {} } },
      /http\.body: a GET request has no body/,
    ],
    [
      'too many rows',
      { sql: { ...SQL, rows: 1_001 } },
      /sql\.rows: .*an integer up to 1,000, or \{ min, max \}/,
    ],
    [
      'a first row that need not be',
      { sql: { ...SQL, rows: { max: 2 }, match: { a: 1 } } },
      /sql\.match: needs at least one row/,
    ],
    [
      'an unknown name',
      { http: { url: '{{origin}}/{{respose.id}}' } },
      /http: unknown placeholder \{\{respose\}\}; did you mean \{\{response\}\}\?/,
    ],
    ['an unknown key', { sql: { ...SQL, param: [] } }, /sql\.param: unknown key; did you mean params\?/],
  ])('cannot have %s', async (_, probe, problem) => {
    const problems = await problemsOf(aStage(probe));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
    expect(problems[0]).not.toContain('pw-of-the-db');
  });

  test.each([
    [{ status: 'rejected' }, { status: ['rejected'] }],
    [
      { status: ['rejected', 'failed'], code: 7 },
      { status: ['rejected', 'failed'], code: [7] },
    ],
  ])('stops at final values: %j', async (stop, values) => {
    const http = await resolved(aStage({ http: { url: '{{origin}}/', stop } }));
    expect(http.settings.stages?.[0]?.http?.stop).toEqual(values);
    const sql = await resolved(aStage({ sql: { ...SQL, stop } }));
    expect(sql.settings.stages?.[0]?.sql?.stop).toEqual(values);
  });

  test.each([
    ['rejected', /sql\.stop/],
    [{ status: { is: 'rejected' } }, /sql\.stop\.status: expected fields with their final values/],
  ])('cannot stop at %j', async (stop, problem) => {
    const problems = await problemsOf(aStage({ sql: { ...SQL, stop } }));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(problem);
  });

  test('may name dimensions of the configuration', async () => {
    const http = { url: '{{origin}}/{{account}}' };
    await resolved({ ...aStage({ http }), dimensions: { account: ['a'] } });
    expect(await problemsOf(aStage({ http }))).toHaveLength(1);
  });

  test('is limited in number', async () => {
    const stages = Array.from({ length: 21 }, (_, at) => ({ name: `s${at}`, http: { url: '{{origin}}/' } }));
    expect(await problemsOf({ stages })).toEqual([
      expect.stringContaining('too many probes: 21 (maximum 20)'),
    ]);
  });
});

describe('cleanup', () => {
  test('of the configuration applies to every scenario without its own', async () => {
    const own = [
      { url: '{{origin}}/a', method: 'POST', body: { id: '{{testId}}' }, status: 204 },
      { url: '{{origin}}/b' },
    ];
    const { settings } = await resolved({
      cleanup: { url: '{{origin}}/all' },
      scenarios: [{ name: 'A' }, { name: 'B', cleanup: own }, { symbol: 'SPY', scenario: 'C' }],
    });
    const calls = settings.scenarios.map(({ cleanup }) =>
      cleanup.map(({ method, url, status }) => `${method} ${url} ${status.join(',')}`),
    );
    expect(calls).toEqual([
      ['DELETE {{origin}}/all 2xx,404,410'],
      ['POST {{origin}}/a 204', 'DELETE {{origin}}/b 2xx,404,410'],
      ['DELETE {{origin}}/all 2xx,404,410'],
    ]);
    expect(
      (await resolved({ cleanup: { url: '{{origin}}/all' } })).settings.scenarios[0]?.cleanup,
    ).toHaveLength(1);
  });

  test('is checked like probes', async () => {
    expect(await problemsOf({ cleanup: { url: '{{response.url}}' } })).toEqual([
      expect.stringContaining('cleanup.url'),
    ]);
    const scenarios = [{ name: 'A', cleanup: { url: '{{origin}}/{{nmae}}' } }];
    expect(await problemsOf({ scenarios })).toEqual([
      expect.stringContaining('scenarios[0].cleanup: unknown placeholder {{nmae}}'),
    ]);
  });
});

test('secrets of probes and cleanup are known, common words are not secrets', async () => {
  const { secrets } = await resolved({
    stages: [
      {
        name: 'a',
        http: {
          url: '${env:API}/x?signal_id={{response.signal_id}}&key=k-0123',
          headers: { 'X-Api-Key': 'h-4567' },
        },
      },
      { name: 'b', sql: SQL },
    ],
    cleanup: {
      url: 'https://u:p-89ab@api.example.com/',
      headers: { authorization: 'Bearer ${env:API_TOKEN}' },
    },
  });
  const redact = createRedactor(secrets);
  const told = 'pw-of-the-db k-0123 h-4567 p-89ab token-77aa';
  expect(redact(told)).toBe('*** *** *** *** ***');
  const plain =
    'user "postgres" of PostgreSQL at api.example.com and db.example.com:5433: there is no response.signal_id, GET https://api.example.com/x';
  expect(redact(plain)).toBe(plain);
  expect(redact(DATABASE_URL)).not.toContain('pw-of-the-db');
});
