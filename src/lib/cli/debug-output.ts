/** `DEBUG=…` makes oclif print the command line, among other things. Loaded only where it is set. */
import { format } from 'node:util';
import createDebug from 'debug';
import { redactKnown } from './known-secrets.ts';

/** Masks secrets in it from now on. */
export function redactDebugOutput(): void {
  createDebug.log = (...said: readonly unknown[]) => {
    process.stderr.write(redactKnown(`${format(...said)}\n`));
  };
}
