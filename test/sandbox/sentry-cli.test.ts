import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/model/json.ts';
import { type Sandbox, startSandbox } from '../../src/lib/sandbox/sandbox.ts';
import { SPAN_NAMES } from '../../src/sandbox/target/span-names.ts';
import { tracedWebhook, traceWith } from './reading.ts';
import { aSignal, containerHeader, entryFolder, envelopeText, SPAN_ID, TRACE_ID } from './support.ts';

/** The official `sentry` CLI, as a witness who knows nothing of this project. */
const CLI = fileURLToPath(new URL('../../node_modules/sentry/dist/bin.cjs', import.meta.url));

/** Ends a CLI that hangs, and fails its test. */
const DEADLINE_MS = 240_000;

let sandbox: Sandbox;
let home: string;
/** Of this sandbox, which is not written to any more, by command line: a start takes a second. */
const texts = new Map<string, Promise<string>>();

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'prod-e2e-sentry-cli-'));
  sandbox = await startSandbox({
    entryFolder: entryFolder(),
    faults: ['CHOP=span-error:fetch-gex-data'],
  });
  await tracedWebhook(sandbox, TRACE_ID, aSignal());
  await traceWith(sandbox, TRACE_ID, 'database-save');
  await sendToBackend(sandbox);
});

const BACKEND_TRACE_ID = '5'.repeat(32);
const EVENT_ID = '64c745871d314946b0b116b109dc992a';
const EVENT_SECONDS = 1_795_952_000.25;

/** What services of two languages send to the project for backends: an error, a release, a check-in, spans that are dropped. */
async function sendToBackend({ info }: Sandbox): Promise<void> {
  const { host, username, pathname } = new URL(info.backendDsn);
  const event = {
    event_id: EVENT_ID,
    platform: 'python',
    level: 'error',
    timestamp: EVENT_SECONDS,
    release: 'orders@1.2.0',
    environment: 'staging',
    transaction: 'POST /webhook',
    tags: { symbol: 'SPY' },
    sdk: { name: 'sentry.python', version: '2.75.0' },
    contexts: {
      trace: { trace_id: BACKEND_TRACE_ID, span_id: '1'.repeat(16) },
      runtime: { name: 'CPython' },
    },
    exception: {
      values: [
        {
          type: 'BrokerError',
          value: 'the order was refused',
          stacktrace: { frames: [{ function: 'submit', filename: 'broker.py', lineno: 7, in_app: true }] },
        },
      ],
    },
  };
  const checkIn = {
    check_in_id: '6'.repeat(32),
    monitor_slug: 'nightly-orders',
    status: 'error',
    environment: 'staging',
    monitor_config: { schedule: { type: 'crontab', value: '0 3 * * *' } },
  };
  const span = { trace_id: BACKEND_TRACE_ID, span_id: '1'.repeat(16), name: 'a', status: 'ok' };
  for (const envelope of [
    envelopeText({}, [{ type: 'event' }, event]),
    envelopeText({}, [{ type: 'check_in' }, checkIn]),
    envelopeText({}, [containerHeader(1), { items: [{ ...span, start_timestamp: 1, end_timestamp: 2 }] }]),
  ]) {
    const path = `/api${pathname}/envelope/?sentry_key=${username}`;
    const { status } = await fetch(`http://${host}${path}`, { method: 'POST', body: envelope });
    expect(status).toBe(200);
  }
}

afterAll(async () => {
  await sandbox.stop();
  await rm(home, { recursive: true, force: true });
});

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function sentry(token: string, ...words: string[]): Promise<Ended> {
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    SENTRY_CONFIG_DIR: home,
    SENTRY_URL: sandbox.info.sentryUrl,
    SENTRY_AUTH_TOKEN: token,
    SENTRY_CLI_NO_TELEMETRY: '1',
    SENTRY_CLI_NO_UPDATE_CHECK: '1',
    SENTRY_NO_CACHE: '1',
    NO_COLOR: '1',
  };
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [CLI, ...words],
      { env, cwd: home, timeout: DEADLINE_MS },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : Number(error.code ?? -1);
        resolve({ code, stdout: stripVTControlCharacters(stdout), stderr: stripVTControlCharacters(stderr) });
      },
    );
  });
}

function text(...words: string[]): Promise<string> {
  const line = words.join(' ');
  const known = texts.get(line) ?? freshText(words);
  texts.set(line, known);
  return known;
}

async function freshText(words: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await sentry(sandbox.info.token, ...words);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

async function json<Shape>(...words: string[]): Promise<Shape> {
  return JSON.parse(await text(...words, '--json'));
}

interface CliSpan {
  readonly name: string;
  readonly span_id: string;
  readonly data: JsonObject;
  readonly errors: readonly JsonObject[];
  readonly children?: readonly CliSpan[];
}

const flat = (spans: readonly CliSpan[]): CliSpan[] =>
  spans.flatMap((span) => [span, ...flat(span.children ?? [])]);

describe('the sentry CLI', () => {
  it('trace view draws the path of the webhook', async () => {
    const shown = await text('trace', 'view', `sandbox/${TRACE_ID}`, '--spans', 'all');
    expect(shown).toMatch(/Root\s+│ \[test\.webhook\] production-e2e-webhook-test/);
    expect(shown).toMatch(/Spans\s+│ 15 /);
    expect(shown).toMatch(/Projects\s+│ prod-e2e, sandbox-target|Projects\s+│ sandbox-target, prod-e2e/);
    const lines = shown.split('\n').filter((line) => line.includes('─ '));
    for (const name of SPAN_NAMES) expect(lines.filter((line) => line.includes(` ${name} `))).toHaveLength(1);
    expect(shown).toMatch(
      /└─ http\.client — POST .*\n\s+└─ http\.server — POST \/webhook .*\n\s+├─ function — webhook-ingestion/,
    );
  });

  it('trace view --json has every span with its attributes, and the error', async () => {
    const trace = await json<{ traceId: string; spanCount: number; projects: string[]; spans: CliSpan[] }>(
      'trace',
      'view',
      `sandbox/prod-e2e/${TRACE_ID}`,
      '--spans',
      'all',
    );
    expect(trace).toMatchObject({ traceId: TRACE_ID, spanCount: 15 });
    expect([...trace.projects].sort()).toEqual(['prod-e2e', 'sandbox-target']);
    const spans = new Map(flat(trace.spans).map((span) => [span.name, span]));
    expect([...spans.keys()]).toEqual(expect.arrayContaining([...SPAN_NAMES]));
    expect(spans.get('POST')?.span_id).toBe(SPAN_ID);
    expect(spans.get('fetch-gex-data')?.errors).toMatchObject([
      { short_id: 'SANDBOX-TARGET-1', description: expect.stringContaining('fetch-gex-data failed') },
    ]);
  });

  it('span view shows one span’s attributes', async () => {
    const rows = await json<{ data: { span_id: string; description: string }[] }>(
      'span',
      'list',
      `sandbox/prod-e2e/${TRACE_ID}`,
    );
    const saving = rows.data.find((row) => row.description === 'database-save');
    const shown = await text('span', 'view', `sandbox/sandbox-target/${TRACE_ID}`, saving?.span_id ?? '');
    expect(shown).toMatch(/Description\s+│ database-save/);
    expect(shown).toMatch(/scenario\s+│ CHOP/);
    expect(shown).toMatch(/POST \(bcea0a40bfd27c87\)\n\s+http\.server — POST \/webhook/);
  });

  it('trace list shows the trace in both of its projects', async () => {
    const sent = await json<{ data: JsonObject[] }>('trace', 'list', 'sandbox/prod-e2e');
    expect(sent.data).toMatchObject([
      { trace: TRACE_ID, transaction: 'production-e2e-webhook-test', project: 'prod-e2e' },
    ]);
    const shown = await text('trace', 'list', 'sandbox/sandbox-target');
    expect(shown).toContain('Recent traces in sandbox/sandbox-target');
    expect(shown).toMatch(new RegExp(`│ ${TRACE_ID} │ POST /webhook `));
    expect(shown).toContain('Showing 1 trace');
  });

  it('span list lists all spans of the trace', async () => {
    const { data } = await json<{ data: JsonObject[] }>('span', 'list', `sandbox/prod-e2e/${TRACE_ID}`);
    expect(data).toHaveLength(15);
    expect(data).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ op: 'db.query', description: 'database-save', trace_id: TRACE_ID }),
      ]),
    );
    const shown = await text('span', 'list', `sandbox/prod-e2e/${TRACE_ID}`);
    // Its table cuts names after a dozen characters.
    for (const name of SPAN_NAMES) expect(shown).toContain(`│ ${name.slice(0, 12)}`);
    expect(shown).toContain('Showing 15 spans.');
    const searched = await json<{ data: JsonObject[] }>(
      'span',
      'list',
      `sandbox/prod-e2e/${TRACE_ID}`,
      '--query',
      'span.op:db.query',
    );
    expect(searched.data.map((row) => row.description)).toEqual(['database-save']);
  });

  it('issue events lists the event of an issue', async () => {
    const shown = await text('issue', 'events', 'BACKEND-2');
    expect(shown).toContain('Events for BACKEND-2:');
    expect(shown).toMatch(new RegExp(`│ ${EVENT_ID} │ .* │ BrokerError: the order was refused │ python `));
    expect(shown).toContain('Showing 1 event.');
  });

  it('event view shows where an error came from, its tags and its trace', async () => {
    const shown = await text('event', 'view', `sandbox/backend/${EVENT_ID}`);
    expect(shown).toMatch(new RegExp(`Trace +│ ${BACKEND_TRACE_ID}`));
    expect(shown).toMatch(/SDK +│ sentry\.python 2\.75\.0/);
    expect(shown).toMatch(/Release +│ orders@1\.2\.0/);
    expect(shown).toMatch(/BrokerError: the order was refused\s+at submit \(broker\.py:7:\?\) \[in-app\]/);
    for (const [tag, value] of [
      ['environment', 'staging'],
      ['symbol', 'SPY'],
      ['transaction', 'POST /webhook'],
    ]) {
      expect(shown).toMatch(new RegExp(`│ ${tag} +│ ${value} +│`));
    }
  });

  it('event view --json has the event in full, and issue view shows it', async () => {
    const found = await json<JsonObject>('event', 'view', `sandbox/backend/${EVENT_ID}`);
    expect(found).toMatchObject({ eventID: EVENT_ID, dateCreated: '2026-11-29T11:33:20.250Z' });
    const issue = await text('issue', 'view', 'BACKEND-2');
    expect(issue).toMatch(/Platform +│ python/);
    expect(issue).toContain('BrokerError: the order was refused');
  });

  it('release list and release view show what events and spans name', async () => {
    const shown = await text('release', 'list', 'sandbox/backend');
    expect(shown).toMatch(/│ sandbox │ orders@1\.2\.0 │/);
    expect(shown).toContain('Showing 1 release');
    const one = await json<JsonObject>('release', 'view', 'sandbox/orders@1.2.0');
    expect(one).toMatchObject({
      version: 'orders@1.2.0',
      firstEvent: '2026-11-29T11:33:20.250Z',
      lastEvent: '2026-11-29T11:33:20.250Z',
      newGroups: 1,
    });
  });

  it('monitor list shows the result of check-ins', async () => {
    const shown = await text('monitor', 'list', 'sandbox/');
    expect(shown).toMatch(/│ 1 +│ nightly-orders │ nightly-orders │ active │ 0 3 \* \* \* │/);
    const monitors = await json<{ data: JsonObject[] }>('monitor', 'list', 'sandbox/');
    expect(monitors.data).toMatchObject([
      {
        slug: 'nightly-orders',
        project: { slug: 'backend' },
        environments: [{ name: 'staging', status: 'error' }],
      },
    ]);
  });

  it('event analytics shows what Sentry would drop, and why', async () => {
    const shown = await text('event', 'analytics', 'sandbox/backend', '--dataset', 'spans');
    expect(shown).toMatch(/│ missing_dsc │ span +│ +1 │ 100\.00% │/);
  });

  it('reports that there is no such trace, and that the token is invalid', async () => {
    const unknown = await sentry(
      sandbox.info.token,
      'trace',
      'view',
      `sandbox/${'0123456789abcdef'.repeat(2)}`,
    );
    expect(unknown.code).not.toBe(0);
    expect(unknown.stderr).toMatch(/not found|no trace/i);
    const wrong = await sentry(`sntryu_${'0'.repeat(64)}`, 'trace', 'view', `sandbox/${TRACE_ID}`);
    expect(wrong.code).not.toBe(0);
    expect(wrong.stderr).toMatch(/401|Invalid token|authenticat/i);
  });
});
