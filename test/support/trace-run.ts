/** Runs of the built program whose traces are read back, and what is looked at in their reports. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { JsonObject } from '../../src/lib/model/json.ts';
import type { Report } from '../../src/lib/model/report.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { type SandboxInfo, startSandbox } from '../../src/lib/sandbox/sandbox.ts';
import { entryFolder } from '../sandbox/support.ts';
import { type Cli, type CliOptions, withCli } from './cli.ts';

export interface TraceRun {
  readonly report: Report;
  readonly exitCode: number | null;
  readonly stderr: string;
}

/** A run with `--json` in the folder of the program, with this configuration. */
export async function traceRun(
  { run, home }: Cli,
  args: readonly string[],
  options: CliOptions & { readonly config?: JsonObject } = {},
): Promise<TraceRun> {
  const { config = {}, ...rest } = options;
  await writeFile(`${home}/prod-e2e.config.json`, JSON.stringify(config));
  const { stdout, stderr, exitCode } = await run(['run', '--json', ...args], rest);
  return { report: JSON.parse(stdout), exitCode, stderr };
}

/** A run against a sandbox of its own. */
export async function sandboxRun(
  args: readonly string[],
  options: { readonly config?: JsonObject; readonly faults?: readonly string[] } = {},
): Promise<TraceRun> {
  const { faults = [], config = {} } = options;
  const flags = faults.flatMap((fault) => ['--fault', fault]);
  return withCli((cli) => traceRun(cli, ['--sandbox', ...flags, ...args], { config }));
}

/** Hands in a sandbox without faults, for runs against other targets. */
export function withSandboxSentry<Result>(use: (info: SandboxInfo) => Promise<Result>): Promise<Result> {
  return withSandbox({}, use);
}

/** Its target in `slow-sandbox` has a clock that makes no span slow, however busy the machine is. */
const SLOW_CLOCK_FOLDER = fileURLToPath(new URL('slow-sandbox', import.meta.url));

export async function withSandbox<Result>(
  { faults = [], slowClock = false }: { readonly faults?: readonly string[]; readonly slowClock?: boolean },
  use: (info: SandboxInfo) => Promise<Result>,
): Promise<Result> {
  const sandbox = await startSandbox({
    entryFolder: slowClock ? SLOW_CLOCK_FOLDER : entryFolder(),
    faults,
  });
  try {
    return await use(sandbox.info);
  } finally {
    await sandbox.stop();
  }
}

/** The environment in which traces are reported to a sandbox and read back from it. */
export function sentryEnv({ token, org, sentryUrl, dsn }: SandboxInfo): Readonly<Record<string, string>> {
  return { SENTRY_AUTH_TOKEN: token, SENTRY_ORG: org, SENTRY_URL: sentryUrl, SENTRY_DSN: dsn };
}

/** `warning trace-slow`, errors first. */
export function said({ errors, warnings }: TestResult): readonly string[] {
  return [...errors, ...warnings].map(({ severity, code }) => `${severity} ${code}`);
}

/** `data-enrichment slow`, of the stages that are not ok. */
export function stagesNotOk({ stages }: TestResult): readonly string[] {
  return stages.filter(({ state }) => state !== 'ok').map(({ name, state }) => `${name} ${state}`);
}

/** By name of the scenario. */
export function byScenario<Value>(
  { results }: Report,
  value: (result: TestResult) => Value,
): Readonly<Record<string, Value>> {
  return Object.fromEntries(results.map((result) => [result.scenario, value(result)]));
}
