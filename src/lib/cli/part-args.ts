/** The arguments that name a saved run, or a test in it, for every command that shows one. */
import { Args } from '@oclif/core';

export const partArgs = {
  run: Args.string({
    description:
      'Run id or a unique prefix of it, path of a run, or latest. Alone also a test: its number in the latest run, test id or trace id. [default: latest]',
  }),
  test: Args.string({ description: 'A test of that run: its number, test id or trace id.' }),
};
