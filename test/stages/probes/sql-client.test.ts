import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SqlQuestion } from '../../../src/lib/stages/probes/look.ts';
import { createSqlClient, type SqlClient } from '../../../src/lib/stages/probes/sql-client.ts';
import { eventually } from '../../support/eventually.ts';
import { freePort, PASSWORD, type Postgres, startPostgres } from '../../support/postgres.ts';
import { NEVER_MS } from '../../support/sending.ts';
import { withStillClock } from '../../support/still-clock.ts';

let database: Postgres;
let client: SqlClient;

beforeAll(async () => {
  database = await startPostgres();
  client = createSqlClient();
  await database.query(
    `CREATE TABLE signals (id text PRIMARY KEY, symbol text, price numeric, lots bigint, at timestamptz, day date, raw bytea, doc jsonb, tags text[])`,
  );
  await database.query(
    `INSERT INTO signals VALUES ('s1', 'SPY', 412.50, 7, '2026-08-01T12:00:00Z', '2026-08-01', '\\x00ff', '{"a":[1]}', '{x,y}'), ('s2', 'QQQ', 1, 9007199254740993, NULL, NULL, NULL, NULL, NULL)`,
  );
});

afterAll(async () => {
  await client.close();
  await database.stop();
});

const ask = (query: string, more: Partial<SqlQuestion> = {}) =>
  client.query({
    url: database.url,
    query,
    params: [],
    countUpTo: 1,
    withinMs: NEVER_MS,
    signal: new AbortController().signal,
    ...more,
  });

const STATEMENT_TIMEOUT = 'canceling statement due to statement timeout (57014)';

describe('a question', () => {
  it('gives the first row as JSON, numbers as numbers where they fit', async () => {
    expect(await ask('SELECT * FROM signals WHERE id = $1', { params: ['s1'] })).toEqual({
      ok: true,
      rows: 1,
      first: {
        id: 's1',
        symbol: 'SPY',
        price: 412.5,
        lots: 7,
        at: '2026-08-01 12:00:00+00',
        day: '2026-08-01',
        raw: '\\x00ff',
        doc: { a: [1] },
        tags: ['x', 'y'],
      },
    });
    expect(await ask("SELECT lots FROM signals WHERE id = 's2'")).toMatchObject({
      first: { lots: '9007199254740993' },
    });
  });

  it('counts rows as far as it is asked to, and fetches one', async () => {
    expect(await ask('SELECT generate_series(1, 1000000) AS n', { countUpTo: 11 })).toEqual({
      ok: true,
      rows: 11,
      first: { n: 1 },
    });
    expect(await ask('SELECT 1 WHERE false', { countUpTo: 11 })).toEqual({ ok: true, rows: 0, first: null });
  });

  it('binds values, whatever they hold', async () => {
    const hostile = "s1' OR '1'='1";
    expect(
      await ask('SELECT id FROM signals WHERE id = $1', { params: [hostile], countUpTo: 5 }),
    ).toMatchObject({
      rows: 0,
    });
    expect(await ask('SELECT $1::text AS said', { params: [hostile] })).toMatchObject({
      first: { said: hostile },
    });
  });

  it.each([
    ['DELETE FROM signals', /syntax error/],
    ['SELECT 1; DELETE FROM signals', /multiple commands/],
    ['SELECT 1; COMMIT; DELETE FROM signals', /multiple commands/],
    ['WITH gone AS (DELETE FROM signals RETURNING id) SELECT * FROM gone', /data-modifying|read-only/],
    ["SELECT nextval('counter')", /read-only/],
    [
      "SELECT set_config('transaction_read_only', 'off', true), * FROM signals",
      /read-write mode must be set before any query/,
    ],
  ])('changes nothing: %s', async (query, reason) => {
    await database.query('CREATE SEQUENCE IF NOT EXISTS counter');
    expect(await ask(query, { countUpTo: 5 })).toEqual({
      ok: false,
      reason: expect.stringMatching(reason),
      final: true,
    });
    const { rows } = await database.query('SELECT count(*)::int AS n FROM signals');
    expect(rows).toEqual([{ n: 2 }]);
  });
});

describe('a question that cannot be asked says why, and whether to ask again', () => {
  it.each([
    ['a syntax error', 'SELEKT 1', {}, 'syntax error at or near "SELEKT" (42601)', true],
    ['a missing table', 'SELECT * FROM orders', {}, 'relation "orders" does not exist (42P01)', true],
    [
      'a value of another type',
      'SELECT $1::int',
      { params: ['x'] },
      'invalid input syntax for type integer: "x" (22P02)',
      true,
    ],
    [
      'too few values',
      'SELECT $1::int, $2::int',
      { params: ['1'] },
      /supplies 1 parameters.*requires 2 \(08P01\)/,
      false,
    ],
    ['a slow one', 'SELECT pg_sleep(20)', { withinMs: 600 }, STATEMENT_TIMEOUT, false],
  ] as const)('%s', async (_, query, more, reason, final) => {
    // Only the server's clock goes on: it is the one that ends a statement.
    expect(await withStillClock(() => ask(query, more))).toEqual({
      ok: false,
      reason: typeof reason === 'string' ? reason : expect.stringMatching(reason),
      final,
    });
    // The connection is as good as before.
    expect(await ask('SELECT 1 AS n')).toEqual({ ok: true, rows: 1, first: { n: 1 } });
  });

  it('a wrong password, a missing database, nobody there', async () => {
    const at = (change: (url: URL) => void) => {
      const url = new URL(database.url);
      change(url);
      return { url: url.href };
    };
    const wrong = await ask(
      'SELECT 1',
      at((url) => (url.password = 'wrong-password')),
    );
    expect(wrong).toEqual({
      ok: false,
      reason: 'password authentication failed for user "postgres" (28P01)',
      final: true,
    });
    expect(
      await ask(
        'SELECT 1',
        at((url) => (url.pathname = '/nowhere')),
      ),
    ).toEqual({
      ok: false,
      reason: 'database "nowhere" does not exist (3D000)',
      final: true,
    });
    const port = await freePort();
    expect(
      await ask(
        'SELECT 1',
        at((url) => (url.port = String(port))),
      ),
    ).toEqual({
      ok: false,
      reason: 'connection refused',
      final: false,
    });
    expect(JSON.stringify(wrong)).not.toContain(PASSWORD);
  });

  it('a table that is locked, within its time', async () => {
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE signals');
      const locked = await ask('SELECT * FROM signals', { withinMs: 500 });
      expect(locked).toMatchObject({ ok: false, final: false });
      await holder.query('COMMIT');
      expect(await ask('SELECT * FROM signals')).toMatchObject({ ok: true });
    } finally {
      await holder.end();
    }
  });

  it('is cut short by a stop, and leaves no connection behind', async () => {
    const stop = new AbortController();
    const asked = ask('SELECT pg_sleep(20)', { signal: stop.signal });
    await eventually(async () => {
      const { rowCount } = await database.query(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'prod-e2e' AND wait_event = 'PgSleep'`,
      );
      return rowCount === 1 ? true : null;
    });
    stop.abort();
    expect(await asked).toEqual({ ok: false, reason: 'stopped', final: true });
  });
});

describe('a question that is only rehearsed', () => {
  const rehearse = (query: string, more: Partial<SqlQuestion> = {}) =>
    client.rehearse({
      url: database.url,
      query,
      params: [],
      withinMs: NEVER_MS,
      signal: new AbortController().signal,
      ...more,
    });

  it('is accepted as the user of the URL, whatever its values will be', async () => {
    const params = ['{{response.signal_id}}', '{{index}}'];
    const said = await rehearse('SELECT * FROM signals WHERE id = $1 AND lots > $2::bigint LIMIT 1;', {
      params,
    });
    expect(said).toEqual({ ok: true, user: 'postgres' });
  });

  it('is not run', async () => {
    // It would take an hour, longer than a test may.
    const slow = 'SELECT pg_sleep(3600)';
    expect(await rehearse(slow)).toEqual({ ok: true, user: 'postgres' });
    // One that is asked does sleep.
    expect(await withStillClock(() => ask(slow, { withinMs: 600 }))).toEqual({
      ok: false,
      reason: STATEMENT_TIMEOUT,
      final: false,
    });
  });

  it('fails for what would keep it from being asked, several statements included', async () => {
    const failures = [
      'SELECT 1; SELECT 2',
      "INSERT INTO signals (id) VALUES ('x') RETURNING 1",
      'SELECT * FROM signals FOR UPDATE',
      'SELECT nothing FROM signals',
    ];
    for (const query of failures) {
      const [said, asked] = [await rehearse(query), await ask(query)];
      expect([query, said.ok, asked.ok]).toEqual([query, false, false]);
    }
  });
});
