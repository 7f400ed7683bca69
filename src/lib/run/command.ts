/** What `prod-e2e run` does, from a valid configuration to an exit code. */
import { setFlagsFromString } from 'node:v8';
import { exitAfter, writeGithubFiles, writeReports } from '../cli/ending.ts';
import { describeError, errorText } from '../cli/error-output.ts';
import { orStopped, watchSignals } from '../cli/signals.ts';
import { writeStderr } from '../cli/stderr-text.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import type { Settings } from '../config/settings/settings.ts';
import { EXIT } from '../errors.ts';
import type { RunEvent } from '../model/event.ts';
import { loadFormatter } from '../report/formatters/table.ts';
import { type Output, prepareOutputs } from '../report/output/outputs.ts';
import { confirm } from '../safety/confirm.ts';
import { inSandbox, skippedLine } from '../sandbox/settings.ts';
import { exposureMessage } from '../secrets/flags.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { type OpenRun, openRun, type PreparedRun } from './open-run.ts';

export interface RunCommandInput {
  readonly config: ResolvedConfig;
  readonly dryRun: boolean;
  /** Write the unabridged pretty report. */
  readonly full: boolean;
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

/** From a signal to the end of the process. Long enough to write the report of a large run. */
const STOP_LIMIT_MS = 30_000;

/** @returns the exit code */
export async function runCommand(input: RunCommandInput): Promise<number> {
  const asked = await prepareOutputs(input.config.settings.reporters);
  const outputs = input.json ? await jsonInstead(asked) : asked;
  const signals = watchSignals(STOP_LIMIT_MS);
  try {
    const { config } = input;
    const common = { outputs, stop: signals.stop };
    if (!input.sandbox) return await runAgainst(input, { ...config, ...common });
    return await inSandbox(input, async ({ settings, secrets }) => {
      const skipped = skippedLine(config);
      if (skipped !== null) writeStderr(`${skipped}\n`);
      return runAgainst(input, { settings, secrets, ...common });
    });
  } finally {
    signals.unwatch();
  }
}

/** `--json` replaces the reporter on stdout; reports in files stay. */
async function jsonInstead(asked: readonly Output[]): Promise<readonly Output[]> {
  return [
    ...asked.filter(({ file }) => file !== null),
    { formatter: await loadFormatter('json'), file: null },
  ];
}

interface Target {
  readonly settings: Settings;
  readonly outputs: readonly Output[];
  readonly secrets: readonly string[];
  /** Aborted when the run is to stop; the reason is the signal's name. */
  readonly stop: AbortSignal;
}

async function runAgainst(input: RunCommandInput, target: Target): Promise<number> {
  const { settings, secrets, stop } = target;
  const { config, sandbox } = input;
  const opened = await orStopped(
    openRun({
      ...{ settings, secrets, config, sandbox, stop, dataDir: input.dataDir, saved: true },
      confirmed: input.yes,
      shardEnv: process.env,
    }),
    stop,
  );
  if (!input.dryRun) return send(input, { ...target, opened });
  const { flagsWithSecrets } = config;
  if (flagsWithSecrets.length > 0) writeStderr(`Warning: ${exposureMessage(flagsWithSecrets)}.\n`);
  await input.print(await opened.dryRun({ json: input.json }));
  return EXIT.ok;
}

async function send(
  input: RunCommandInput,
  { settings, outputs, stop, opened }: Target & { readonly opened: OpenRun },
): Promise<number> {
  const confirmed = await opened.confirm((questions) => confirm({ questions, terminal: input.stderr, stop }));
  const { createProgress } = await import('../view/progress.ts');
  const progress = await createProgress(input.stderr, input.stdout.interactive && outputs.some(isLive));
  const stopping = () => progress.interrupt();
  stop.addEventListener('abort', stopping, { once: true });
  let live: Output | null = null;
  const emit = (event: RunEvent): void => {
    progress.on(event);
    const line = live?.formatter.live?.(event) ?? null;
    if (line !== null) process.stdout.write(line);
  };
  const prepared = await orStopped(confirmed.prepare(emit), stop);
  try {
    // Traces and probes may change a result, so lines are written as results arrive only without them.
    if (!prepared.resultsMayChange) live = outputs.find(isLive) ?? null;
    limitHeapGrowth(opened.plan.planned);
    const { source, failure } = await prepared.start().finally(progress.end);
    // The run is saved: a signal from here on does not change its report.
    stop.removeEventListener('abort', stopping);
    const unwritten = await writeReports({
      ...{ outputs: outputs.filter((output) => output !== live), source, stop },
      print: input.print,
      screen: { ...input.stdout, full: input.full },
    });
    const unadded = await writeGithubFiles(settings.reporters, source);
    await prune(prepared);
    return exitAfter({ head: source.head, failure, unwritten: [...unwritten, ...unadded] });
  } finally {
    await prepared.close();
  }
}

function isLive({ file, formatter }: Output): boolean {
  return file === null && formatter.live !== undefined;
}

async function prune(prepared: PreparedRun): Promise<void> {
  try {
    const pruned = await prepared.prune();
    if (pruned !== null) writeStderr(`Warning: ${pruned}.\n`);
  } catch (thrown) {
    process.stderr.write(errorText(describeError(thrown)));
  }
}

/** In webhooks: a shorter run ends before the heap grows. */
const LONG_RUN = 1_000;
/** As a share of the heap that was in use after the last collection. */
const GROWTH_PERCENT = 100;

/**
 * A long run holds some 20 MB and makes garbage fast: V8 lets the heap grow to four times what is in use before it
 * collects. Twice is enough here: it saves a third of the memory at its peak and costs about 2% of the time.
 * Called once everything is loaded, since code that is compiled under other flags is not found in Node's cache.
 */
function limitHeapGrowth(planned: number): void {
  if (planned > LONG_RUN) setFlagsFromString(`--heap-growing-percent=${GROWTH_PERCENT}`);
}
