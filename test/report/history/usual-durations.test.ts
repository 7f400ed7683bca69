import { expect, it } from 'vitest';
import type { SavedSpan, TestResult, TraceState } from '../../../src/lib/model/result.ts';
import { usualDurations, usualSpans } from '../../../src/lib/report/history/usual-durations.ts';
import { startRun } from '../../../src/lib/report/store/store.ts';
import { aReport, aTest, aTraceResult } from '../../support/builders.ts';
import { tempFolder } from '../../support/temp-folder.ts';

const TARGET = 'https://a.example/';
const ROOT = 'api|http.server|POST /webhook';

const aSpan = (name: string, overrides: Partial<SavedSpan> = {}): SavedSpan => ({
  ...{ name, op: 'function', service: 'api', depth: 1, startMs: 0, durationMs: 10 },
  ...{ status: 'ok', followed: false },
  ...overrides,
});
const aRoot = (durationMs = 100) => aSpan('POST /webhook', { op: 'http.server', depth: 0, durationMs });

const aResult = (spans: readonly SavedSpan[], state: TraceState = 'verified'): TestResult =>
  aTest({ trace: aTraceResult({ state, spans }) });
/** With a span below the service's root. */
const enriched = (durationMs: number) => aResult([aRoot(), aSpan('enrich', { durationMs })]);

function keep(dataDir: string, options: { run: number; target?: string; results: readonly TestResult[] }) {
  const report = aReport({ target: options.target ?? TARGET, results: options.results });
  const runId = `20260801-12000${options.run}-k3f9z`;
  const { results, ...head } = { ...report, runId };
  const writer = startRun({ dataDir, started: { ...head, endedAt: null } });
  for (const result of results) writer.append(result);
  writer.finish(head);
}

async function usualAfter(...runs: readonly (readonly TestResult[])[]) {
  const dataDir = tempFolder();
  for (const [run, results] of runs.entries()) keep(dataDir, { run, results });
  return Object.fromEntries(await usualDurations({ dataDir, target: TARGET }));
}

const five = (make: (at: number) => TestResult) => [1, 2, 3, 4, 5].map(make);

it('is the median of the spans of runs against the same target, by their path', async () => {
  const dataDir = tempFolder();
  keep(dataDir, { run: 1, results: [10, 20, 30].map(enriched) });
  keep(dataDir, { run: 2, results: [40, 50].map(enriched) });
  keep(dataDir, { run: 3, target: 'https://b.example/', results: [900, 900, 900].map(enriched) });
  expect(Object.fromEntries(await usualDurations({ dataDir, target: TARGET }))).toEqual({
    [ROOT]: 100,
    [`${ROOT} > api||enrich`]: 30,
  });
});

it('distinguishes the same name by its place and its service', async () => {
  const query = (depth: number, durationMs: number, service = 'api') =>
    aSpan('SELECT signals', { op: 'db.query', depth, durationMs, service });
  const results = five(() =>
    aResult([
      aRoot(),
      query(1, 1),
      query(1, 2, 'worker'),
      aSpan('save', { durationMs: 40 }),
      query(2, 30),
      query(2, 32),
    ]),
  );
  expect(await usualAfter(results)).toEqual({
    [ROOT]: 100,
    [`${ROOT} > api|db|SELECT signals`]: 1,
    [`${ROOT} > worker|db|SELECT signals`]: 2,
    [`${ROOT} > api||save`]: 40,
    [`${ROOT} > api||save > api|db|SELECT signals`]: 31,
  });
});

it('is the same for ids that differ, for ops of other versions, and without our own spans', async () => {
  const [ours, request] = [
    aSpan('production-e2e-webhook-test', { depth: 0, service: 'e2e', op: 'test.webhook' }),
    aSpan('POST https://a.example/', { depth: 1, service: 'e2e', op: 'http.client' }),
  ];
  const fetched = (depth: number, [op, id]: readonly [string | null, string], durationMs: number) =>
    aSpan(`GET /orders/${id}`, { depth, op, durationMs });
  const below = [
    fetched(2, ['db.redis', '0f8fad5b-d9cb-469f-a165-70867728950e'], 5),
    fetched(2, ['db.sql.query', '1234567890abcdef'], 6),
  ];
  const rootBelow = { ...aRoot(), depth: 2 };
  const results = [
    aResult([ours, request, rootBelow, ...below.map((span) => ({ ...span, depth: 3 }))]),
    aResult([
      aRoot(),
      ...[
        ['db', '20260801-120000-k3f9z-17'],
        ['db.query', '48151623'],
      ].map(([op, id]) => fetched(1, [op ?? '', id ?? ''], 7)),
    ]),
    aResult([aRoot(), fetched(1, ['DB', '9f86d081884c7d659a2feaa0c55ad015'], 8)]),
  ];
  expect(await usualAfter(results)).toEqual({ [`${ROOT} > api|db|GET /orders/{id}`]: 7 });
});

it('is in the order in which spans usually start, each with its parent', async () => {
  const at = (name: string, startMs: number, depth = 1) => aSpan(name, { startMs, depth });
  const dataDir = tempFolder();
  const results = five((each) =>
    aResult([
      aRoot(),
      at('save', 60),
      at('enrich', 5 + each),
      at('fetch', 10 + each, 2),
      at('route', 40 - each),
    ]),
  );
  keep(dataDir, { run: 1, results });
  const usual = await usualSpans({ dataDir, target: TARGET });
  expect([...usual.values()].map(({ name, startMs, parentPath }) => [name, startMs, parentPath])).toEqual([
    ['POST /webhook', 0, null],
    ['enrich', 8, ROOT],
    ['fetch', 13, `${ROOT} > api||enrich`],
    ['route', 37, ROOT],
    ['save', 60, ROOT],
  ]);
});

it('is unknown from too few, failed, or unverified ones', async () => {
  const few = [1, 2, 3, 4].map((durationMs) => aResult([aSpan('enrich', { depth: 0, durationMs })]));
  const bad = [
    aResult([aSpan('enrich', { depth: 0, status: 'error' })]),
    aResult([aSpan('enrich', { depth: 0 })], 'unverified'),
    aResult([]),
  ];
  expect(await usualAfter(few, bad)).toEqual({});
  expect(await usualAfter()).toEqual({});
});
