/** The whole program: oclif finds and runs the command; this file decides how it ends. */
import { writeSync } from 'node:fs';
import { asksForHelp, mayHoldSecrets, withoutSecrets } from './lib/cli/command-line.ts';
import { checkEnvironment, type FolderKind } from './lib/cli/environment.ts';
import { describeError, errorJson, errorText, isIntendedExit } from './lib/cli/error-output.ts';
import { keepFilesPrivate } from './lib/cli/private-files.ts';
import { lostOutput, watchStandardStreams } from './lib/cli/standard-streams.ts';
import { EXIT } from './lib/errors.ts';
import { settleColor } from './lib/terminal/color-choice.ts';
import { terminalJson } from './lib/terminal/text.ts';
import { VERSION } from './lib/version.ts';

/** @param root folder of the package; oclif finds its package.json and manifest there */
export async function main(root: string): Promise<void> {
  expectToFinish();
  settleColor(process.env, process.argv.slice(2));
  keepFilesPrivate();
  hideSecretArguments();
  watchStandardStreams();
  // Node would print the error unmasked.
  process.on('uncaughtException', (thrown) => {
    leave(thrown);
    process.exit();
  });
  if ((process.env.DEBUG ?? '') !== '') (await import('./lib/cli/debug-output.ts')).redactDebugOutput();
  try {
    if (isVersionAsked(process.argv.slice(2))) printVersion();
    else {
      checkEnvironment(foldersOf(process.argv.slice(2)));
      await runCommand(root);
    }
  } catch (thrown) {
    leave(thrown);
  }
  // Open connections and slow uploads must not keep the process alive: everything important has been awaited.
  await written(process.stdout);
  reportLostOutput();
  await written(process.stderr);
  finished = true;
  if (process.exitCode === EXIT.interrupted || process.exitCode === EXIT.terminated)
    await (await import('./lib/cli/signals.ts')).endStuckThreads(process.exitCode);
  process.exit();
}

let finished = false;

/** Code in a config file may end the process, or leave it nothing to wait for: Node would then exit with 0. */
function expectToFinish(): void {
  process.on('exit', (code) => {
    if (finished || code !== 0) return;
    process.exitCode = EXIT.usage;
    writeSync(
      2,
      'Error: prod-e2e was ended before it had finished; code in the config file can cause this.\n',
    );
  });
}

/** Help needs no folder; the cache holds only completion scripts. */
function foldersOf(args: readonly string[]): readonly FolderKind[] {
  if (args.length === 0 || asksForHelp(args)) return [];
  return args[0]?.startsWith('autocomplete') ? ['CACHE', 'DATA', 'CONFIG'] : ['DATA', 'CONFIG'];
}

async function runCommand(root: string): Promise<void> {
  const { runOclif } = await import('./oclif.ts');
  await runOclif(process.argv.slice(2), root);
}

function isVersionAsked(args: readonly string[]): boolean {
  return args.length === 1 && args[0] === '--version';
}

/** Prints exactly what oclif would; loading it takes longer than everything else. */
function printVersion(): void {
  process.stdout.write(`prod-e2e/${VERSION} ${process.platform}-${process.arch} node-${process.version}\n`);
}

/** In the process list, the title replaces the command line. (On Windows it would be the window's title.) */
function hideSecretArguments(): void {
  const args = process.argv.slice(2);
  if (process.platform !== 'win32' && mayHoldSecrets(args))
    process.title = `prod-e2e ${withoutSecrets(args)}`;
}

/** Errors from outside a command, such as an unknown command. */
function leave(thrown: unknown): void {
  const error = describeError(thrown);
  process.exitCode = error.exit;
  if (isIntendedExit(thrown)) return;
  if (process.argv.includes('--json')) process.stdout.write(`${terminalJson(errorJson(error), 2)}\n`);
  else process.stderr.write(errorText(error));
}

/** A command whose output was lost has failed. */
function reportLostOutput(): void {
  const failure = lostOutput(process.stdout);
  if (failure === null) return;
  process.exitCode ||= EXIT.usage;
  process.stderr.write(`Error: stdout cannot be written (${failure.message}).\n`);
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
