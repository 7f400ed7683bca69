/** Every configuration of docs/recipes is run by the built program, and gives what its comments say of it. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { SENDER_NAMES, type SenderName } from '../../src/lib/model/signing.ts';
import { type Sandbox, startSandbox } from '../../src/lib/sandbox/sandbox.ts';
import { atMost } from '../../src/lib/trace/at-most.ts';
import { entryFolder } from '../sandbox/support.ts';
import { type Cli, ROOT, withCli } from '../support/cli.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';
import { type ProductionSystem, startProductionSystem } from '../support/production-system.ts';
import { providerEndpoint } from '../support/provider-endpoint.ts';
import { A_SECRET, ANOTHER_SECRET } from '../support/signature-oracles.ts';
import { type Answerer, withTarget } from '../support/target.ts';
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

/** By this clock an answer takes a hundredth of its time: no limit of a recipe depends on how busy this machine is. */
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

const secret = 'a-secret-of-the-system';
const token = 'a-token-of-the-tests';

/** By stage: its state, and what answer, trace and SQL say. */
const evidence = ({ stages }: TestResult) =>
  stages.map(({ name, state, evidence: { response, trace, sql } }) => [name, state, response, trace, sql]);

/** First, as it takes longest. */
describe.concurrent('the production system', () => {
  const oneAtATime = atMost(1);
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

  inTurn('is proven by answers, SQL and the traces of its worker', async () => {
    system.failFirstAttemptOf('CHOP');
    const { report, exitCode, stderr } = await runAgainstIt();
    expect([exitCode, report.status], stderr).toEqual([0, 'healthy']);
    expect(report.results.map(({ scenario }) => scenario)).toEqual([
      ...['ORB_BREAKOUT', 'TREND_CONTINUATION', 'VOL_EXPANSION', 'ORB_FAKEOUT', 'CHOP', 'RESENT'],
    ]);
    for (const result of report.results) {
      expect(evidence(result)).toEqual([
        ['webhook-ingestion', 'ok', 'ok', 'ok', 'ok'],
        ['signal-queued', 'ok', null, null, 'ok'],
        ['orchestrator', 'ok', null, 'ok', 'ok'],
        ['data-enrichment', 'ok', null, 'ok', null],
        ['ab-routing', 'ok', null, 'ok', 'ok'],
        ['engine-execution', 'ok', null, 'ok', 'ok'],
        ['orders', 'ok', null, 'ok', 'ok'],
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
      args: ['--count', '2', '--trace-timeout', '3s'],
      env: { WORKER_WITHIN: '2s' },
      nodeArgs: [],
    });
    system.setWorker('up');
    expect([exitCode, report.status]).toEqual([1, 'broken']);
    for (const result of report.results) {
      // Without the time to settle, a trace that lacks spans is not judged; the rows are.
      expect(evidence(result)).toEqual([
        ['webhook-ingestion', 'ok', 'ok', 'unverified', 'ok'],
        ['signal-queued', 'ok', null, null, 'ok'],
        ['orchestrator', 'missing', null, 'unverified', 'missing'],
        ['data-enrichment', 'unverified', null, 'unverified', null],
        ['ab-routing', 'missing', null, 'unverified', 'missing'],
        ['engine-execution', 'missing', null, 'unverified', 'missing'],
        ['orders', 'missing', null, 'unverified', 'missing'],
      ]);
      expect(result.errors.map(({ message }) => message.replace(/ \(.*/s, ''))).toEqual([
        'orchestrator is not proven: SQL: 0 rows, expected 1',
        'ab-routing is not proven: SQL: 0 rows, expected 1',
        'engine-execution is not proven: SQL: 0 rows, expected 2',
        'orders is not proven: SQL: 0 rows, expected 1',
      ]);
      // A time is no secret, although it came from the environment. It is over after 2 s, and what is told is when the last
      // look was: that takes as long as the machine is busy.
      const lookedFor = result.stages.flatMap(({ detail }) => {
        const [, looks, seconds] = /(\d+) looks? in ([\d.]+) s\)$/.exec(detail ?? '') ?? [];
        return looks === undefined ? [] : [{ looks: Number(looks), seconds: Number(seconds) }];
      });
      expect(lookedFor).toHaveLength(result.errors.length);
      for (const { looks, seconds } of lookedFor) {
        expect(seconds).toBeGreaterThanOrEqual(2);
        // After pauses of 250, 500 and 1,000 ms the fourth look is the last one. A timer may be a fraction of a millisecond
        // early, which costs a fifth; a busy machine has time for fewer. Looks beyond the 2 s would be many more.
        expect(looks).toBeLessThanOrEqual(5);
      }
    }
    expect(report.cleanup).toMatchObject({ done: 2, leftOvers: [] });
    expect(await signalsLeft()).toEqual([]);
  });

  inTurn('refuses wrong signatures, and is told of loudly for taking none', async () => {
    const args = ['--tag', 'negative', '--count', '3', '--no-verify-traces'];
    const { report, exitCode } = await runAgainstIt({ args });
    expect(exitCode).toBe(1);
    const errors = report.results.map((result) => [
      result.scenario,
      result.errors.map(({ message }) => message),
    ]);
    const loud = 'HTTP 200: accepted a webhook without a signature: the endpoint does not verify signatures';
    expect(errors).toEqual([
      ['WRONG_SIGNATURE', []],
      ['UNSIGNED', [loud]],
      ['UNSIGNED_KNOWN', []],
    ]);
    expect(await signalsLeft()).toEqual([]);
  });
});

describe.concurrent('the production system', () => {
  it('goes through the sandbox, which works in traces of its own when asked for', async () => {
    const env = {
      WEBHOOK_SECRET: secret,
      DATABASE_URL: 'postgres://db.example.com/app',
      E2E_API_TOKEN: token,
    };
    const args = ['--sandbox', '--fault', '*=detached'];
    const { report, exitCode, stderr } = await withCli((cli) => runRecipe(cli, PRODUCTION, { args, env }));
    expect([exitCode, report.status], stderr).toEqual([0, 'healthy']);
    expect(stderr).toContain('In the sandbox, probes and clean-up that lead to other hosts are left out.');
    expect(report.results.map(({ repeat }) => repeat?.treatedAs ?? null).at(-1)).toBe('one-event');
    for (const result of report.results) {
      expect(evidence(result)).toEqual([
        ['webhook-ingestion', 'ok', 'ok', 'ok', null],
        ...['orchestrator', 'data-enrichment', 'ab-routing', 'engine-execution', 'orders'].map((name) => [
          ...[name, 'ok', null, 'ok', null],
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

  it('sends each usual scenario once, unless told otherwise', () => {
    expect(negative.length).toBeGreaterThan(0);
    expect(names(/^count: (\d+)$/gm)).toEqual([String(all.length - negative.length)]);
  });

  it('works with an endpoint that verifies as the provider says, and tells of one that takes whatever comes', async () => {
    const sent = (args: readonly string[], endpoint: Answerer) =>
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
