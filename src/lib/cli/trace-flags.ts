/** The arguments and flags that name a trace, for every command that takes one. */
import { Args, Flags } from '@oclif/core';

export const traceArgs = {
  id: Args.string({
    description:
      'Trace id (also as a sentry-trace or traceparent header, or a Sentry URL), test id, or result number of the latest run.',
  }),
};

export const pickFlags = {
  failed: Flags.boolean({ summary: 'Use the first broken test of the latest run.', exclusive: ['slowest'] }),
  slowest: Flags.boolean({ summary: 'Use the slowest test of the latest run.' }),
};

export function pickOf(flags: {
  readonly failed: boolean;
  readonly slowest: boolean;
}): 'failed' | 'slowest' | null {
  if (flags.failed) return 'failed';
  return flags.slowest ? 'slowest' : null;
}
