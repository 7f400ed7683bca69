/** The flag `--fault` and its kinds, for every command that has a sandbox. */
import { Flags } from '@oclif/core';

/** A test compares the kinds with those that the sandbox supports. */
export const FAULT_HELP = `A fault is SCENARIO=KIND, or *=KIND for all scenarios. Kinds, with an example of each argument:

Response: status:500, timeout, reset, slow:2s, malformed, empty, missing:variant, redirect, rate-limit.

Trace: release:1.4.3, span-missing:ab-routing, span-error:fetch-gex-data, span-slow:data-enrichment:2s, detached, detached:twice, \
no-sdk, sampled-out, trace-late:10s, sentry-status:429.

Data: unsaved. Deployment: release:1.4.3.`;

export function faultFlag({
  kindsIn,
  ...options
}: {
  /** The command whose help lists the kinds; null for this one. */
  readonly kindsIn: string | null;
  readonly helpGroup?: string;
  readonly dependsOn?: string[];
}) {
  const kinds = kindsIn === null ? 'kinds: below' : `kinds: prod-e2e ${kindsIn} --help`;
  return Flags.string({
    summary: `Inject a fault into the sandbox, such as 'CHOP=status:500'; repeatable (${kinds}).`,
    helpValue: 'SCENARIO=KIND[:ARG]',
    multiple: true,
    multipleNonGreedy: true,
    ...options,
  });
}
