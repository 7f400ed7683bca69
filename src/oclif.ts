/** oclif, which finds and runs the command. A module of its own, so that what does without it need not load it. */
import { run } from '@oclif/core';

/** @param root folder of the package, with package.json and manifest */
export function runOclif(args: string[], root: string): Promise<unknown> {
  return run(args, root);
}
