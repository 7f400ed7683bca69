import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../src/lib/sandbox/sandbox.ts';
import type { SpanNode } from '../../src/sandbox/sentry-server/trace-response.ts';
import { eventually } from '../support/eventually.ts';
import {
  attributes,
  failures,
  flat,
  get,
  getJson,
  issues,
  postWebhook,
  readTrace,
  search,
  sendEnvelope,
  senderEnvelope,
  shape,
  tracedWebhook,
  tracePath,
  traceWith,
} from './reading.ts';
import { aSignal, entryFolder } from './support.ts';

const started: Sandbox[] = [];

async function start(...faults: string[]): Promise<Sandbox> {
  const sandbox = await startSandbox({ entryFolder: entryFolder(), faults });
  started.push(sandbox);
  return sandbox;
}

afterAll(async () => {
  for (const sandbox of started) await sandbox.stop();
});

const INGESTION = 'webhook-ingestion(validate-payload)';
const ENRICHMENT = 'data-enrichment(fetch-market-data, fetch-gex-data, build-snapshot)';
const ROUTING = 'ab-routing(assign-variant)';
const ENGINES = 'engine-execution(engine-a-decision, engine-b-decision)';
const REQUEST = [INGESTION, ENRICHMENT, ROUTING];
const WHOLE = [...REQUEST, ENGINES, 'database-save'];

/** A trace below the sender's two spans. */
const ours = (...target: string[]): string =>
  `production-e2e-webhook-test(POST${target.length === 0 ? '' : `(POST /webhook(${target.join(', ')}))`})`;

const ERROR = (name: string): string => `${name} failed, as the fault span-error asks`;

interface Case {
  readonly faults: readonly string[];
  readonly status?: number;
  readonly shape: string;
  readonly failures?: readonly string[];
  readonly issues?: readonly string[];
}

const PROVIDER_DOWN = {
  failures: [
    'POST /webhook: internal_error',
    'data-enrichment: internal_error',
    'fetch-gex-data: internal_error',
  ],
  issues: ['fetch-gex-data → Error: fetch-gex-data: the provider answered 503'],
};

/** By scenario; all in one sandbox, so that each also proves that the others leave it alone. */
const CASES: Readonly<Record<string, Case>> = {
  NO_SDK: { faults: ['no-sdk'], shape: ours() },
  NO_SDK_500: { faults: ['no-sdk', 'status:500'], status: 500, shape: ours() },
  NO_SDK_ERROR: { faults: ['no-sdk', 'span-error:ab-routing', 'detached:twice'], shape: ours() },
  SAMPLED_OUT: { faults: ['sampled-out'], shape: ours() },
  SAMPLED_OUT_DETACHED: { faults: ['sampled-out', 'detached'], shape: ours() },
  // Errors are sent whatever the sampling: here without a span to hang on.
  SAMPLED_OUT_500: {
    faults: ['sampled-out', 'status:500'],
    status: 500,
    shape: ours(),
    issues: ['→ Error: fetch-gex-data: the provider answered 503'],
  },
  HEALTHY: { faults: [], shape: ours(...WHOLE) },
  MISSING_LEAF: {
    faults: ['span-missing:assign-variant'],
    shape: ours(INGESTION, ENRICHMENT, 'ab-routing', ENGINES, 'database-save'),
  },
  MISSING_PARENT: {
    faults: ['span-missing:ab-routing'],
    shape: ours(INGESTION, ENRICHMENT, 'assign-variant', ENGINES, 'database-save'),
  },
  MISSING_BACKGROUND: {
    faults: ['span-missing:engine-execution', 'span-missing:database-save'],
    shape: ours(...REQUEST, 'engine-a-decision', 'engine-b-decision'),
  },
  MISSING_AND_ERROR: {
    faults: ['span-missing:fetch-gex-data', 'span-error:fetch-gex-data'],
    shape: ours(
      INGESTION,
      'data-enrichment(fetch-market-data, build-snapshot)',
      ROUTING,
      ENGINES,
      'database-save',
    ),
  },
  MISSING_AND_500: {
    faults: ['span-missing:data-enrichment', 'status:500'],
    status: 500,
    shape: ours(INGESTION, 'fetch-market-data', 'fetch-gex-data'),
    failures: ['POST /webhook: internal_error', 'fetch-gex-data: internal_error'],
    issues: PROVIDER_DOWN.issues,
  },
  ERROR_CALL: {
    faults: ['span-error:fetch-gex-data'],
    shape: ours(...WHOLE),
    failures: [`fetch-gex-data: ${ERROR('fetch-gex-data')}`],
    issues: [`fetch-gex-data → Error: ${ERROR('fetch-gex-data')}`],
  },
  ERROR_STAGE_AND_BACKGROUND: {
    faults: ['span-error:webhook-ingestion', 'span-error:database-save', 'missing:variant'],
    shape: ours(...WHOLE),
    failures: [
      `webhook-ingestion: ${ERROR('webhook-ingestion')}`,
      `database-save: ${ERROR('database-save')}`,
    ],
    issues: [
      `webhook-ingestion → Error: ${ERROR('webhook-ingestion')}`,
      `database-save → Error: ${ERROR('database-save')}`,
    ],
  },
  SLOW: {
    faults: ['span-slow:data-enrichment:400ms', 'span-slow:database-save:400ms'],
    shape: ours(...WHOLE),
  },
  DOWN: {
    faults: ['status:500'],
    status: 500,
    shape: ours(INGESTION, 'data-enrichment(fetch-market-data, fetch-gex-data)'),
    ...PROVIDER_DOWN,
  },
  DETACHED: { faults: ['detached'], shape: ours(...REQUEST) },
};

/** Without issues that have no span. */
const trees = (nodes: readonly SpanNode[]): SpanNode[] => nodes.filter((node) => node.event_type === 'span');

describe('faults of traces', () => {
  const names = Object.keys(CASES);
  const traceIdOf = (name: string): string => (names.indexOf(name) + 1).toString(16).padStart(32, 'a');
  let sandbox: Sandbox;
  const statuses = new Map<string, number>();

  beforeAll(async () => {
    sandbox = await start(
      ...Object.entries(CASES).flatMap(([name, { faults }]) => faults.map((fault) => `${name}=${fault}`)),
    );
    // Those without spans are sent first: what they should not send would have come before the rest.
    for (const name of names) {
      const payload = aSignal({ scenario: name, metadata: { test_session_id: name } });
      statuses.set(name, (await tracedWebhook(sandbox, traceIdOf(name), payload)).status);
    }
    await eventually(
      async () => (await search(sandbox, 'has:signalId span.name:orchestrator*', 'id')).length === 1 || null,
    );
    await traceWith(sandbox, traceIdOf('SLOW'), 'database-save');
  });

  it.each(Object.entries(CASES))('%s', async (name, expected) => {
    const roots = await eventually(async () => {
      const nodes = await readTrace(sandbox, traceIdOf(name));
      return trees(nodes).map(shape).join(' + ') === expected.shape ? nodes : null;
      // What is there instead is shown.
    }).catch(() => readTrace(sandbox, traceIdOf(name)));
    expect(statuses.get(name)).toBe(expected.status ?? 200);
    expect(trees(roots).map(shape)).toEqual([expected.shape]);
    expect(failures(trees(roots))).toEqual(expected.failures ?? []);
    expect(issues(roots)).toEqual(expected.issues ?? []);
  });

  it('makes exactly the slow spans slow', async () => {
    const slowSpans = async (traceId: string): Promise<string[]> =>
      flat(await traceWith(sandbox, traceId, 'database-save'))
        .filter((span) => Number(span.duration) >= 390 && span.project_slug === 'sandbox-target')
        .map((span) => String(span.name));
    const expected = ['POST /webhook', 'data-enrichment', 'database-save'];
    let slow = await slowSpans(traceIdOf('SLOW'));
    // On a busy machine any span may be slow, but only one that is delayed is so in every trace.
    for (let more = 1; slow.length > expected.length && more <= 20; more += 1) {
      const traceId = `${more}`.padStart(32, '5');
      const payload = aSignal({ scenario: 'SLOW', metadata: { test_session_id: `SLOW ${more}` } });
      await tracedWebhook(sandbox, traceId, payload);
      const again = await slowSpans(traceId);
      slow = slow.filter((name) => again.includes(name));
    }
    expect(slow).toEqual(expected);
  });

  it('are visible in the response to a failed call, and in a client report of what was sampled out', async () => {
    const [call] = flat(await readTrace(sandbox, traceIdOf('ERROR_CALL'))).filter(
      (span) => span.name === 'fetch-gex-data',
    );
    expect(attributes(call)['http.response.status_code']).toBe(503);
    await eventually(async () => {
      const { clientReports } = await getJson<{ clientReports: number }>(sandbox, '/api/0/sandbox/received');
      return clientReports > 0 || null;
    });
  });

  it('keep an inherited decision against sampling', async () => {
    const traceId = 'b'.repeat(32);
    await postWebhook(
      sandbox,
      aSignal({ scenario: 'HEALTHY', metadata: { test_session_id: 'not sampled' } }),
      {
        'sentry-trace': `${traceId}-${'c'.repeat(16)}-0`,
        baggage: `sentry-trace_id=${traceId},sentry-sampled=false,sentry-sample_rate=1`,
      },
    );
    const later = 'd'.repeat(32);
    await tracedWebhook(
      sandbox,
      later,
      aSignal({ scenario: 'HEALTHY', metadata: { test_session_id: 'later' } }),
    );
    await traceWith(sandbox, later, 'database-save');
    expect(await readTrace(sandbox, traceId)).toEqual([]);
  });
});

describe.concurrent('detached background work', () => {
  async function attemptsOf(sandbox: Sandbox, signalId: string, count: number): Promise<SpanNode[]> {
    const rows = await eventually(async () => {
      const found = await search(
        sandbox,
        `span.name:orchestrator.processSignal signalId:${signalId}`,
        'trace',
        'attempt',
      );
      return found.length === count ? found : null;
    });
    expect(rows.map((row) => row.attempt)).toEqual(rows.map((_, index) => index + 1));
    const trees = await Promise.all(rows.map((row) => readTrace(sandbox, String(row.trace))));
    // Each in a trace of its own, in which it is the only root.
    expect(trees.map((roots) => roots.length)).toEqual(trees.map(() => 1));
    return trees.flat();
  }

  it("is found by the signal id of the response, each webhook's own, ten at a concurrency of five", async () => {
    const sandbox = await start('*=detached');
    const ids = Array.from({ length: 10 }, (_, index) => `${index}`.padStart(32, 'e'));
    const responses: { status: number; body: { signal_id?: unknown; request_id?: unknown } }[] = [];
    const lane = async (own: string[]): Promise<void> => {
      for (const id of own) {
        const payload = aSignal({ metadata: { test_session_id: id } });
        responses.push(await tracedWebhook(sandbox, id, payload));
      }
    };
    await Promise.all([0, 2, 4, 6, 8].map((first) => lane(ids.slice(first, first + 2))));
    expect(new Set(responses.map(({ body }) => body.signal_id)).size).toBe(10);
    for (const { body } of responses) {
      const [root] = await attemptsOf(sandbox, String(body.signal_id), 1);
      expect(root && shape(root)).toBe(`orchestrator.processSignal(${ENGINES}, database-save)`);
      expect(root).toMatchObject({
        is_transaction: true,
        parent_span_id: null,
        project_slug: 'sandbox-target',
      });
      expect(attributes(root)).toMatchObject({
        requestId: body.request_id,
        traceId: body.request_id,
        'span.status': 'ok',
      });
      const signals = flat(root ? [root] : []).map((span) => attributes(span).signalId);
      expect(new Set(signals)).toEqual(new Set([body.signal_id]));
    }
    for (const id of ids) expect((await readTrace(sandbox, id)).map(shape)).toEqual([ours(...REQUEST)]);
  });

  it('fails first and then succeeds with detached:twice, also with faults of its spans', async () => {
    const sandbox = await start('CHOP=detached:twice', 'CHOP=span-missing:engine-b-decision');
    const { body } = await tracedWebhook(sandbox, 'f'.repeat(32), aSignal());
    const [first, second] = await attemptsOf(sandbox, String(body.signal_id), 2);
    expect(first && shape(first)).toBe('orchestrator.processSignal(engine-execution(engine-a-decision))');
    expect(failures(first ? [first] : [])).toHaveLength(3);
    expect(issues(first ? [first] : [])).toEqual([
      'engine-a-decision → Error: engine-a-decision: attempt 1 found the engine busy',
    ]);
    expect(second && shape(second)).toBe(
      'orchestrator.processSignal(engine-execution(engine-a-decision), database-save)',
    );
    expect([failures(second ? [second] : []), issues(second ? [second] : [])]).toEqual([[], []]);
    const saved = await fetch(new URL(`/api/signals/${body.signal_id}`, sandbox.info.url));
    expect(saved.status).toBe(200);
  });
});

describe.concurrent('faults of the Sentry server', () => {
  const LATE = 'a'.repeat(32);
  const PROMPT = 'b'.repeat(32);

  it('trace-late shows the sender’s spans at once and the target’s later', async () => {
    // However busy the machine, what is ten minutes late does not come within this test.
    const sandbox = await start('LATE=trace-late:10m', 'LATER=trace-late:1s', 'LATER=span-error:ab-routing');
    const later = 'c'.repeat(32);
    const begin = performance.now();
    await tracedWebhook(sandbox, LATE, aSignal({ scenario: 'LATE' }));
    await tracedWebhook(sandbox, later, aSignal({ scenario: 'LATER', symbol: 'IWM' }));
    await tracedWebhook(sandbox, PROMPT, aSignal({ scenario: 'PROMPT', symbol: 'QQQ' }));
    await traceWith(sandbox, PROMPT, 'database-save');
    const early = await readTrace(sandbox, LATE);
    expect([early.map(shape), issues(early)]).toEqual([[ours()], []]);
    expect(await search(sandbox, 'scenario:LATE', 'id')).toEqual([]);
    expect(await getJson(sandbox, `/api/0/organizations/sandbox/trace-meta/${LATE}/`)).toMatchObject({
      spansCount: 2,
      errorsCount: 0,
    });
    const late = await traceWith(sandbox, later, 'database-save');
    expect(performance.now() - begin).toBeGreaterThan(1_000);
    expect(late.map(shape)).toEqual([ours(...WHOLE)]);
    expect(issues(late)).toHaveLength(1);
  });

  it('sentry-status refuses reads and envelopes of its scenario only', async () => {
    const sandbox = await start('LIMITED=sentry-status:429');
    const refused = await sendEnvelope(sandbox, senderEnvelope(LATE, 'LIMITED'));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
    // Zero seconds, or the SDK would hold the other scenarios back, too.
    expect(refused.headers.get('x-sentry-rate-limits')).toMatch(/^0:/);
    await tracedWebhook(sandbox, LATE, aSignal({ scenario: 'LIMITED' }));
    await tracedWebhook(sandbox, PROMPT, aSignal({ scenario: 'PROMPT', symbol: 'QQQ' }));
    expect((await traceWith(sandbox, PROMPT, 'database-save')).map(shape)).toEqual([ours(...WHOLE)]);
    for (const path of [
      tracePath(LATE),
      `/api/0/organizations/sandbox/trace-meta/${LATE}/`,
      `/api/0/organizations/sandbox/events/?dataset=spans&field=id&query=trace:${LATE}`,
      `/api/0/projects/sandbox/prod-e2e/trace-items/1111111111111111/?trace_id=${LATE}&item_type=spans`,
    ]) {
      const response = await get(sandbox, path);
      expect([path, response.status, response.headers.get('retry-after')]).toEqual([path, 429, '2']);
    }
    expect((await get(sandbox, '/api/0/organizations/sandbox/')).status).toBe(200);
    // Later ones of other scenarios still arrive: the target's SDK was not rate-limited.
    await tracedWebhook(sandbox, 'c'.repeat(32), aSignal({ scenario: 'PROMPT', symbol: 'IWM' }));
    await traceWith(sandbox, 'c'.repeat(32), 'database-save');
    const { spans } = await getJson<{ spans: number }>(sandbox, '/api/0/sandbox/received');
    expect(spans).toBe(30);
  });

  it('sentry-status for every scenario refuses everything, but the token is checked first', async () => {
    const sandbox = await start('sentry-status:503');
    expect((await sendEnvelope(sandbox, senderEnvelope(LATE, 'CHOP'))).status).toBe(503);
    for (const path of [tracePath(LATE), '/api/0/organizations/', '/api/0/users/me/regions/']) {
      expect([path, (await get(sandbox, path)).status]).toEqual([path, 503]);
      expect((await fetch(sandbox.info.sentryUrl + path)).status).toBe(401);
    }
    expect(await getJson(sandbox, '/api/0/sandbox/received')).toMatchObject({ envelopes: 0 });
  });
});
