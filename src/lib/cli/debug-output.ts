/** `DEBUG=…` makes oclif print the command line, among other things. Loaded only if it is set. */
import { format } from 'node:util';
import createDebug from 'debug';
import { redactKnown } from './known-secrets.ts';

/** From now on, masks secrets in the debug output. */
export function redactDebugOutput(): void {
  createDebug.log = (...values: readonly unknown[]) => {
    process.stderr.write(redactKnown(`${format(...values)}\n`));
  };
}
