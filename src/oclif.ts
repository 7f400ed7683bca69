/** oclif, which finds and runs the command. A module of its own, so that what does without it need not load it. */
import { run } from '@oclif/core';

/** @param entry URL of the file the program was started with; oclif finds package.json and manifest from there */
export function runOclif(args: string[], entry: string): Promise<unknown> {
  return run(args, entry);
}
