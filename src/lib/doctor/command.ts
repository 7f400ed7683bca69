/** Implements `prod-e2e doctor`: sandbox, signals, lines as they arrive, an exit code. */
import { redactKnown } from '../cli/known-secrets.ts';
import { orStopped, stoppedExit, watchSignals } from '../cli/signals.ts';
import type { ResolvedConfig } from '../config/resolve.ts';
import { EXIT, orError, ProdE2eError } from '../errors.ts';
import { inSandbox, type SandboxedConfig } from '../sandbox/settings.ts';
import { createRedactor, ofSentences, type Redact, redactDeep } from '../secrets/redact.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { terminalJson, terminalText } from '../terminal/text.ts';
import { createLiveWait, ERASE_LINE } from '../view/live-wait.ts';
import { callEvery, createWaitLines } from '../view/wait-lines.ts';
import { type Check, ignored, unusable } from './check.ts';
import { examine } from './doctor.ts';
import { checkLines, conclusion } from './doctor-text.ts';
import { prepareDoctor } from './prepare.ts';

export interface DoctorCommandInput {
  /** @throws ProdE2eError for an invalid configuration, which is reported first */
  readonly loadConfig: (warn: (warning: string) => void) => Promise<ResolvedConfig>;
  readonly dataDir: (configured: string | null) => string;
  readonly send: boolean;
  readonly yes: boolean;
  readonly sandbox: boolean;
  readonly faults: readonly string[];
  readonly json: boolean;
  /** Folder of the installed package. */
  readonly root: string;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly print: (pieces: Iterable<string>) => Promise<void>;
  /** Writes to stderr, for progress. */
  readonly write: (text: string) => void;
}

const CLOCK = { monotonicMs: () => performance.now(), every: callEvery };

/** @returns the exit code: 0 when nothing failed, 1 when something did */
export async function doctorCommand(input: DoctorCommandInput): Promise<number> {
  const checks: Check[] = [];
  const live = input.stderr.interactive
    ? createLiveWait({ ...CLOCK, write: input.write, screen: input.stderr })
    : null;
  let printed = Promise.resolve();
  const emit = (found: Check): void => {
    // An invalid config has no redactor.
    const check = redactDeep(found, ofSentences(redactKnown));
    checks.push(check);
    const lines = checkLines(check, input.stdout).join('\n');
    // In the same write: progress may be drawn between two writes.
    const erase = live !== null && input.stdout.interactive ? ERASE_LINE : '';
    if (!input.json) printed = printed.then(() => input.print([`${erase}${lines}\n`]));
  };
  // Before signals are watched: code in the config file may never finish.
  const config = await orError(() => input.loadConfig((warning) => emit(ignored(warning))));
  const signals = watchSignals();
  try {
    if (config instanceof ProdE2eError) emit(unusable('config', config));
    else {
      const common = { config, emit, live, stop: signals.stop };
      if (input.sandbox)
        await inSandbox({ ...input, config }, (sandboxed) => examineWith(input, { ...common, ...sandboxed }));
      else await examineWith(input, { ...config, ...common });
    }
  } finally {
    signals.unwatch();
  }
  await printed;
  const interrupted = signals.stop.aborted;
  const failed = checks.some(({ state }) => state === 'fail');
  await input.print([
    input.json
      ? `${terminalJson({ checks, ok: !failed && !interrupted }, 2)}\n`
      : `\n${conclusion(checks, { interrupted })}\n`,
  ]);
  if (interrupted) return stoppedExit(signals.stop.reason);
  return failed ? EXIT.failed : EXIT.ok;
}

interface Examination extends SandboxedConfig {
  readonly config: ResolvedConfig;
  readonly emit: (check: Check) => void;
  /** Null if progress is not redrawn in place. */
  readonly live: ReturnType<typeof createLiveWait> | null;
  readonly stop: AbortSignal;
}

async function examineWith(
  input: DoctorCommandInput,
  { config, settings, secrets, emit, live, stop }: Examination,
): Promise<void> {
  const redact: Redact = createRedactor(secrets);
  const waits =
    live ??
    createWaitLines({
      ...CLOCK,
      write: (line) => input.write(`${terminalText(line)}\n`),
      announced: true,
    });
  const { ports, close } = await orStopped(
    prepareDoctor({
      settings,
      config,
      send: input.send,
      confirmed: input.yes,
      dataDir: input.dataDir(settings.dataDir),
      secrets,
      emit: (check) => emit(redactDeep(check, ofSentences(redact))),
      onProgress: (waiting) => {
        if (waiting === null) waits.end();
        else waits.note({ for: 'traces', ...waiting, progress: redact(waiting.progress, 'sentence') });
      },
      stop,
    }),
    stop,
  );
  try {
    await examine(ports);
  } finally {
    close();
  }
}
