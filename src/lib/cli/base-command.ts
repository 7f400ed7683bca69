/** Shared by all commands: configuration, streams, and how errors end a command. */
import { homedir } from 'node:os';
import path from 'node:path';
import { Command, Flags } from '@oclif/core';
import ci from 'ci-info';
import type { LateCheck, ResolvedConfig } from '../config/resolve.ts';
import type { RunChecks } from '../preflight/found.ts';
import type { SandboxUse } from '../sandbox/check-faults.ts';
import { type Terminal, terminalOf } from '../terminal/capabilities.ts';
import { terminalJson, terminalLines } from '../terminal/text.ts';
import { describeError, errorJson, errorText, isIntendedExit } from './error-output.ts';
import { type ExitCodes, USUAL_EXIT_CODES } from './exit-codes.ts';
import { rememberSecrets } from './known-secrets.ts';
import { streamFailure } from './standard-streams.ts';

/**
 * Output flags of every command, including those without a configuration. `color` is applied by terminal/color-choice. Not a
 * static member of the class: those are repeated in the manifest of each command.
 */
export const OUTPUT_FLAGS = {
  json: Flags.boolean({ summary: 'Print the result as one JSON document on stdout.', helpGroup: 'GLOBAL' }),
  color: Flags.boolean({
    summary: 'Force color on or off, overriding NO_COLOR, FORCE_COLOR and TERM.',
    allowNo: true,
    helpGroup: 'GLOBAL',
  }),
};

export abstract class BaseCommand extends Command {
  static override enableJsonFlag = true;

  /** The meaning of each exit code, for the help. */
  static exitCodes: ExitCodes = USUAL_EXIT_CODES;

  static override baseFlags = {
    ...OUTPUT_FLAGS,
    config: Flags.string({
      helpValue: 'FILE',
      summary: 'Use this config file instead of searching for one.',
      env: 'PROD_E2E_CONFIG',
      helpGroup: 'GLOBAL',
    }),
    profile: Flags.string({
      helpValue: 'NAME',
      summary: 'Apply this profile from the config file.',
      env: 'PROD_E2E_PROFILE',
      helpGroup: 'GLOBAL',
    }),
  };

  /** An argument that is not given is not read from stdin: in a loop of a shell, the next lines are there. */
  override async init(): Promise<void> {
    await super.init();
    for (const arg of Object.values(this.ctor.args)) arg.ignoreStdin = true;
  }

  /**
   * Runs all checks that a run does before it sends anything, so that a command reports the same problems.
   * @param checked.faults `--fault`, for the sandbox
   * @param checked.replay see RunChecks
   * @param checked.tolerates codes of errors that do not end the command on their own
   * @param checked.use the command that sends to the sandbox
   */
  protected async loadCheckedConfig(
    flags: Readonly<Record<string, unknown>>,
    {
      sandbox = false,
      faults = [],
      replay = 'read',
      tolerates = [],
      use = 'run',
      warn,
    }: {
      readonly sandbox?: boolean;
      readonly faults?: readonly string[];
      readonly replay?: RunChecks['replay'];
      readonly tolerates?: readonly string[];
      readonly use?: SandboxUse;
      readonly warn?: (warning: string) => void;
    } = {},
  ): Promise<ResolvedConfig> {
    const { lateProblems } = await import('../preflight/late-problems.ts');
    const further = faults.length === 0 ? {} : { further: await this.faultCheck(faults, use) };
    const late = lateProblems({
      ...{ env: process.env, sandbox, replay, ...further },
      dataDir: (configured) => this.dataDir(configured),
    });
    // Error output must not quote them.
    const check: LateCheck = (checked) => {
      rememberSecrets(checked.secrets);
      return late(checked);
    };
    return this.loadConfig(flags, { check, tolerates, ...(warn === undefined ? {} : { warn }) });
  }

  /** For `loadConfig`: checks `--fault`. */
  protected async faultCheck(faults: readonly string[], use: SandboxUse) {
    const { faultProblems } = await import('../sandbox/check-faults.ts');
    return faultProblems(faults, use);
  }

  /** @param flags as parsed; the shared flags are taken out, the rest is the flag layer */
  protected async loadConfig(
    flags: Readonly<Record<string, unknown>>,
    {
      check,
      tolerates = [],
      warn = (warning) => this.logToStderr(`Warning: ${warning}${warning.endsWith('?') ? '' : '.'}`),
    }: {
      readonly check?: LateCheck;
      readonly tolerates?: readonly string[];
      readonly warn?: (warning: string) => void;
    } = {},
  ): Promise<ResolvedConfig> {
    const { resolveConfig } = await import('../config/resolve.ts');
    const { config, profile, json, color, ...given } = flags;
    const warnings: string[] = [];
    return resolveConfig({
      flags: given,
      env: process.env,
      cwd: process.cwd(),
      home: homedir(),
      userConfigDir: this.config.configDir,
      configFile: typeof config === 'string' ? config : null,
      ownProcess: true,
      profile: typeof profile === 'string' ? profile : null,
      tolerates,
      ...(check === undefined ? {} : { check }),
      onWarning: (warning) => warnings.push(warning),
    })
      .then((resolved) => {
        rememberSecrets(resolved.secrets);
        return resolved;
      })
      .finally(() => {
        // Also those of a configuration with errors.
        for (const warning of warnings) warn(warning);
      });
  }

  /** Where runs are saved. */
  protected dataDir(configured: string | null): string {
    return configured === null ? this.config.dataDir : path.resolve(configured);
  }

  protected terminal(stream: NodeJS.WriteStream = process.stdout): Terminal {
    const { isTTY, columns } = stream;
    return terminalOf({
      isTTY: isTTY === true,
      columns,
      env: process.env,
      ci: ci.isCI,
      platform: process.platform,
    });
  }

  /** Width of a list with one line per row. Lines are cut for a terminal, not for a pipe. */
  protected listWidth(): number {
    return process.stdout.isTTY ? this.terminal().columns : Number.POSITIVE_INFINITY;
  }

  /** Writes pieces to stdout no faster than it accepts them. */
  protected async print(pieces: AsyncIterable<string> | Iterable<string>): Promise<void> {
    for await (const piece of pieces) {
      if (streamFailure(process.stdout) !== null) return;
      if (process.stdout.write(piece)) continue;
      await new Promise<void>((resolve) => {
        const done = () => {
          process.stdout.off('drain', done).off('close', done).off('error', done);
          resolve();
        };
        process.stdout.on('drain', done).on('close', done).on('error', done);
      });
    }
  }

  protected override async catch(thrown: Error): Promise<void> {
    if (isIntendedExit(thrown)) throw thrown;
    const error = describeError(thrown, Object.keys({ ...this.ctor.flags, ...this.ctor.baseFlags }));
    process.exitCode = error.exit;
    if (this.jsonEnabled()) process.stdout.write(`${terminalJson(errorJson(error), 2)}\n`);
    else process.stderr.write(errorText(error));
  }

  /** Replaces control characters, whatever the text contains. */
  override log(text = ''): void {
    super.log(terminalLines(text));
  }

  override logToStderr(text = ''): void {
    super.logToStderr(terminalLines(text));
  }

  /** oclif colors JSON on a terminal and adds its own fields; this prints the plain document. */
  protected override logJson(value: unknown): void {
    process.stdout.write(`${terminalJson(value, 2)}\n`);
  }
}
