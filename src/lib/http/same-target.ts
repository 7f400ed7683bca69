/** Which runs have the same target, and which of them can be compared. */
import type { RunFacts } from '../model/report.ts';

export type Target = Pick<RunFacts, 'target' | 'sandbox'>;

type Kind = Target &
  Pick<RunFacts, 'profile' | 'environment'> & {
    readonly shard: { readonly index: number; readonly total: number; readonly planned?: number } | null;
  };

/**
 * Two ports of this machine are two targets. Only the sandbox that a run starts for itself is always the same one,
 * whatever port it gets.
 */
export function targetKey({ target, sandbox }: Target): string {
  return sandbox === true ? `sandbox ${target.replace(/^(https?:\/\/[^/]+?):\d+(?=\/|$)/, '$1')}` : target;
}

export function isSameTarget(one: Target, other: Target): boolean {
  return targetKey(one) === targetKey(other);
}

/** The same for runs of the same target, profile, environment and shard. */
export function kindKey(run: Kind): string {
  const { profile, environment, shard } = run;
  return JSON.stringify([targetKey(run), profile, environment, shard?.index ?? null, shard?.total ?? null]);
}
