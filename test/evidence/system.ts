/** What the tests of this folder share: PostgreSQL, a Sentry, the signal service, and runs of the built program against them. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../src/lib/model/json.ts';
import type { Report } from '../../src/lib/model/report.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import type { StageResult } from '../../src/lib/model/stage.ts';
import { type Child, launchChild } from '../../src/lib/sandbox/child.ts';
import { entryFolder } from '../sandbox/support.ts';
import { type Cli, withCli } from '../support/cli.ts';
import { type Postgres, startPostgres } from '../support/postgres.ts';

const SERVICE = fileURLToPath(new URL('service.mjs', import.meta.url));
const HOST = '127.0.0.1';
const ORG = 'sandbox';

/** Slugs of the projects: the sender's, the signal service's, and that of the service that it calls. */
const PROJECTS = ['prod-e2e', 'signals', 'engine'] as const;
type Project = (typeof PROJECTS)[number];

interface SentryServer {
  readonly dsnOf: (project: Project) => string;
  /** What the program needs to report traces to it and to read them back. */
  readonly env: Readonly<Record<string, string>>;
  readonly child: Child;
}

async function startSentry(): Promise<SentryServer> {
  const projects = PROJECTS.map((slug, at) => ({
    ...{ id: at + 1, slug, publicKey: randomBytes(16).toString('hex') },
  }));
  const token = `sntryu_${randomBytes(32).toString('hex')}`;
  const child = launchChild({ name: 'Sentry server', entry: path.join(entryFolder(), 'sentry-server.js') });
  const port = await child.start({
    ...{ port: 0, org: ORG, token, projects, faults: [] },
    ...{ streamProjectId: 1, senderProjectId: 1 },
  });
  const dsnOf = (project: Project) => {
    const found = projects.find(({ slug }) => slug === project);
    return `http://${found?.publicKey}@${HOST}:${port}/${found?.id}`;
  };
  const env = {
    ...{ SENTRY_AUTH_TOKEN: token, SENTRY_ORG: ORG },
    ...{ SENTRY_URL: `http://${HOST}:${port}`, SENTRY_DSN: dsnOf('prod-e2e') },
  };
  return { dsnOf, env, child };
}

export interface Service {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

interface ServiceSettings {
  readonly dsn: string;
  readonly database: string;
  /** It takes pending signals; of the services that share a database, one does. */
  readonly hasWorker: boolean;
  /** Where the other service is; null without one. */
  readonly engineUrl: string | null;
  /** It is killed after so many responses; null for never. */
  readonly diesAfter: number | null;
}

async function launchService(settings: ServiceSettings): Promise<Service> {
  const child = fork(SERVICE, [], {
    env: { PATH: process.env.PATH ?? '' },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.send(settings);
  const port = await portOf(child);
  return {
    url: `http://${HOST}:${port}`,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => resolve((message as { readonly port: number }).port));
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the service ended with exit code ${code}`)));
  });
}

export interface System {
  readonly database: Postgres;
  readonly sentry: Pick<SentryServer, 'env'>;
  readonly service: Service;
  /** A further one that is killed after so many responses. */
  readonly startMortal: (diesAfter: number) => Promise<Service>;
  readonly stop: () => Promise<void>;
}

export async function startSystem(): Promise<System> {
  const [database, sentry] = await Promise.all([startPostgres(), startSentry()]);
  const launch = (project: Project, more: Partial<ServiceSettings> = {}) =>
    launchService({
      ...{ dsn: sentry.dsnOf(project), database: database.url },
      ...{ hasWorker: false, engineUrl: null, diesAfter: null },
      ...more,
    });
  const engine = await launch('engine');
  const service = await launch('signals', { hasWorker: true, engineUrl: `${engine.url}/engine` });
  return {
    database,
    sentry,
    service,
    startMortal: (diesAfter) => launch('signals', { diesAfter }),
    stop: async () => {
      await Promise.all([service.stop(), engine.stop()]);
      await sentry.child.stop();
      await database.stop();
    },
  };
}

/** Joins a trace of the worker to its webhook. */
export const FOLLOW = {
  query: 'span.name:process-signal signalId:{{response.signal_id}}',
  within: '60s',
} as const;

/** A `trace.timeout` for spans that never come: the run waits for all of it, and what does come has time enough. */
export const NEVER_COMES = '15s';

interface StageOptions {
  readonly [key: string]: JsonObject[string];
}

/** The stages of the service, all of them required, with the tables that show them. */
export function stagesOf({ database }: Pick<System, 'database'>) {
  const sql = (query: string, more: StageOptions = {}) => ({
    ...{ url: database.url, query, params: ['{{testId}}'], rows: 1, within: '60s' },
    ...more,
  });
  return {
    received: {
      ...{ name: 'received', required: true, response: 'signal_id', span: 'receive', trace: 'own' },
      sql: sql('SELECT status FROM signals WHERE test_id = $1'),
    },
    enriched: {
      ...{ name: 'enriched', required: true, span: 'enrich' },
      sql: sql('SELECT source FROM enrichments WHERE test_id = $1'),
    },
    decided: {
      ...{ name: 'decided', required: true, span: 'decide' },
      sql: sql("SELECT * FROM decisions WHERE test_id = $1 AND engine = 'main'", {
        match: { status: 'approved' },
      }),
    },
    filled: {
      ...{ name: 'filled', required: true, span: 'fill' },
      sql: sql('SELECT status FROM orders WHERE test_id = $1', { match: { status: 'filled' } }),
    },
  } as const;
}

export function withoutProbe<Stage extends { readonly sql: unknown }>({
  sql: _,
  ...rest
}: Stage): Omit<Stage, 'sql'> {
  return rest;
}

export function withoutSpan<Stage extends { readonly span: unknown }>({
  span: _,
  ...rest
}: Stage): Omit<Stage, 'span'> {
  return rest;
}

export interface RunOptions {
  readonly stages: readonly JsonObject[];
  /** What goes wrong in the service, for the one scenario that is sent unless `scenarios` says otherwise. */
  readonly does?: JsonObject;
  readonly scenarios?: readonly JsonObject[];
  readonly trace?: JsonObject;
  readonly config?: JsonObject;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly count?: number;
  readonly url?: string;
}

export interface EvidenceRun {
  readonly report: Report;
  readonly exitCode: number | null;
  /** The terminal report, without its line breaks. */
  readonly text: string;
  /** Its first two lines: the status, and what it means. */
  readonly headline: string;
  readonly stderr: string;
}

/** A run of the built program with a terminal report and a JSON report, in a home of its own. */
export function evidenceRun(system: System, options: RunOptions): Promise<EvidenceRun> {
  return withCli((cli) => evidenceRunIn(cli, system, options));
}

export async function evidenceRunIn(cli: Cli, system: System, options: RunOptions): Promise<EvidenceRun> {
  const { stages, does = {}, count = 1, args = [], env = {}, trace = {}, config = {} } = options;
  const scenarios = options.scenarios ?? [scenario('ORDER', does)];
  const whole = {
    ...{ url: options.url ?? `${system.service.url}/webhook`, count, scenarios, stages },
    payload: {
      ...{ test_id: '{{testId}}', index: '{{index}}', scenario: '{{scenario}}' },
      ...{ symbol: '{{symbol}}', direction: '{{direction}}', timeframe: '{{timeframe}}' },
      metadata: { is_test: true },
    },
    expect: { required: ['signal_id'] },
    trace: { interval: '200ms', settle: '1s', timeout: '60s', follow: [FOLLOW], ...trace },
    ...config,
  };
  const { home, run } = cli;
  await writeFile(path.join(home, 'prod-e2e.config.json'), JSON.stringify(whole));
  const file = path.join(home, 'report.json');
  const { stdout, stderr, exitCode } = await run(
    ['run', '--full', '-r', 'pretty', '-r', `json=${file}`, ...args],
    {
      env: { ...system.sentry.env, ...env },
    },
  );
  const json = await readFile(file, 'utf8').catch(() => {
    throw new Error(`there is no report (exit code ${exitCode}):\n${stderr}`);
  });
  return {
    report: JSON.parse(json),
    exitCode,
    text: flat(stdout),
    headline: flat(stdout.slice(0, stdout.indexOf('Target: '))).replace(/^prod-e2e \S+: /, ''),
    stderr,
  };
}

/** On one line: where a line is wrapped depends on ids and paths. */
export function flat(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** A scenario whose webhooks make the service do this. */
export function scenario(name: string, does: JsonObject, more: JsonObject = {}): JsonObject {
  return { name, payload: { does }, ...more };
}

/** The only result of a run. */
export function only({ report }: EvidenceRun): TestResult {
  const [result] = report.results;
  if (result === undefined || report.results.length > 1)
    throw new Error('there is more or less than one result');
  return result;
}

/** Status, exit code and verdicts of a run. */
export function outcomeOf({ report, exitCode }: EvidenceRun) {
  return { status: report.status, exitCode, verdicts: report.results.map(({ verdict }) => verdict) };
}

export function stageOf({ stages }: TestResult, name: string): StageResult {
  const stage = stages.find((each) => each.name === name);
  if (stage === undefined) throw new Error(`there is no stage ${name}`);
  return stage;
}

/** `received ok`, one for each stage. */
export function statesOf({ stages }: TestResult): readonly string[] {
  return stages.map(({ name, state }) => `${name} ${state}`);
}

/** `warning trace-error`, errors first. */
export function findingsOf({ errors, warnings }: Pick<TestResult, 'errors' | 'warnings'>): readonly string[] {
  return [...errors, ...warnings].map(({ severity, code }) => `${severity} ${code}`);
}

/** Of the run as a whole. */
export function runFindings({ report }: EvidenceRun): readonly string[] {
  return report.findings.map(({ severity, code }) => `${severity} ${code}`);
}
