/**
 * Queries PostgreSQL, read-only. The only importer of pg here, loaded only if there is a SQL probe. Never rejects for what a
 * database does: failures are results. Each query is a separate transaction, so that poolers such as PgBouncer, which lend a
 * connection for a transaction, serve it as well.
 */

import pg from 'pg';
import { parseJson, writeJson } from '../../json/text.ts';
import { ExactNumber, isJsonObject, type Json, type JsonObject } from '../../model/json.ts';
import type { ProbeTiming, SqlOutcome, SqlProblem, SqlQuery } from './probe-result.ts';
import { CONNECTIONS } from './run-probes.ts';
import { sqlProblem } from './sql-problem.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** The server ends a statement a little before we stop listening, so that it can say so. */
const SLACK_MS = 250;
/** How long an unused connection is kept, in milliseconds: longer than the pause between two queries. */
const IDLE_MS = 5_000;
/** How long a query waits for a lock, in milliseconds: no longer than its statement timeout, so that the lock is named. */
const LOCK_TIMEOUT_MS = 1_000;

/** Whether a question may be asked, and as whom. */
export type SqlExplanation = { readonly ok: true; readonly user: string } | SqlProblem;

export interface SqlClient {
  readonly query: (question: SqlQuery) => Promise<SqlOutcome>;
  /** Has it accepted and not run: what its parameters will be need not be known. */
  readonly explain: (question: Omit<SqlQuery, 'countUpTo'>) => Promise<SqlExplanation>;
  readonly close: () => Promise<void>;
}

export function createSqlClient(): SqlClient {
  const pools = new Map<string, pg.Pool>();
  const poolFor = (url: string) => {
    const pool = pools.get(url) ?? openPool(url);
    pools.set(url, pool);
    return pool;
  };
  const inTransaction = async <Result>(
    question: ProbeTiming & { readonly url: string },
    work: (client: pg.PoolClient) => Promise<Result>,
  ): Promise<Result | SqlProblem> => {
    const pool = poolFor(question.url);
    try {
      return await lend(pool, question, (client) => readOnly(client, question, work));
    } catch (thrown) {
      return sqlProblem(thrown, { isBusy: pool.totalCount >= CONNECTIONS && pool.idleCount === 0 });
    }
  };
  return {
    query: (question) => inTransaction<SqlOutcome>(question, (client) => look(client, question)),
    explain: (question) => inTransaction<SqlExplanation>(question, (client) => open(client, question)),
    close: async () => {
      await Promise.all([...pools.values()].map((pool) => pool.end().catch(() => {})));
    },
  };
}

function openPool(url: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    idleTimeoutMillis: IDLE_MS,
    allowExitOnIdle: true,
    application_name: 'prod-e2e',
    types: { getTypeParser },
  });
  // The next query reports a lost connection; without this listener it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
}

async function lend<Result>(
  pool: pg.Pool,
  { withinMs, signal }: ProbeTiming,
  use: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result | SqlProblem> {
  const lent: { client: pg.PoolClient | null } = { client: null };
  let state: 'going on' | 'finished' | 'given up' = 'going on';
  const work = async (): Promise<Result | SqlProblem> => {
    const client = await pool.connect();
    if (state === 'given up') {
      client.release();
      return GIVEN_UP;
    }
    lent.client = client;
    try {
      return await use(client);
    } finally {
      if (state === 'going on') {
        state = 'finished';
        client.release();
      }
    }
  };
  const limit = timeLimit(withinMs, signal);
  const working = work();
  // Once the query is late, its rejection is not handled elsewhere.
  working.catch(() => {});
  try {
    return await Promise.race([working, limit.reached]);
  } finally {
    limit.end();
    if (state === 'going on') {
      state = 'given up';
      // What still goes on there cannot be used again.
      lent.client?.release(true);
    }
  }
}

const GIVEN_UP: SqlProblem = { ok: false, reason: 'stopped', final: true };

function timeLimit(
  withinMs: number,
  signal: AbortSignal,
): { readonly reached: Promise<SqlProblem>; readonly end: () => void } {
  const { promise: reached, resolve } = withResolver<SqlProblem>();
  const late: SqlProblem = {
    ok: false,
    reason: `no response within ${(withinMs / 1_000).toFixed(1)} s`,
    final: false,
  };
  const timer = setTimeout(resolve, withinMs, late);
  const stop = () => resolve(GIVEN_UP);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  return {
    reached,
    end: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
    },
  };
}

function withResolver<Value>(): {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
} {
  let resolve: (value: Value) => void = () => {};
  const promise = new Promise<Value>((give) => {
    resolve = give;
  });
  return { promise, resolve };
}

/** A cursor takes a single query and nothing that changes anything, and gives no more rows than are fetched. */
const CURSOR = 'DECLARE prod_e2e_probe NO SCROLL CURSOR FOR';

async function readOnly<Result>(
  client: pg.PoolClient,
  { withinMs }: ProbeTiming,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const statementMs = Math.max(1, Math.round(withinMs - SLACK_MS));
  const lockMs = Math.max(1, Math.min(LOCK_TIMEOUT_MS, Math.round(statementMs / 2)));
  await client.query(
    `BEGIN READ ONLY; SET LOCAL statement_timeout = ${statementMs}; SET LOCAL lock_timeout = ${lockMs}`,
  );
  try {
    return await work(client);
  } finally {
    await client.query('ROLLBACK').catch(() => {});
  }
}

async function look(client: pg.PoolClient, { query, params, countUpTo }: SqlQuery): Promise<SqlOutcome> {
  await extended(client, `${CURSOR} ${query}`, params);
  const { rows } = await client.query<Record<string, unknown>>('FETCH FORWARD 1 FROM prod_e2e_probe');
  const [first] = rows;
  if (first === undefined) return { ok: true, rows: 0, first: null };
  const more = countUpTo > 1 ? await client.query(`MOVE FORWARD ${countUpTo - 1} IN prod_e2e_probe`) : null;
  return { ok: true, rows: 1 + (more?.rowCount ?? 0), first: jsonRow(first) };
}

/**
 * Opens the cursor of a look and fetches nothing: PostgreSQL finds its tables, checks the user's rights and that it changes
 * nothing, and does not run it.
 */
async function open(
  client: pg.PoolClient,
  { query, params }: Pick<SqlQuery, 'query' | 'params'>,
): Promise<SqlExplanation> {
  const { rows } = await client.query<{ user: string }>('SELECT current_user AS user');
  // A null has any type, which a placeholder that is not filled has not.
  const values = params.map(() => null);
  await extended(client, `${CURSOR} ${query}`, values);
  return { ok: true, user: rows[0]?.user ?? '' };
}

/** As one statement, with its values bound. */
function extended(client: pg.PoolClient, text: string, values: readonly Json[]): Promise<pg.QueryResult> {
  return client.query({ text, values: values.map(toParameter), queryMode: 'extended' } as pg.QueryConfig);
}

/** Numbers with all their digits, and objects as JSON with all of theirs: pg itself would write them with `JSON.stringify`. */
function toParameter(value: Json): unknown {
  if (value instanceof ExactNumber) return value.text;
  if (isJsonObject(value)) return writeJson(value);
  return Array.isArray(value) ? value.map(toParameter) : value;
}

/** Object ids of types (PostgreSQL, pg_type.dat). */
const INT8 = 20;
const INT8_LIST = 1_016;
const NUMERIC = 1_700;
const NUMERIC_LIST = 1_231;
const JSON_TYPE = 114;
const JSON_LIST = 199;
const JSONB = 3_802;
const JSONB_LIST = 3_807;
const TEXT_LIST = 1_009;
/** What JSON has no number for stays text: `NaN`, `Infinity`. */
const JSON_NUMBER = /^-?\d+(?:\.\d+)?$/;
/** Types that pg makes objects of that JSON has no word for: dates, times, intervals, bytes, points. */
const AS_TEXT = new Set([17, 600, 718, 1_082, 1_083, 1_114, 1_184, 1_186, 1_266]);

function getTypeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8 || oid === NUMERIC) return exactNumber;
  if (AS_TEXT.has(oid)) return (value) => value;
  if (oid === JSON_TYPE || oid === JSONB) return parseJson;
  if (oid === INT8_LIST || oid === NUMERIC_LIST)
    return (text) => textsOf(text).map((item) => (item === null ? null : exactNumber(item)));
  if (oid === JSON_LIST || oid === JSONB_LIST)
    return (text) => textsOf(text).map((item) => (item === null ? null : parseJson(item)));
  return pg.types.getTypeParser(oid, format as 'text');
}

function textsOf(list: string): readonly (string | null)[] {
  return pg.types.getTypeParser(TEXT_LIST as number, 'text')(list) as readonly (string | null)[];
}

function exactNumber(text: string): Json {
  return JSON_NUMBER.test(text) ? parseJson(text) : text;
}

/** As a row of JSON: pg converts some types to another form there. */
function jsonRow(row: Record<string, unknown>): JsonObject {
  return parseJson(writeJson(row)) as JsonObject;
}
