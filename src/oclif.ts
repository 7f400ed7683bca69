/** oclif, which finds and runs the command. A module of its own, so that what does without it need not load it. */
export { run } from '@oclif/core';
