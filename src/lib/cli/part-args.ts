/** The arguments that name a saved run, or a test in it, for every command that shows one. */
import { Args } from '@oclif/core';

export const partArgs = {
  run: Args.string({
    description:
      'Run id or its first characters, path of a run, or latest; on its own also a test number or test id of the latest run. [default latest]',
  }),
  test: Args.string({ description: 'Number of a test of that run.' }),
};
