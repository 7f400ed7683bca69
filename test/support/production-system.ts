/**
 * An honest imitation of the system that docs/recipes/production-system.yaml is for: it responds at once, a worker does the
 * work in a trace of its own for each attempt, and all progress is in five tables of a real PostgreSQL. Its spans are
 * made by the real SDK, which there is one of in a process.
 */
import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay, setInterval as ticks } from 'node:timers/promises';
import {
  flushInstrumentation,
  flushWhenIdle,
  inOwnTrace,
  inRequest,
  inSpan,
  startInstrumentation,
} from '../../src/sandbox/target/instrumentation.ts';
import type { Postgres } from './postgres.ts';
import type { ReceivedRequest } from './target.ts';

const DUPLICATE_WINDOW_S = 60;
/** More signals than this are left for the next period. */
const PICKED_UP_AT_ONCE = 50;
const FLUSH_LIMIT_MS = 2_000;
/** As hex: 32 bytes. */
const SIGNATURE = /^[0-9a-f]{64}$/;

const TABLES = `
  CREATE TABLE IF NOT EXISTS webhook_events (
    request_id text PRIMARY KEY, status text NOT NULL, is_test boolean NOT NULL, payload jsonb NOT NULL,
    received_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE IF NOT EXISTS signals (
    signal_id text PRIMARY KEY, request_id text NOT NULL, symbol text, direction text, timeframe text,
    scenario text, is_test boolean NOT NULL, status text NOT NULL DEFAULT 'PENDING',
    attempts integer NOT NULL DEFAULT 0, created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE IF NOT EXISTS experiments (signal_id text, request_id text, variant text);
  CREATE TABLE IF NOT EXISTS decision_recommendations (
    signal_id text, request_id text, engine text, decision text, PRIMARY KEY (signal_id, engine));
  CREATE TABLE IF NOT EXISTS orders (
    order_id text PRIMARY KEY, signal_id text, request_id text, is_test boolean NOT NULL);`;

export interface ProductionSystemOptions {
  readonly database: Pick<Postgres, 'query'>;
  /** Where its spans go. */
  readonly dsn: string;
  readonly secret: string;
  /** May remove signals of tests. */
  readonly token: string;
  /** Of the worker, in milliseconds: 30 s in the system that is imitated. */
  readonly periodMs: number;
}

export interface ProductionSystem {
  readonly url: string;
  /** A worker that is down picks nothing up. */
  readonly setWorker: (state: 'up' | 'down') => void;
  /** Signals of this scenario fail in their first attempt; null for none. */
  readonly failFirstAttemptOf: (scenario: string | null) => void;
  /** Holds back responses for so long; the work is done all the same. */
  readonly respondAfter: (ms: number) => void;
  readonly stop: () => Promise<void>;
}

type Request = Pick<ReceivedRequest, 'method' | 'url' | 'headers' | 'body'>;

interface State extends ProductionSystemOptions {
  worker: 'up' | 'down';
  failing: string | null;
  delayMs: number;
}

interface SignalRow {
  readonly signal_id: string;
  readonly request_id: string;
  readonly scenario: string | null;
  readonly is_test: boolean;
  readonly attempts: number;
}

/** Once in a process. */
export async function startProductionSystem(options: ProductionSystemOptions): Promise<ProductionSystem> {
  startInstrumentation({ dsn: options.dsn, release: 'signals@1.0.0', isSampledOut: () => false });
  await options.database.query(TABLES);
  const state: State = { ...options, worker: 'up', failing: null, delayMs: 0 };
  const stopped = new AbortController();
  const server = createServer(async (incoming, response) => {
    const { method = '', url = '', headers } = incoming;
    const { status, body } = await bodyOf(incoming)
      .then((bytes) => responseTo({ method, url, headers, body: bytes }, state))
      .catch((error: Error) => ({ status: 500, body: { error: error.message } }));
    if (state.delayMs > 0) await delay(state.delayMs, undefined, { ref: false });
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    flushWhenIdle();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const working = work(state, stopped.signal);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhook`,
    setWorker: (worker) => {
      state.worker = worker;
    },
    failFirstAttemptOf: (scenario) => {
      state.failing = scenario;
    },
    respondAfter: (ms) => {
      state.delayMs = ms;
    },
    stop: async () => {
      stopped.abort();
      server.closeAllConnections();
      server.close();
      await Promise.all([working, once(server, 'close')]);
      await flushInstrumentation(FLUSH_LIMIT_MS);
    },
  };
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  return Buffer.concat(chunks);
}

interface TargetResponse {
  readonly status: number;
  readonly body: Readonly<Record<string, string>>;
}

function responseTo(request: Request, state: State): Promise<TargetResponse> {
  const { method, url, headers } = request;
  const [, removed] = /^\/api\/signals\/([\w-]+)$/.exec(url) ?? [];
  if (method === 'DELETE' && removed !== undefined) return remove(removed, request, state);
  if (method !== 'POST' || url !== '/webhook') {
    return Promise.resolve({ status: 404, body: { error: 'Not found' } });
  }
  const trace = { sentryTrace: text(headers['sentry-trace']), baggage: text(headers.baggage) };
  return inRequest(trace, { name: 'POST /webhook', op: 'http.server', attributes: {} }, async (span) => {
    const responded = await inSpan({ name: 'webhook-ingestion', op: 'function', attributes: {} }, () =>
      ingest(request, state),
    );
    span.responded(responded.status);
    return responded;
  });
}

const text = (header: string | string[] | undefined) => (typeof header === 'string' ? header : undefined);

/** What has no signature is accepted; one that is there has to hold. */
function isForged({ headers, body }: Request, secret: string): boolean {
  const given = headers['x-webhook-signature'];
  if (given === undefined) return false;
  if (typeof given !== 'string' || !SIGNATURE.test(given)) return true;
  return !timingSafeEqual(Buffer.from(given, 'hex'), createHmac('sha256', secret).update(body).digest());
}

async function ingest(request: Request, { database, secret }: State): Promise<TargetResponse> {
  const requestId = randomUUID();
  if (isForged(request, secret)) {
    return { status: 401, body: { status: 'REJECTED', error: 'invalid signature', request_id: requestId } };
  }
  const payload = JSON.parse(request.body.toString('utf8'));
  const { symbol, direction, timeframe, scenario = null } = payload;
  if (direction !== 'long' && direction !== 'short')
    return { status: 400, body: { status: 'REJECTED', error: 'unknown direction', request_id: requestId } };
  const isTest = payload.metadata?.is_test === true;
  const key = [symbol, direction, timeframe];
  const { rowCount } = await database.query(
    `SELECT 1 FROM signals WHERE symbol = $1 AND direction = $2 AND timeframe = $3
     AND created_at > now() - make_interval(secs => $4)`,
    [...key, DUPLICATE_WINDOW_S],
  );
  const status = rowCount === 0 ? 'ACCEPTED' : 'DUPLICATE';
  await database.query(
    'INSERT INTO webhook_events (request_id, status, is_test, payload) VALUES ($1, $2, $3, $4)',
    [requestId, status, isTest, payload],
  );
  if (status === 'DUPLICATE') return { status: 200, body: { status, request_id: requestId } };
  const signalId = randomUUID();
  await database.query(
    `INSERT INTO signals (signal_id, request_id, symbol, direction, timeframe, scenario, is_test)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [signalId, requestId, ...key, scenario, isTest],
  );
  return { status: 200, body: { status, signal_id: signalId, request_id: requestId } };
}

/** Real signals stay. */
async function remove(
  signalId: string,
  { headers }: Request,
  { database, token }: State,
): Promise<TargetResponse> {
  if (headers.authorization !== `Bearer ${token}`) return { status: 401, body: { error: 'not allowed' } };
  const { rows } = await database.query(
    'DELETE FROM signals WHERE signal_id = $1 AND is_test RETURNING request_id',
    [signalId],
  );
  if (rows.length === 0) return { status: 404, body: { error: 'no such signal of a test' } };
  for (const table of ['experiments', 'decision_recommendations', 'orders']) {
    await database.query(`DELETE FROM ${table} WHERE signal_id = $1`, [signalId]);
  }
  await database.query('DELETE FROM webhook_events WHERE request_id = $1', [rows[0].request_id]);
  return { status: 200, body: { status: 'REMOVED', signal_id: signalId } };
}

async function work(state: State, stop: AbortSignal): Promise<void> {
  const { database, periodMs } = state;
  try {
    for await (const _ of ticks(periodMs, undefined, { signal: stop })) {
      if (state.worker === 'down') continue;
      const { rows } = await database.query(
        `SELECT signal_id, request_id, scenario, is_test, attempts FROM signals WHERE status = 'PENDING'
         ORDER BY created_at LIMIT ${PICKED_UP_AT_ONCE}`,
      );
      // A failed attempt has been reported in its trace; the next period tries again.
      for (const signal of rows as SignalRow[]) await attempt(signal, state).catch(() => {});
      if (rows.length > 0) flushWhenIdle();
    }
  } catch (error) {
    if (!stop.aborted) throw error;
  }
}

async function attempt(signal: SignalRow, { database, failing }: State): Promise<void> {
  const { signal_id: signalId, request_id: requestId } = signal;
  const ids = [signalId, requestId];
  const number = signal.attempts + 1;
  const root = {
    name: 'orchestrator.processSignal',
    op: 'queue.process',
    attributes: { signalId, traceId: requestId, attempt: number },
  };
  const step = (name: string, op: string, run: () => Promise<unknown>) =>
    inSpan({ name, op, attributes: { signalId } }, run);
  await database.query('UPDATE signals SET attempts = $2 WHERE signal_id = $1', [signalId, number]);
  await inOwnTrace(root, async () => {
    await step('data-enrichment', 'function', async () => {
      if (number === 1 && signal.scenario === failing) throw new Error('the provider answered 503');
    });
    await step('ab-routing', 'function', () =>
      database.query('INSERT INTO experiments VALUES ($1, $2, $3)', [...ids, 'A']),
    );
    // Half of them are not traded: there is no order then.
    const decision = Number.parseInt(signalId.slice(0, 1), 16) < 8 ? 'ENTER' : 'SKIP';
    await step('engine-execution', 'function', async () => {
      for (const engine of ['A', 'B']) {
        await database.query('INSERT INTO decision_recommendations VALUES ($1, $2, $3, $4)', [
          ...ids,
          engine,
          decision,
        ]);
      }
    });
    await step('database-save', 'db.query', async () => {
      if (decision === 'ENTER') {
        await database.query('INSERT INTO orders VALUES ($1, $2, $3, $4)', [
          randomUUID(),
          ...ids,
          signal.is_test,
        ]);
      }
      await database.query("UPDATE signals SET status = 'PROCESSED' WHERE signal_id = $1", [signalId]);
    });
  });
}
