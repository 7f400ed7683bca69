/** What the checks of a run are given, and how what they throw becomes faults. */
import { type Fault, faultOf } from '../config/problems/problems.ts';
import type { Checked } from '../config/resolve.ts';
import { ProdE2eError } from '../errors.ts';

export interface RunChecks {
  /** Where runs are kept, by what the configuration says. */
  readonly dataDir: (configured: string | null) => string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The target and Sentry are those of the sandbox: what the configuration says of its own is not used. */
  readonly sandbox: boolean;
  /**
   * Whether a file that is replayed is read, to the end. `run` reads it later in any case: it is read here only where something
   * else is wrong, so that both are told at once.
   */
  readonly replay: 'read' | 'read-if-faulty';
  /** What else is wrong with flags that are not of the configuration: `--fault`. */
  readonly further?: (checked: Checked) => Promise<readonly Fault[]>;
}

/** Of the plan that is made to see whether one can be made. */
export const CHECK_RUN_ID = '20000101-000000-check';

/** Whether one of these keys was taken out, in part or as a whole. */
export function isBroken({ broken }: Pick<Checked, 'broken'>, keys: readonly string[]): boolean {
  return broken.some(([key]) => key === undefined || keys.includes(String(key)));
}

/** What a check throws, as faults. */
export function faultsFrom(fault: (error: ProdE2eError) => Fault, work: () => void): readonly Fault[] {
  try {
    work();
    return [];
  } catch (thrown) {
    if (thrown instanceof ProdE2eError) return [fault(thrown)];
    throw thrown;
  }
}

/** The same for work that takes its time. */
export async function faultsFromAsync(
  fault: (error: ProdE2eError) => Fault,
  work: () => Promise<unknown>,
): Promise<readonly Fault[]> {
  try {
    await work();
    return [];
  } catch (thrown) {
    if (thrown instanceof ProdE2eError) return [fault(thrown)];
    throw thrown;
  }
}

/** The fault of something that stands in no configuration. */
export function plainFault(subject: string): (error: ProdE2eError) => Fault {
  return (error) => faultOf(subject, error);
}
