/** What `prod-e2e run` does, from a valid configuration to an exit code. */
import path from 'node:path';
import { describeError, errorText } from '../cli/error-output.ts';
import { orStopped, watchSignals } from '../cli/signals.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import type { Settings } from '../config/settings/settings.ts';
import { EXIT } from '../errors.ts';
import type { RunEvent } from '../model/event.ts';
import { shardFor } from '../plan/prepare-shard.ts';
import { loadFormatter } from '../report/formatters/table.ts';
import { type Output, prepareOutputs } from '../report/output/outputs.ts';
import { checkSafety } from '../safety/check.ts';
import { confirm } from '../safety/confirm.ts';
import { reachDirectly, sandboxSecrets, sandboxSettings, skippedLine } from '../sandbox/settings.ts';
import { exposureMessage } from '../secrets/flags.ts';
import { createRedactor } from '../secrets/redact.ts';
import { secretVariables } from '../secrets/variables.ts';
import { proxyHost } from '../send/agents.ts';
import { usableDsn } from '../send/dsn.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { furtherContacts } from '../verify/prepare-probes.ts';
import { VERSION } from '../version.ts';
import { exitAfter, writeGithubFiles, writeReports } from './ending.ts';
import { limitHeapGrowth } from './heap.ts';
import { type Preparation, prepareRun } from './open-run.ts';
import { preparePlan, targetOf } from './prepare-plan.ts';
import { run } from './run.ts';

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

/** From a signal to the end of the process: reports of large runs take their time, and are still written. */
const STOP_LIMIT_MS = 30_000;

/** @returns the exit code */
export async function runCommand(input: RunCommandInput): Promise<number> {
  const asked = await prepareOutputs(input.config.settings.reporters);
  const outputs = input.json ? await jsonInstead(asked) : asked;
  const signals = watchSignals(STOP_LIMIT_MS);
  try {
    return input.sandbox
      ? await runInSandbox(input, { outputs, stop: signals.stop })
      : await runAgainst(input, {
          settings: input.config.settings,
          outputs,
          extraSecrets: [],
          stop: signals.stop,
        });
  } finally {
    signals.unwatch();
  }
}

async function runInSandbox(
  input: RunCommandInput,
  { outputs, stop }: Pick<Target, 'outputs' | 'stop'>,
): Promise<number> {
  const { startSandbox } = await import('../sandbox/sandbox.ts');
  const { parseFault } = await import('../../sandbox/faults/faults.ts');
  const faults = input.faults.map(parseFault);
  const sandbox = await startSandbox({ entryFolder: path.join(input.root, 'dist', 'sandbox'), faults });
  try {
    reachDirectly(sandbox.info);
    const leftOut = skippedLine(input.config);
    if (leftOut !== null) process.stderr.write(`${leftOut}\n`);
    return await runAgainst(input, {
      settings: sandboxSettings(input.config, sandbox.info),
      outputs,
      extraSecrets: sandboxSecrets(sandbox.info),
      stop,
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
  /** Aborted when the run is to stop; the reason is the signal's name. */
  readonly stop: AbortSignal;
}

async function runAgainst(input: RunCommandInput, target: Target): Promise<number> {
  const { settings } = target;
  const url = targetOf(settings);
  usableDsn(settings.sentry.dsn);
  const secrets = [...input.config.secrets, ...target.extraSecrets];
  const redact = createRedactor(secrets);
  const { flagsWithSecrets } = input.config;
  const { stop } = target;
  const variables = secretVariables(secrets, process.env);
  const shard = shardFor(settings, process.env);
  const basis = { settings, url, version: VERSION, dataDir: input.dataDir, redact, stop, shard };
  const plan = await orStopped(preparePlan(basis), stop);
  if (input.dryRun) {
    if (flagsWithSecrets.length > 0) process.stderr.write(`Warning: ${exposureMessage(flagsWithSecrets)}.\n`);
    const { dryRun } = await import('../view/dry-run.ts');
    await input.print(
      dryRun({
        ...{ plan, json: input.json, redact, redactPaths: settings.redact },
        variables,
        contacts: furtherContacts(settings, { url, used: plan.used }),
        now: () => new Date(),
      }),
    );
    return EXIT.ok;
  }
  const proxy = proxyHost(url);
  const agreed = input.yes;
  const quiet = await checkSafety({
    settings,
    count: plan.sends,
    to: { url, proxy },
    agreed,
    ask: (questions) => confirm({ questions, terminal: input.stderr, stop }),
    nowMs: Date.now(),
  });
  const { profile, scenariosAt } = input.config;
  const roots = { cwd: process.cwd(), workspace: process.env.GITHUB_WORKSPACE };
  const links = !input.sandbox;
  const { sandbox } = input;
  const stays = settings.keep > 0;
  const savesCleanup = !sandbox;
  const preparation = {
    ...basis,
    ...{ profile, agreed, proxy, quiet, links, sandbox, stays, savesCleanup, flagsWithSecrets, variables },
    ...{ scenariosAt, roots },
  };
  return send({ input, target, preparation, plan });
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
  const stopping = () => progress.interrupt();
  target.stop.addEventListener('abort', stopping, { once: true });
  let live: Output | null = null;
  const emit = (event: RunEvent): void => {
    progress.on(event);
    const line = live?.formatter.live?.(event) ?? null;
    if (line !== null) process.stdout.write(line);
  };
  const { stop } = target;
  const prepared = await orStopped(prepareRun(preparation, plan, { emit, stop }), stop);
  // What a trace or a probe says may change a result: where they are looked at, lines are written once that is known.
  if (prepared.ports.traces === null && prepared.ports.probes === null)
    live = target.outputs.find(isLive) ?? null;
  limitHeapGrowth(plan.total);
  try {
    const { source, failure } = await run(prepared.settings, prepared.ports).finally(progress.end);
    // A signal from here on changes nothing: the run is over and kept, and its report is on the way.
    target.stop.removeEventListener('abort', stopping);
    const outputs = target.outputs.filter((output) => output !== live);
    const unwritten = await writeReports({
      ...{ outputs, source, stop },
      print: input.print,
      screen: input.stdout,
    });
    const unadded = await writeGithubFiles(target.settings.reporters, source);
    await prune(preparation, plan.runId);
    return exitAfter({ head: source.head, failure, unwritten: [...unwritten, ...unadded] });
  } finally {
    await prepared.close();
  }
}

function isLive({ file, formatter }: Output): boolean {
  return file === null && formatter.live !== undefined;
}

async function prune({ dataDir, settings }: Preparation, own: string): Promise<void> {
  const { droppedText, pruneRuns } = await import('../report/store/prune.ts');
  try {
    const dropped = droppedText(await pruneRuns(dataDir, { keep: settings.keep, own }));
    if (dropped !== null) process.stderr.write(`Warning: ${dropped}.\n`);
  } catch (thrown) {
    process.stderr.write(errorText(describeError(thrown)));
  }
}
