/** Kept runs: damaged or made up, read and shown in every format; and what names one. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll } from 'vitest';
import { findTrace } from '../../src/lib/cli/trace/open.ts';
import { ProdE2eError } from '../../src/lib/errors.ts';
import type { ReportSource } from '../../src/lib/model/report-source.ts';
import { findRun, readHeads, readRun, savedRuns } from '../../src/lib/report/history/history.ts';
import { usualDurations } from '../../src/lib/report/history/usual-durations.ts';
import { HEAD_FILE, RESULTS_FILE, runsFolder, VERIFIED_FILE } from '../../src/lib/report/store/store.ts';
import { columns } from '../../src/lib/view/columns.ts';
import { aHead, aStartedRun } from '../report/saved-run.ts';
import {
  aDelivery,
  anError,
  aStageResult,
  aStageSummary,
  aTest,
  aTraceResult,
  aWarning,
} from '../support/builders.ts';
import { fuzz } from './support/fuzz.ts';
import { hostileData, hostileText, jsonText } from './support/hostile.ts';
import { expectHarmless } from './support/invariants.ts';
import { damaged, damages, mutated, mutations } from './support/mutate.ts';
import { expectSafeOutputs, harmlessTwin, screens } from './support/outputs.ts';

const RUN = '20260801-120000-k3f9z';

let dataDir = '';
let folder = '';

beforeAll(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'prod-e2e-fuzz-'));
  folder = path.join(runsFolder(dataDir), RUN);
  mkdirSync(folder, { recursive: true });
});
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

const finding = {
  ...aWarning('sentry-refused', 'Sentry refused 1 trace', 'Wait'),
  ...{ field: 'signal_id', stage: 'ingestion', baseline: '20260731-120000-abcde' },
};

/** A run with something in every field, so that every field can be damaged. */
const HEAD = aHead({
  runId: RUN,
  profile: 'staging',
  shard: { index: 1, total: 2, planned: 6, plan: 'a1b2' },
  sentry: aDelivery({ accepted: 2, refused: [{ status: 429, count: 1 }], retryAfterSeconds: 60 }),
  missingData: [{ field: 'variant', level: 'recommended', tests: 1, scenarios: ['CHOP'] }],
  stages: [aStageSummary('ingestion', { ok: 1, failed: 1, notReached: 1, stuck: 1 })],
  cleanup: {
    ...{ done: 1, failed: 1, unknown: 0 },
    leftOvers: [
      {
        ...{
          testId: 'run-1',
          name: 'CHOP #1',
          call: 'DELETE https://h.example/s1',
          certain: true,
          reason: 'HTTP 500',
        },
        ...{ ids: { 'response.signal_id': 's1' }, command: "curl -X DELETE 'https://h.example/s1'" },
      },
    ],
  },
  thresholds: [{ expression: 'p95<800ms', actual: 182, unit: 'ms', ok: true }],
  skippedBecause: '3 tests in a row got no connection',
  findings: [finding],
});

const STARTED = aStartedRun({
  runId: RUN,
  profile: 'staging',
  shard: { index: 1, total: 2, planned: 6, plan: 'a1b2' },
});

const RESULT = aTest({
  errors: [anError('http-5xx', 'HTTP 500: Internal server error', 'Look at the log')],
  warnings: [finding],
  missingData: [{ field: 'variant', level: 'recommended' }],
  attempts: [
    {
      startedAt: '2026-08-01T12:00:01.000Z',
      durationMs: 4,
      status: 200,
      failure: { kind: 'refused', message: 'Connection refused', code: 'ECONNREFUSED' },
      mayHaveArrived: false,
    },
    {
      startedAt: '2026-08-01T12:00:02.000Z',
      durationMs: 4,
      status: null,
      failure: null,
      mayHaveArrived: true,
    },
  ],
  trace: aTraceResult({
    url: 'https://acme.sentry.io/explore/traces/trace/1234567890abcdef1234567890abcdef/',
    state: 'unverified',
    reason: 'only-our-spans',
    spanCount: 2,
    wait: { polls: 3, waitedMs: 90_000, awaited: ['ab-routing'] },
    followed: [{ searched: 'signalId:1', found: true, traceIds: ['f'.repeat(32)] }],
    findings: [finding],
  }),
  stages: [
    aStageResult('ingestion', {
      ...{ state: 'failed', required: true, durationMs: 12, detail: 'span failed' },
      evidence: { response: 'confirms', trace: 'contradicts', http: null, sql: 'unknown' },
    }),
    aStageResult('save', { state: 'not-reached' }),
  ],
  stuckAt: { stage: 'ingestion', after: 'received' },
  cause: {
    ...{ stage: 'ingestion', source: 'sql', message: 'status "rejected"', because: 'no' },
    ...{ span: ['ingestion', 'risk-check'], exception: 'RiskError', row: 'status "rejected"' },
    issue: { shortId: 'API-7', url: 'https://acme.sentry.io/issues/7/' },
  },
});

/** One line that cannot be read, or is another value than a result, between others that are fine. */
const lineText = fc.oneof(
  { weight: 6, arbitrary: mutations.map((changes) => JSON.stringify(mutated(RESULT, changes)) ?? '') },
  { weight: 2, arbitrary: fc.constant(JSON.stringify(RESULT)) },
  { weight: 1, arbitrary: jsonText },
  {
    weight: 1,
    arbitrary: hostileData.map((value) => JSON.stringify({ ...RESULT, testId: value, name: value })),
  },
  {
    weight: 1,
    arbitrary: hostileText.map((text) => JSON.stringify({ ...RESULT, name: text, scenario: text })),
  },
);

const linesText = fc
  .tuple(fc.array(lineText, { maxLength: 4 }), damages)
  .map(([lines, all]) => damaged(Buffer.from(lines.map((line) => `${line}\n`).join('')), all));

const headText = fc
  .tuple(
    fc.oneof(
      { weight: 6, arbitrary: mutations.map((changes) => JSON.stringify(mutated(HEAD, changes)) ?? '') },
      { weight: 3, arbitrary: mutations.map((changes) => JSON.stringify(mutated(STARTED, changes)) ?? '') },
      { weight: 3, arbitrary: fc.constantFrom(JSON.stringify(HEAD), JSON.stringify(STARTED)) },
      { weight: 1, arbitrary: jsonText },
    ),
    fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, { weight: 1, arbitrary: damages }),
  )
  .map(([text, all]) => damaged(Buffer.from(text), all));

/** What may come of a run that cannot be read: an error that says what to do. */
async function orRefused<Result>(work: () => Promise<Result>): Promise<Result | null> {
  try {
    return await work();
  } catch (thrown) {
    if (!(thrown instanceof ProdE2eError) || thrown.code === '' || thrown.suggestions.length === 0)
      throw thrown;
    return null;
  }
}

async function collected({ head, results }: ReportSource) {
  const all = [];
  for await (const result of results()) all.push(result);
  return { head, all };
}

fuzz('any saved run is shown or refused', {
  surface: 'stored runs',
  share: 0.7,
  runs: 120,
  input: fc.tuple(headText, linesText, fc.option(linesText), screens),
  check: async ([head, results, verified, screen]) => {
    writeFileSync(path.join(folder, HEAD_FILE), head);
    writeFileSync(path.join(folder, RESULTS_FILE), results);
    rmSync(path.join(folder, VERIFIED_FILE), { force: true });
    if (verified !== null) writeFileSync(path.join(folder, VERIFIED_FILE), verified);
    const source = await orRefused(() => readRun(folder));
    if (source !== null) {
      const { head: read, all } = await collected(source);
      const harmless = harmlessTwin({ head: read, all });
      const twin: ReportSource = {
        savedAs: source.savedAs,
        head: harmless.head,
        results: async function* () {
          yield* harmless.all;
        },
      };
      await expectSafeOutputs(source, { screen, harmless: twin });
    }
    const rows = [];
    for await (const { runId, target, status, startedAt } of readHeads(dataDir, () => {})) {
      rows.push([runId, startedAt.slice(0, 16), status, target]);
    }
    if (rows.length > 0)
      expectHarmless(columns({ unicode: true, head: ['a', 'b', 'c', 'd'], rows, width: 80 }));
    await usualDurations({ dataDir, target: 'https://hooks.example.com/webhook' });
    for (const id of ['1', 'f'.repeat(32)]) {
      await orRefused(() => findTrace({ id, pick: null, dataDir, command: 'trace show' }));
    }
    await orRefused(() => findTrace({ id: null, pick: 'slowest', dataDir, command: 'trace open' }));
  },
});

const reference = fc.oneof(
  fc.constantFrom(
    ...[
      '..',
      '../..',
      '.',
      '',
      '/',
      '/etc',
      '\0',
      'latest\0',
      RUN,
      `${RUN}/`,
      `../runs/${RUN}`,
      `${RUN}/../..`,
    ],
    ...[
      '20260801-120000-symnk',
      '20260801-120000-k3f9z\n',
      `${RUN}/run.json`,
      'runs',
      '2026',
      'C:\\',
      '~',
      '%2e%2e',
    ],
  ),
  fc.tuple(fc.constantFrom('../', './', '/', '..\\', ''), hostileText).map(([start, text]) => start + text),
  fc
    .tuple(hostileText, fc.integer({ min: 1, max: 5_000 }))
    .map(([text, times]) => text.repeat(times).slice(0, 50_000)),
);

fuzz('no reference except a path leaves the folder of the runs', {
  surface: 'stored runs',
  share: 0.4,
  runs: 200,
  input: reference,
  check: async (text) => {
    writeFileSync(path.join(folder, HEAD_FILE), JSON.stringify(HEAD));
    const elsewhere = path.join(dataDir, 'elsewhere');
    mkdirSync(elsewhere, { recursive: true });
    writeFileSync(path.join(elsewhere, HEAD_FILE), JSON.stringify(HEAD));
    const link = path.join(runsFolder(dataDir), '20260801-120000-symnk');
    if (!existsSync(link)) symlinkSync(elsewhere, link);
    const found = await orRefused(() => findRun(dataDir, text));
    const isPath = text.includes('/') || text.includes('\\');
    if (found !== null && !isPath && realpathSync(found) !== realpathSync(folder)) {
      throw new Error(`${JSON.stringify(text)} led to ${found}`);
    }
    if ((await savedRuns(dataDir)).join() !== RUN) throw new Error('a link is listed as a run');
    await orRefused(() => findTrace({ id: text, pick: null, dataDir, command: 'trace open' }));
  },
});
