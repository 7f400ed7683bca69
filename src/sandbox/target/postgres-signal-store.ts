/** The target's signals in PostgreSQL, in a schema of their own: nothing that is there already is touched. */
import pg from 'pg';
import type { JsonObject } from '../../lib/model/json.ts';
import type { SignalStore } from './signal-store.ts';

/** `prod_e2e_sandbox.signals`, one row a signal, keyed by signal_id. */
const TABLE = 'prod_e2e_sandbox.signals';
const CONNECTIONS = 5;
/** In milliseconds. */
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 5_000;

const COLUMNS = [
  ...(['signal_id', 'request_id', 'symbol', 'direction', 'timeframe'] as const),
  ...(['scenario', 'test_id', 'session', 'variant', 'decision'] as const),
];
const LIST = COLUMNS.join(', ');

const CREATE = `
  CREATE SCHEMA IF NOT EXISTS prod_e2e_sandbox;
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    signal_id text PRIMARY KEY,
    ${COLUMNS.slice(1)
      .map((column) => `${column} text`)
      .join(', ')},
    created_at timestamptz NOT NULL DEFAULT now()
  )`;

/** @throws pg's or Node's own error when the database cannot be used */
export async function createPostgresSignalStore(url: string): Promise<SignalStore> {
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    application_name: 'prod-e2e sandbox',
  });
  // The next statement reports a lost connection; without this listener it would end the process.
  pool.on('error', () => {});
  try {
    await pool.query(CREATE);
  } catch (error) {
    await pool.end().catch(() => {});
    throw error;
  }
  return {
    system: 'postgresql',
    async save(_, row) {
      const places = COLUMNS.map((_column, at) => `$${at + 1}`).join(', ');
      const values = COLUMNS.map((column) => row[column] ?? null);
      await pool.query(`INSERT INTO ${TABLE} (${LIST}) VALUES (${places}) ON CONFLICT DO NOTHING`, values);
    },
    async find(signalId) {
      const { rows } = await pool.query<JsonObject>(`SELECT ${LIST} FROM ${TABLE} WHERE signal_id = $1`, [
        signalId,
      ]);
      return rows[0] ?? null;
    },
    async remove(signalId) {
      const { rowCount } = await pool.query(`DELETE FROM ${TABLE} WHERE signal_id = $1`, [signalId]);
      return (rowCount ?? 0) > 0;
    },
    close: () => pool.end(),
  };
}
