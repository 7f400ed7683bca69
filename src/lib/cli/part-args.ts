/** The arguments that name a saved run, or a test in it, for every command that shows one. */
import { Args } from '@oclif/core';

export const partArgs = {
  run: Args.string({
    description:
      'Run id, the beginning of one, the path of a run, or latest; alone also a test of the latest run (its number or trace id) or a test id. [default latest]',
  }),
  test: Args.string({ description: 'A test of that run: its number, test id or trace id.' }),
};
