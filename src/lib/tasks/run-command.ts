/** What `prod-e2e run` does, from a valid configuration to an exit code. */
import path from 'node:path';
import { exposureMessage } from '../config/flag-secrets.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import type { Settings } from '../config/settings.ts';
import { describeError, errorText } from '../error-output.ts';
import { EXIT } from '../errors.ts';
import type { RunEvent } from '../model/event.ts';
import type { ReportSource } from '../model/report.ts';
import { loadFormatter } from '../report/formatters/table.ts';
import { type Output, prepareOutputs, writeReport } from '../report/outputs.ts';
import { createRedactor } from '../report/redact.ts';
import { type Preparation, preparePlan, prepareRun, targetOf } from '../run/prepare-run.ts';
import { run } from '../run/run.ts';
import { proxyHost } from '../send/agents.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { VERSION } from '../version.ts';
import { checkSafety } from './safety-check.ts';
import { reachDirectly, sandboxSecrets, sandboxSettings } from './sandbox-settings.ts';
import { watchSignals } from './signals.ts';

export interface RunCommandInput {
  readonly config: ResolvedConfig;
  readonly dryRun: boolean;
  readonly yes: boolean;
  readonly sandbox: boolean;
  readonly faults: readonly string[];
  readonly json: boolean;
  /** Folder of the installed package. */
  readonly root: string;
  readonly dataDir: string;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly print: (pieces: AsyncIterable<string> | Iterable<string>) => Promise<void>;
}

/** @returns the exit code */
export async function runCommand(input: RunCommandInput): Promise<number> {
  const asked = await prepareOutputs(input.config.settings.reporters);
  const outputs = input.json ? await jsonInstead(asked) : asked;
  if (!input.sandbox)
    return runAgainst(input, { settings: input.config.settings, outputs, extraSecrets: [] });
  const { startSandbox } = await import('../sandbox/sandbox.ts');
  const { parseFault } = await import('../sandbox/faults.ts');
  const faults = input.faults.map(parseFault);
  const sandbox = await startSandbox({ entryFolder: path.join(input.root, 'dist', 'sandbox'), faults });
  try {
    reachDirectly(sandbox.info);
    return await runAgainst(input, {
      settings: sandboxSettings(input.config, sandbox.info),
      outputs,
      extraSecrets: sandboxSecrets(sandbox.info),
    });
  } finally {
    await sandbox.stop();
  }
}

/** `--json` takes stdout from whichever reporter had it; reports into files stay. */
async function jsonInstead(asked: readonly Output[]): Promise<readonly Output[]> {
  return [
    ...asked.filter(({ file }) => file !== null),
    { formatter: await loadFormatter('json'), file: null },
  ];
}

interface Target {
  readonly settings: Settings;
  readonly outputs: readonly Output[];
  readonly extraSecrets: readonly string[];
}

async function runAgainst(input: RunCommandInput, target: Target): Promise<number> {
  const { settings } = target;
  const url = targetOf(settings);
  const secrets = [...input.config.secrets, ...target.extraSecrets];
  const redact = createRedactor(secrets);
  const { flagsWithSecrets } = input.config;
  const basis = { settings, url, version: VERSION, dataDir: input.dataDir, redact };
  const plan = await preparePlan(basis);
  if (input.dryRun) {
    if (flagsWithSecrets.length > 0) process.stderr.write(`Warning: ${exposureMessage(flagsWithSecrets)}.\n`);
    const { dryRun } = await import('../view/dry-run.ts');
    await input.print(
      dryRun({
        ...{ plan, json: input.json, redact, redactPaths: settings.redact },
        variables: secretVariables(secrets),
        now: () => new Date(),
      }),
    );
    return EXIT.ok;
  }
  const proxy = proxyHost(url);
  const agreed = input.yes;
  const quiet = await checkSafety({
    settings,
    count: plan.total,
    to: { url, proxy },
    agreed,
    terminal: input.stderr,
    nowMs: Date.now(),
  });
  const { profile } = input.config;
  const links = !input.sandbox;
  const preparation = { ...basis, profile, agreed, proxy, quiet, links, flagsWithSecrets };
  return send({ input, target, preparation, plan });
}

/** Value → name of the environment variable that holds it. */
function secretVariables(secrets: readonly string[]): ReadonlyMap<string, string> {
  const named = Object.entries(process.env).flatMap(([name, value]) =>
    value !== undefined && secrets.includes(value) ? [[value, name] as const] : [],
  );
  return new Map(named);
}

async function send({
  input,
  target,
  preparation,
  plan,
}: {
  readonly input: RunCommandInput;
  readonly target: Target;
  readonly preparation: Preparation;
  readonly plan: Awaited<ReturnType<typeof preparePlan>>;
}): Promise<number> {
  const { createProgress } = await import('../view/progress.ts');
  const progress = await createProgress(input.stderr);
  const signals = watchSignals(() => progress.interrupt());
  let live: Output | null = null;
  const emit = (event: RunEvent): void => {
    progress.on(event);
    const line = live?.formatter.live?.(event) ?? null;
    if (line !== null) process.stdout.write(line);
  };
  const prepared = await prepareRun(preparation, plan, { emit, stop: signals.stop });
  // What a trace says may change a result: where traces are read, lines are written once that is known.
  if (prepared.ports.traces === null) live = target.outputs.find(isLive) ?? null;
  try {
    const { source, failure } = await run(prepared.settings, prepared.ports).finally(progress.end);
    await report({ input, outputs: target.outputs.filter((output) => output !== live), source });
    await prune(preparation);
    if (failure !== null) throw failure;
    return source.head.exitCode;
  } finally {
    prepared.close();
    signals.unwatch();
  }
}

function isLive({ file, formatter }: Output): boolean {
  return file === null && formatter.live !== undefined;
}

async function report({
  input,
  outputs,
  source,
}: {
  readonly input: RunCommandInput;
  readonly outputs: readonly Output[];
  readonly source: ReportSource;
}): Promise<void> {
  // Stdout first: a file that cannot be written must not cost the reader the report.
  for (const { formatter, file } of outputs)
    if (file === null) await input.print(formatter.render(source, input.stdout));
  for (const { formatter, file } of outputs)
    if (file !== null) await writeReport({ formatter, file, source });
}

async function prune({ dataDir, settings }: Preparation): Promise<void> {
  const { pruneRuns } = await import('../report/history.ts');
  await pruneRuns(dataDir, settings.keep).catch((thrown: unknown) => {
    process.stderr.write(errorText(describeError(thrown)));
  });
}
