/** Every configuration of docs/recipes is run by the built program, and gives what its comments say of it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import pLimit from 'p-limit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { SENDER_NAMES, type SenderName } from '../../src/lib/model/signing.ts';
import { type Sandbox, startSandbox } from '../../src/lib/sandbox/sandbox.ts';
import { entryFolder } from '../sandbox/support.ts';
import { type Cli, ROOT, withCli } from '../support/cli.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { type ProductionSystem, startProductionSystem } from '../support/production-system.ts';
import { providerEndpoint } from '../support/provider-endpoint.ts';
import { A_SECRET, ANOTHER_SECRET } from '../support/signature-oracles.ts';
import { type Handler, withTarget } from '../support/target.ts';
import { said, sentryEnv } from '../support/trace-run.ts';

const FOLDER = path.join(ROOT, 'docs', 'recipes');
const PRODUCTION = 'production-system';
const fileOf = (name: string) => path.join(FOLDER, `${name}.yaml`);
const read = (name: string) => readFileSync(path.join(FOLDER, name), 'utf8');

it('every file is run here, and named on the page', () => {
  // What is in ci/ has tests of its own: test/docs/ci.
  const files = readdirSync(FOLDER).filter((name) => name !== 'ci');
  expect(files.toSorted()).toEqual(
    ['README.md', ...[...SENDER_NAMES, PRODUCTION].map((name) => `${name}.yaml`)].toSorted(),
  );
  const page = read('README.md');
  for (const file of files) if (file !== 'README.md') expect(page).toContain(`(${file})`);
});

/** By this clock a response takes a hundredth of its time: no limit of a recipe depends on how busy this machine is. */
const SLOW_CLOCK = ['--import', path.join(ROOT, 'test', 'support', 'slow-clock.mjs')];

interface RecipeRun {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** For Node; {@link SLOW_CLOCK} without. */
  readonly nodeArgs?: readonly string[];
}

async function runRecipe({ run }: Cli, name: string, { args, env, nodeArgs = SLOW_CLOCK }: RecipeRun) {
  const { stdout, stderr, exitCode } = await run(['run', '--json', '--config', fileOf(name), ...args], {
    env,
    nodeArgs,
  });
  if (stdout === '') throw new Error(stderr);
  const report: Report = JSON.parse(stdout);
  return { report, exitCode, stderr };
}

const verdicts = ({ results }: Report) =>
  Object.fromEntries(results.map(({ scenario, verdict }) => [scenario, verdict]));

/** For what comes in the end, however busy this machine is. */
const PATIENT = { args: ['--trace-timeout', '4m'], env: { WORKER_WITHIN: '3m' } };

const secret = 'a-secret-of-the-system';
const token = 'a-token-of-the-tests';

/** By stage: its state, and what response, trace and SQL say. */
const evidence = ({ stages }: TestResult) =>
  stages.map(({ name, state, evidence: { response, trace, sql } }) => [name, state, response, trace, sql]);

/** First, as it takes longest. */
describe.concurrent('the production system', () => {
  const oneAtATime = pLimit(1);
  /** One after the other, as they share one system, and beside all other tests. */
  const inTurn = (title: string, test: () => Promise<void>) => it(title, () => oneAtATime(test));
  /** A hundredth of the real 30 s; the configuration does not know. */
  const periodMs = 300;
  let database: Postgres;
  let sandbox: Sandbox;
  let system: ProductionSystem;

  beforeAll(async () => {
    database = await startPostgres();
    sandbox = await startSandbox({ entryFolder: entryFolder(), faults: [] });
    system = await startProductionSystem({ database, dsn: sandbox.info.dsn, secret, token, periodMs });
  });
  afterAll(async () => {
    await system.stop();
    await sandbox.stop();
    await database.stop();
  });

  /** As its users do. */
  const runAgainstIt = ({ args = [], env = {}, ...more }: Partial<RecipeRun> = {}) =>
    withCli((cli) =>
      runRecipe(cli, PRODUCTION, {
        ...{ args, ...more },
        env: {
          ...sentryEnv(sandbox.info),
          PRODUCTION_URL: system.url,
          WEBHOOK_SECRET: secret,
          DATABASE_URL: database.url,
          E2E_API_TOKEN: token,
          ...env,
        },
      }),
    );

  const signalsLeft = async () => (await database.query('SELECT * FROM signals')).rows;

  inTurn('is confirmed by responses, SQL and the traces of its worker', async () => {
    system.failFirstAttemptOf('CHOP');
    const { report, exitCode, stderr } = await runAgainstIt(PATIENT);
    // A first attempt that failed is a warning.
    expect([exitCode, report.status], stderr).toEqual([0, 'degraded']);
    expect(report.summary).toMatchObject({ total: 6, successful: 6, warnings: 1, unverified: 0 });
    const findings = Object.fromEntries(report.results.map((result) => [result.scenario, said(result)]));
    expect(findings).toEqual({
      ...{ ORB_BREAKOUT: [], TREND_CONTINUATION: [], VOL_EXPANSION: [], ORB_FAKEOUT: [], RESENT: [] },
      CHOP: expect.arrayContaining(['warning retried']),
    });
    expect(report.results.map(({ scenario }) => scenario)).toEqual([
      ...['ORB_BREAKOUT', 'TREND_CONTINUATION', 'VOL_EXPANSION', 'ORB_FAKEOUT', 'CHOP', 'RESENT'],
    ]);
    for (const result of report.results) {
      expect(evidence(result)).toEqual([
        ['webhook-ingestion', 'ok', 'confirms', 'confirms', 'confirms'],
        ['signal-queued', 'ok', null, null, 'confirms'],
        ['orchestrator', 'ok', null, 'confirms', 'confirms'],
        ['data-enrichment', 'ok', null, 'confirms', null],
        ['ab-routing', 'ok', null, 'confirms', 'confirms'],
        ['engine-execution', 'ok', null, 'confirms', 'confirms'],
        ['orders', 'ok', null, 'confirms', 'confirms'],
      ]);
    }
    const attempts = report.results.map(({ trace }) => trace.followed.map(({ traceIds }) => traceIds.length));
    expect(attempts).toEqual([[1], [1], [1], [1], [2], [1]]);
    expect(report.results.flatMap(({ repeat }) => (repeat ? [repeat.treatedAs] : []))).toEqual(['one-event']);
    expect(report.cleanup).toEqual({ done: 6, failed: 0, unknown: 0, leftOvers: [] });
    expect(await signalsLeft()).toEqual([]);
  });

  inTurn('is stuck at the worker that is down, and leaves it nothing for later', async () => {
    system.setWorker('down');
    const { report, exitCode } = await runAgainstIt({
      // Long enough for the spans that there are, on a busy machine as well: the worker's never come.
      args: ['--count', '2', '--trace-timeout', '10s'],
      env: { WORKER_WITHIN: '2s' },
      nodeArgs: [],
    });
    system.setWorker('up');
    expect([exitCode, report.status]).toEqual([1, 'broken']);
    for (const result of report.results) {
      // A partial trace proves what it shows; what comes after the row that is missing was not reached.
      expect(evidence(result)).toEqual([
        ['webhook-ingestion', 'ok', 'confirms', 'confirms', 'confirms'],
        ['signal-queued', 'ok', null, null, 'confirms'],
        ['orchestrator', 'missing', null, 'unknown', 'absent'],
        ['data-enrichment', 'not-reached', null, 'unknown', null],
        ['ab-routing', 'not-reached', null, 'unknown', 'absent'],
        ['engine-execution', 'not-reached', null, 'unknown', 'absent'],
        ['orders', 'not-reached', null, 'unknown', 'absent'],
      ]);
      expect(result.errors.map(({ message }) => message.replace(/ \(testId .*/s, ''))).toEqual([
        'orchestrator not confirmed: SQL probe: 0 rows (expected 1)',
      ]);
      expect(result).toMatchObject({
        stuckAt: { stage: 'orchestrator', after: null },
        cause: { stage: 'orchestrator', source: 'sql', message: '0 rows (expected 1)' },
      });
      // A time is no secret, although it came from the environment. It is over after 2 s, and what is told is when the last
      // query was: that takes as long as the machine is busy.
      const polled = result.stages.flatMap(({ detail }) => {
        const [, queries, seconds] = /(\d+) quer(?:y|ies) in ([\d.]+) s\)/.exec(detail ?? '') ?? [];
        return queries === undefined ? [] : [{ queries: Number(queries), seconds: Number(seconds) }];
      });
      expect(polled).toHaveLength(result.errors.length);
      // The time runs from the response, and what is reported of it from the end of sending.
      expect(report.durationMs).toBeGreaterThanOrEqual(2_000);
      for (const { queries, seconds } of polled) {
        expect(seconds).toBeGreaterThan(0);
        // After pauses of 250, 500 and 1,000 ms the fourth query is the last one. A timer may be a fraction of a millisecond
        // early, which costs a fifth; a busy machine has time for fewer. Queries beyond the 2 s would be many more.
        expect(queries).toBeLessThanOrEqual(5);
      }
    }
    expect(report.cleanup).toMatchObject({ done: 2, leftOvers: [] });
    expect(await signalsLeft()).toEqual([]);
  });

  inTurn('refuses wrong signatures, and is told of loudly for taking none', async () => {
    const args = ['--tag', 'negative', '--count', '4', '--no-verify-traces'];
    const { report, exitCode } = await runAgainstIt({ args });
    expect(exitCode).toBe(1);
    const errors = report.results.map((result) => [
      result.scenario,
      result.errors.map(({ message }) => message),
    ]);
    const loud = 'HTTP 200: accepted a webhook without a signature: the endpoint does not verify signatures';
    expect(errors).toEqual([
      ['INVALID_DIRECTION', []],
      ['WRONG_SIGNATURE', []],
      ['UNSIGNED', [loud]],
      ['UNSIGNED_KNOWN', []],
    ]);
    expect(await signalsLeft()).toEqual([]);
  });

  inTurn('is followed by test id if there is no response', async () => {
    system.respondAfter(60_000);
    const { report, exitCode } = await runAgainstIt({
      args: ['--count', '1', '--timeout', '2s', '--no-verify-traces'],
      env: { WORKER_WITHIN: '3m' },
      nodeArgs: [],
    });
    system.respondAfter(0);
    expect([exitCode, report.status]).toEqual([3, 'broken']);
    expect(report.results.map((result) => evidence(result).map(([name, state]) => [name, state]))).toEqual([
      [
        ['webhook-ingestion', 'ok'],
        ['signal-queued', 'unverified'],
        ['orchestrator', 'ok'],
        ['ab-routing', 'unverified'],
        ['engine-execution', 'unverified'],
        ['orders', 'unverified'],
      ],
    ]);
    // Its clean-up call needs the id of a response: the report lists it.
    expect(report.cleanup).toMatchObject({ done: 0, unknown: 1 });
    expect(await signalsLeft()).toHaveLength(1);
    await database.query('DELETE FROM signals');
  });
});

describe.concurrent('the production system', () => {
  it('works in the sandbox, which uses separate traces if configured', async () => {
    const env = {
      WEBHOOK_SECRET: secret,
      DATABASE_URL: 'postgres://db.example.com/app',
      E2E_API_TOKEN: token,
      ...PATIENT.env,
    };
    const args = ['--sandbox', '--fault', '*=detached', ...PATIENT.args];
    const { report, exitCode, stderr } = await withCli((cli) => runRecipe(cli, PRODUCTION, { args, env }));
    expect([exitCode, report.status], stderr).toEqual([0, 'healthy']);
    expect(stderr).toContain('In the sandbox, probes and clean-up calls to other hosts are skipped.');
    expect(report.results.map(({ repeat }) => repeat?.treatedAs ?? null).at(-1)).toBe('one-event');
    expect(report.findings).toMatchObject([
      { severity: 'warning', code: 'stage-unverified', stage: 'signal-queued' },
    ]);
    for (const result of report.results) {
      expect(said(result)).toEqual([]);
      expect(evidence(result)).toEqual([
        ['webhook-ingestion', 'ok', 'confirms', 'confirms', null],
        // Its only probe leads elsewhere.
        ['signal-queued', 'unverified', null, null, null],
        ...['orchestrator', 'data-enrichment', 'ab-routing', 'engine-execution', 'orders'].map((name) => [
          ...[name, 'ok', null, 'confirms', null],
        ]),
      ]);
    }
  });
});

describe.concurrent.each(SENDER_NAMES)('%s', (sender: SenderName) => {
  const text = read(`${sender}.yaml`);
  const names = (pattern: RegExp) => [...text.matchAll(pattern)].map(({ 1: name = '' }) => name);
  const all = names(/^ +- (?:\{ )?name: (\w+)/gm);
  const negative = names(/name: (\w+)(?:, .*sign: |\n +tags: \[negative\])/g);
  const secret = sender === 'tradingview' ? 'a-passphrase-01' : A_SECRET;
  const env = Object.fromEntries(
    names(/\$\{env:(\w+)\}/g).map((name) => [name, name.startsWith('OLD_') ? ANOTHER_SECRET : secret]),
  );

  it('sends each scenario once by default', () => {
    expect(negative.length).toBeGreaterThan(0);
    expect(names(/^count: (\d+)$/gm)).toEqual([String(all.length - negative.length)]);
  });

  it('works with an endpoint that verifies as the provider documents, and reports one that accepts everything', async () => {
    const sent = (args: readonly string[], endpoint: Handler) =>
      withTarget(endpoint, ({ url }) =>
        withCli((cli) => runRecipe(cli, sender, { args: ['--url', url, ...args], env })),
      );
    const everything = [...all.flatMap((name) => ['--scenario', name]), '--count', String(all.length)];
    const forgedAlone = ['--tag', 'negative', '--count', String(negative.length)];
    const verified = await sent(everything, providerEndpoint(sender, { secret }));
    const lax = await sent(forgedAlone, providerEndpoint(sender, { verifies: false }));
    const { report, stderr } = verified;
    expect(report.results.flatMap(said), stderr).toEqual([]);
    expect([verified.exitCode, report.status]).toEqual([0, 'healthy']);
    expect(report.results.map(({ scenario }) => scenario)).toEqual(all);
    const treated = report.results.flatMap(({ repeat }) => (repeat ? [repeat.treatedAs] : []));
    expect(treated).toEqual(sender === 'tradingview' ? [] : ['one-event']);
    expect(lax.exitCode).toBe(1);
    expect(verdicts(lax.report)).toEqual(Object.fromEntries(negative.map((name) => [name, 'broken'])));
  });
});
