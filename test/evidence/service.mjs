/**
 * A signal service in a process of its own: it responds at once, a worker does the work in traces of its own, and all
 * progress is in PostgreSQL. Its spans are made by the real SDK. What it does wrong is written in the payload, under `does`.
 * It starts with the settings that its parent sends and ends with its parent.
 */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import * as Sentry from '@sentry/node';
import pg from 'pg';

const POLL_MS = 50;
/** Finished spans leave this long after the first of them, in milliseconds; the SDK alone waits 5 s. */
const FLUSH_MS = 200;
const FLUSH_LIMIT_MS = 2_000;
const DUPLICATE_WINDOW_S = 600;

const TABLES = `
  CREATE TABLE IF NOT EXISTS signals (
    signal_id text PRIMARY KEY, test_id text NOT NULL, sequence integer NOT NULL, dedupe text, does jsonb NOT NULL,
    status text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
  CREATE TABLE IF NOT EXISTS enrichments (signal_id text, test_id text, source text);
  CREATE TABLE IF NOT EXISTS decisions (
    signal_id text, test_id text, engine text, inputs jsonb, rejection_reason text, status text);
  CREATE TABLE IF NOT EXISTS orders (signal_id text, test_id text, status text);
  CREATE TABLE IF NOT EXISTS dead_letters (signal_id text, test_id text, error text);`;

process.on('disconnect', () => process.exit(0));
const [settings] = await once(process, 'message');
/** @type {{ dsn: string, database: string, hasWorker: boolean, engineUrl: string | null, diesAfter: number | null }} */
const { dsn, database, hasWorker, engineUrl, diesAfter } = settings;

Sentry.initWithoutDefaultIntegrations({
  dsn,
  tracesSampler: ({ attributes, parentSampled }) => {
    if (attributes?.sampled === 'never') return 0;
    if (attributes?.sampled === 'half') return Number(attributes.sequence) % 2;
    return parentSampled ?? 1;
  },
  enableRuntimeChannelInjection: false,
  dataCollection: { userInfo: false, cookies: false, httpHeaders: false, httpBodies: [] },
});

const pool = new pg.Pool({ connectionString: database, max: 8 });
pool.on('error', () => {});
await pool.query(TABLES);

let isFlushing = false;
function flushSoon() {
  if (isFlushing) return;
  isFlushing = true;
  setTimeout(() => {
    isFlushing = false;
    void Sentry.flush(FLUSH_LIMIT_MS);
  }, FLUSH_MS);
}

/** What each step of the pipeline writes once it is done. */
const ROWS = {
  receive: async () => {},
  enrich: (signal) => insert('enrichments', { ...idsOf(signal), source: 'market' }),
  'engine-a': (signal) => insert('decisions', { ...idsOf(signal), engine: 'a', status: 'approved' }),
  'engine-b': (signal) => insert('decisions', { ...idsOf(signal), engine: 'b', status: 'approved' }),
  decide: (signal, { rejects = null }) =>
    insert('decisions', {
      ...{ ...idsOf(signal), engine: 'main', inputs: { spread: 0.02 }, rejection_reason: rejects },
      status: rejects === null ? 'approved' : 'rejected',
    }),
  fill: (signal) => insert('orders', { ...idsOf(signal), status: 'filled' }),
};

const idsOf = ({ signalId, testId }) => ({ signal_id: signalId, test_id: testId });

function insert(table, row) {
  const names = Object.keys(row);
  const marks = names.map((_, at) => `$${at + 1}`);
  return pool.query(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${marks.join(', ')})`,
    Object.values(row),
  );
}

/** One step in a span of its own name; `how` says what goes wrong in it. */
async function step(name, signal) {
  const how = signal.does.steps?.[name] ?? {};
  if (how.skipped === true) return;
  const write = () => (ROWS[name] ?? ROWS.receive)(signal, how);
  if (how.unseen === true) return write();
  const options = { name, op: 'function', attributes: { signalId: signal.signalId } };
  const attempt = (fails) =>
    Sentry.startSpan(options, async (span) => {
      if (how.captures !== undefined) Sentry.captureException(new Error(how.captures));
      if (how.calls === 'engine') await callEngine(signal, how);
      if (fails === undefined) return write();
      const error = new Error(fails);
      Sentry.captureException(error);
      span.setStatus({ code: 2, message: fails });
      throw error;
    });
  if (how.retries !== undefined) await attempt(how.retries).catch(() => {});
  return attempt(how.fails);
}

/** An entry that is a list has steps that overlap. */
async function work(signal) {
  for (const entry of signal.does.pipeline ?? ['enrich', 'decide', 'fill']) {
    await Promise.all([entry].flat().map((name) => step(name, signal)));
    if (signal.does.steps?.[entry]?.rejects !== undefined) return;
  }
}

/** The other service does its part in the same trace. */
function callEngine({ signalId }, { sampled = 'always' }) {
  return Sentry.startSpan({ name: 'POST /engine', op: 'http.client' }, async () => {
    const response = await fetch(engineUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...Sentry.getTraceData() },
      body: JSON.stringify({ signalId, sampled }),
    });
    await response.arrayBuffer();
  });
}

/** The background worker: it takes what is pending, each signal in a trace that knows nothing of the webhook's. */
async function workInBackground() {
  for (;;) {
    const { rows } = await pool.query(
      `UPDATE signals SET status = 'TAKEN' WHERE signal_id IN (
         SELECT signal_id FROM signals WHERE status = 'PENDING' ORDER BY created_at LIMIT 10 FOR UPDATE SKIP LOCKED)
       RETURNING signal_id, test_id, sequence, does`,
    );
    for (const row of rows) void processSignal(row).catch(() => {});
    await pause(POLL_MS);
  }
}

async function processSignal({ signal_id: signalId, test_id: testId, sequence, does }) {
  const signal = { signalId, testId, does };
  const root = {
    name: 'process-signal',
    op: 'queue.process',
    attributes: { signalId, sequence, sampled: does.worker?.sampled ?? 'always' },
  };
  try {
    await Sentry.withIsolationScope(() =>
      Sentry.startNewTrace(() => Sentry.startSpan(root, () => work(signal))),
    );
  } finally {
    flushSoon();
  }
  if (does.deadLetterAfterMs === undefined) return;
  await pause(does.deadLetterAfterMs);
  await insert('dead_letters', { ...idsOf(signal), error: 'gave up' });
}

/** Test id → how often its progress was asked for. */
const asked = new Map();

/** Says 404 until it was asked so often as the signal says; only then the order is written. */
async function progress(testId) {
  const { rows } = await pool.query('SELECT signal_id, does FROM signals WHERE test_id = $1', [testId]);
  const [row] = rows;
  if (row === undefined) return { status: 404, body: {} };
  const times = (asked.get(testId) ?? 0) + 1;
  asked.set(testId, times);
  const wanted = row.does.orderAfterAsking ?? 1;
  if (times === wanted)
    await insert('orders', { signal_id: row.signal_id, test_id: testId, status: 'filled' });
  return times < wanted ? { status: 404, body: {} } : { status: 200, body: { status: 'done' } };
}

/** The row of the same event within the window; null where there is none. */
async function earlier(dedupe) {
  if (dedupe === null) return null;
  const { rows } = await pool.query(
    `SELECT signal_id FROM signals WHERE dedupe = $1 AND created_at > now() - make_interval(secs => $2)`,
    [dedupe, DUPLICATE_WINDOW_S],
  );
  return rows[0] ?? null;
}

async function receive(payload, { span, incoming }) {
  const { does = {}, test_id: testId = '' } = payload;
  const {
    status = 200,
    body = {},
    omits = [],
    raises,
    hangs,
    resets,
    duplicates = 'DUPLICATE',
  } = does.response ?? {};
  if (raises !== undefined) Sentry.captureException(new Error(raises));
  if (does.refuses !== undefined) return { status: does.refuses, body: { error: 'forbidden' } };
  const dedupe = does.dedupe === undefined ? null : String(does.dedupe);
  const before = await earlier(dedupe);
  if (before !== null)
    return {
      status: 200,
      body:
        duplicates === 'same-id'
          ? { status: 'ACCEPTED', signal_id: before.signal_id }
          : { status: 'DUPLICATE' },
    };
  const signalId = randomUUID();
  const signal = { signalId, testId, does };
  span.setAttribute('signalId', signalId);
  await step('receive', signal);
  const inRequest = does.worker === 'none';
  await pool.query(
    'INSERT INTO signals (signal_id, test_id, sequence, dedupe, does, status) VALUES ($1, $2, $3, $4, $5, $6)',
    [signalId, testId, payload.index ?? 0, dedupe, does, inRequest ? 'DONE' : 'PENDING'],
  );
  // A failed step is in its span; what is responded is written in the payload.
  if (inRequest) await work(signal).catch(() => {});
  if (hangs === true) return null;
  if (resets === true) {
    incoming.socket.resetAndDestroy();
    return null;
  }
  const accepted = { status: 'ACCEPTED', signal_id: signalId, decision: 'approved', ...body };
  return {
    status,
    body: Object.fromEntries(Object.entries(accepted).filter(([field]) => !omits.includes(field))),
  };
}

/** The part of the other service. */
function engine({ signalId }) {
  return Sentry.startSpan({ name: 'engine-score', op: 'function', attributes: { signalId } }, async () => ({
    status: 200,
    body: { score: 1 },
  }));
}

async function respondTo(incoming) {
  const { method = '', url = '', headers } = incoming;
  const chunks = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const [, testId] = /^\/progress\/([\w-]+)$/.exec(url) ?? [];
  if (method === 'GET' && testId !== undefined) return progress(testId);
  if (method !== 'POST') return { status: 404, body: {} };
  const payload = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  const sampled = url === '/engine' ? payload.sampled : payload.does?.request?.sampled;
  const root = {
    name: `POST ${url}`,
    op: 'http.server',
    attributes: { ...(sampled === undefined ? {} : { sampled }) },
  };
  const trace = { sentryTrace: headers['sentry-trace'], baggage: headers.baggage };
  return Sentry.withIsolationScope(() =>
    Sentry.continueTrace(trace, () =>
      Sentry.startSpan(root, async (span) => {
        const response = await (url === '/engine' ? engine(payload) : receive(payload, { span, incoming }));
        if (response !== null) Sentry.setHttpStatus(span, response.status);
        return response;
      }),
    ),
  );
}

let responded = 0;
const server = createServer(async (incoming, outgoing) => {
  const response = await respondTo(incoming).catch((error) => ({
    status: 500,
    body: { error: error.message },
  }));
  flushSoon();
  // It hangs, or the connection is gone.
  if (response === null) return;
  responded += 1;
  const isLast = responded === diesAfter;
  if (isLast) {
    // Nothing more is accepted before the last response leaves: what comes after it is refused.
    server.close();
    outgoing.setHeader('connection', 'close');
    outgoing.once('close', () => process.kill(process.pid, 'SIGKILL'));
  }
  outgoing
    .writeHead(response.status, { 'content-type': 'application/json' })
    .end(JSON.stringify(response.body));
}).listen(0, '127.0.0.1');
await once(server, 'listening');
if (hasWorker) void workInBackground();
process.send?.({ port: server.address().port });
