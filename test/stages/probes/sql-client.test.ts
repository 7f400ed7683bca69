import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeJson } from '../../../src/lib/json/text.ts';
import { ExactNumber } from '../../../src/lib/model/json.ts';
import type { SqlQuery } from '../../../src/lib/stages/probes/probe-result.ts';
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

const ask = (query: string, more: Partial<SqlQuery> = {}) =>
  client.query({
    url: database.url,
    query,
    params: [],
    countUpTo: 1,
    withinMs: NEVER_MS,
    signal: new AbortController().signal,
    ...more,
  });

const TOO_SLOW = {
  reason: 'the query took too long: canceling statement due to statement timeout (57014)',
  sqlState: '57014',
  hint: 'Check that the columns in its WHERE have an index, or give the probe a longer within',
};

describe('a query', () => {
  it('keeps all digits of numbers', async () => {
    const id = new ExactNumber('9007199254740993');
    const doc = { id, price: new ExactNumber('98765.10') };
    const asked = await ask(
      'SELECT $1::bigint AS id, $2::jsonb AS doc, $3::bigint[] AS ids, $4::numeric AS price',
      { params: [id, doc, [id, 1], new ExactNumber('98765.10')] },
    );
    expect(asked.ok && asked.first !== null ? writeJson(asked.first) : asked).toBe(
      '{"id":9007199254740993,"doc":{"id":9007199254740993,"price":98765.10},"ids":[9007199254740993,1],"price":98765.10}',
    );
  });

  it('returns the first row as JSON, with numbers if they fit', async () => {
    expect(await ask('SELECT * FROM signals WHERE id = $1', { params: ['s1'] })).toEqual({
      ok: true,
      rows: 1,
      first: {
        id: 's1',
        symbol: 'SPY',
        price: new ExactNumber('412.50'),
        lots: 7,
        at: '2026-08-01 12:00:00+00',
        day: '2026-08-01',
        raw: '\\x00ff',
        doc: { a: [1] },
        tags: ['x', 'y'],
      },
    });
    expect(await ask("SELECT lots FROM signals WHERE id = 's2'")).toMatchObject({
      first: { lots: new ExactNumber('9007199254740993') },
    });
  });

  it('counts rows up to the limit, and fetches one', async () => {
    expect(await ask('SELECT generate_series(1, 1000000) AS n', { countUpTo: 11 })).toEqual({
      ok: true,
      rows: 11,
      first: { n: 1 },
    });
    expect(await ask('SELECT 1 WHERE false', { countUpTo: 11 })).toEqual({ ok: true, rows: 0, first: null });
  });

  it('binds values, whatever they contain', async () => {
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
    expect(await ask(query, { countUpTo: 5 })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(reason),
      final: true,
    });
    const { rows } = await database.query('SELECT count(*)::int AS n FROM signals');
    expect(rows).toEqual([{ n: 2 }]);
  });
});

describe('a query that cannot run has the reason, and whether to retry', () => {
  it.each([
    [
      'a syntax error',
      'SELEKT 1',
      {},
      { reason: 'syntax error at or near "SELEKT" (42601)', sqlState: '42601', final: true },
    ],
    [
      'a missing table',
      'SELECT * FROM orders',
      {},
      {
        reason: 'table missing: relation "orders" does not exist (42P01)',
        sqlState: '42P01',
        hint: 'Check the name of the table, and whether a migration renamed it',
        final: true,
      },
    ],
    [
      'a missing column',
      'SELECT status FROM signals',
      {},
      {
        reason: 'column missing: column "status" does not exist (42703)',
        sqlState: '42703',
        hint: 'Check the name of the column, and whether a migration renamed it',
        final: true,
      },
    ],
    [
      'a value of another type',
      'SELECT $1::int',
      { params: ['x'] },
      {
        reason: 'a value has the wrong type: invalid input syntax for type integer: "x" (22P02)',
        sqlState: '22P02',
        hint: 'Compare the type of the column with the value in params, or cast it: $1::uuid',
        final: true,
      },
    ],
    [
      'types that cannot be compared',
      'SELECT 1 FROM signals WHERE lots = $1::text',
      { params: ['x'] },
      {
        reason: 'types that cannot be compared: operator does not exist: bigint = text (42883)',
        sqlState: '42883',
        hint: 'Compare the type of the column with the value in params, or cast it: $1::text',
        final: true,
      },
    ],
    [
      'a query that would change data',
      "SELECT nextval('numbers')",
      {},
      {
        reason: 'the query would change data: cannot execute nextval() in a read-only transaction (25006)',
        sqlState: '25006',
        hint: 'A probe is one SELECT that changes nothing',
        final: true,
      },
    ],
    [
      'too few values',
      'SELECT $1::int, $2::int',
      { params: ['1'] },
      {
        reason: expect.stringMatching(/supplies 1 parameters.*requires 2 \(08P01\)/),
        sqlState: '08P01',
        final: false,
      },
    ],
    ['a slow one', 'SELECT pg_sleep(20)', { withinMs: 600 }, { ...TOO_SLOW, final: false }],
  ] as const)('%s', async (_, query, more, problem) => {
    await database.query('CREATE SEQUENCE IF NOT EXISTS numbers');
    // Only the server's clock goes on: it is the one that ends a statement.
    expect(await withStillClock(() => ask(query, more))).toEqual({ ok: false, ...problem });
    // The connection is as good as before.
    expect(await ask('SELECT 1 AS n')).toEqual({ ok: true, rows: 1, first: { n: 1 } });
  });

  const at = (change: (url: URL) => void) => {
    const url = new URL(database.url);
    change(url);
    return { url: url.href };
  };

  it('a wrong password, a missing database, no server', async () => {
    const wrong = await ask(
      'SELECT 1',
      at((url) => (url.password = 'wrong-password')),
    );
    expect(wrong).toEqual({
      ok: false,
      reason: 'wrong password: password authentication failed for user "postgres" (28P01)',
      sqlState: '28P01',
      hint: "Check the password in the probe's url",
      final: true,
    });
    expect(
      await ask(
        'SELECT 1',
        at((url) => (url.pathname = '/nowhere')),
      ),
    ).toEqual({
      ok: false,
      reason: 'no such database: database "nowhere" does not exist (3D000)',
      sqlState: '3D000',
      hint: "Check the name of the database in the probe's url",
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
      hint: 'Check that the database is running, and its host and port',
      final: false,
    });
    expect(JSON.stringify(wrong)).not.toContain(PASSWORD);
  });

  it('a user without permission, and one with too many connections', async () => {
    await database.query(`CREATE ROLE reader LOGIN PASSWORD '${PASSWORD}'`);
    await database.query(`CREATE ROLE crowd LOGIN PASSWORD '${PASSWORD}' CONNECTION LIMIT 0`);
    const as = (name: string) =>
      ask(
        'SELECT * FROM signals',
        at((url) => {
          url.username = name;
        }),
      );
    expect(await as('reader')).toEqual({
      ok: false,
      reason: 'no permission: permission denied for table signals (42501)',
      sqlState: '42501',
      hint: "Grant SELECT on the table to the probe's user",
      final: true,
    });
    expect(await as('crowd')).toEqual({
      ok: false,
      reason: 'too many connections: too many connections for role "crowd" (53300)',
      sqlState: '53300',
      hint: 'Raise max_connections, or use a pooler such as PgBouncer',
      final: false,
    });
  });

  it('a table that is locked, which blocks no connection of other queries', async () => {
    await database.query('CREATE TABLE IF NOT EXISTS fills (id text)');
    const holder = new pg.Client({ connectionString: database.url });
    await holder.connect();
    try {
      await holder.query('BEGIN; LOCK TABLE fills');
      // With the time of a whole run: only the lock timeout ends them. They hold both connections until then.
      const [first, second, other] = await Promise.all([
        ask('SELECT * FROM fills'),
        ask('SELECT * FROM fills'),
        ask("SELECT symbol FROM signals WHERE id = 's1'"),
      ]);
      const blocked = {
        ok: false,
        reason: 'blocked by a lock: canceling statement due to lock timeout (55P03)',
        sqlState: '55P03',
        hint: "Find the session that holds it: SELECT pid, state, query FROM pg_stat_activity WHERE state <> 'idle'",
        final: false,
      };
      expect([first, second]).toEqual([blocked, blocked]);
      expect(other).toEqual({ ok: true, rows: 1, first: { symbol: 'SPY' } });
      const waiting = await database.query(
        `SELECT 1 FROM pg_stat_activity WHERE application_name = 'prod-e2e' AND wait_event_type = 'Lock'`,
      );
      expect(waiting.rowCount).toBe(0);
      await holder.query('COMMIT');
      expect(await ask('SELECT * FROM fills')).toMatchObject({ ok: true });
    } finally {
      await holder.end();
    }
  });

  it('ends with a stop, and leaves no connection behind', async () => {
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

describe('a query that is only explained', () => {
  const explain = (query: string, more: Partial<SqlQuery> = {}) =>
    client.explain({
      url: database.url,
      query,
      params: [],
      withinMs: NEVER_MS,
      signal: new AbortController().signal,
      ...more,
    });

  it('is accepted as the user of the URL, whatever its values will be', async () => {
    const params = ['{{response.signal_id}}', '{{index}}'];
    const said = await explain('SELECT * FROM signals WHERE id = $1 AND lots > $2::bigint LIMIT 1;', {
      params,
    });
    expect(said).toEqual({ ok: true, user: 'postgres' });
  });

  it('is not executed', async () => {
    // It would take an hour, longer than a test may.
    const slow = 'SELECT pg_sleep(3600)';
    expect(await explain(slow)).toEqual({ ok: true, user: 'postgres' });
    // One that is asked does sleep.
    expect(await withStillClock(() => ask(slow, { withinMs: 600 }))).toEqual({
      ok: false,
      ...TOO_SLOW,
      final: false,
    });
  });

  it('fails for the same reasons as running it, several statements included', async () => {
    const failures = [
      'SELECT 1; SELECT 2',
      "INSERT INTO signals (id) VALUES ('x') RETURNING 1",
      'SELECT * FROM signals FOR UPDATE',
      'SELECT nothing FROM signals',
    ];
    for (const query of failures) {
      const [said, asked] = [await explain(query), await ask(query)];
      expect([query, said.ok, asked.ok]).toEqual([query, false, false]);
    }
  });
});
