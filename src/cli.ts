/** The whole program: oclif finds and runs the command; this decides how it ends. */
import { run } from '@oclif/core';
import { describeError, errorJson, errorText, isIntendedExit } from './lib/error-output.ts';

export async function main(entry: string): Promise<void> {
  // `prod-e2e report list | head` is no failure: whoever reads has seen enough.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    await run(process.argv.slice(2), entry);
  } catch (thrown) {
    leave(thrown);
  }
  // Kept connections and slow uploads must not hold the process: everything that matters has been awaited.
  await Promise.all([written(process.stdout), written(process.stderr)]);
  process.exit();
}

/** Errors from outside a command, such as an unknown command. */
function leave(thrown: unknown): void {
  const error = describeError(thrown);
  process.exitCode = error.exit;
  if (isIntendedExit(thrown)) return;
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(errorJson(error), null, 2)}\n`);
  else process.stderr.write(errorText(error));
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}
