/** The input of the checks of a run, and how their errors become config problems. */
import { type ConfigProblem, problemOf } from '../config/problems/problems.ts';
import type { Checked } from '../config/resolve.ts';
import { ProdE2eError } from '../errors.ts';

export interface RunChecks {
  /** The folder of saved runs, from the configuration. */
  readonly dataDir: (configured: string | null) => string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The target and Sentry are those of the sandbox, so those of the configuration are not used. */
  readonly sandbox: boolean;
  /**
   * Whether a replayed file is read completely. `run` reads it later anyway, so it is read here only if there are other errors:
   * both are then reported at once.
   */
  readonly replay: 'read' | 'read-if-invalid';
  /** Errors of flags that are not part of the configuration: `--fault`. */
  readonly further?: (checked: Checked) => Promise<readonly ConfigProblem[]>;
}

/** The run id of the plan that is made only as a check. */
export const CHECK_RUN_ID = '20000101-000000-check';

/** Whether one of these keys, or a part of it, was removed as invalid. */
export function isBroken({ broken }: Pick<Checked, 'broken'>, keys: readonly string[]): boolean {
  return broken.some(([key]) => key === undefined || keys.includes(String(key)));
}

/** The error that a check throws, as a config problem. */
export function problemsFrom(
  toProblem: (error: ProdE2eError) => ConfigProblem,
  work: () => void,
): readonly ConfigProblem[] {
  try {
    work();
    return [];
  } catch (thrown) {
    if (thrown instanceof ProdE2eError) return [toProblem(thrown)];
    throw thrown;
  }
}

/** The same for asynchronous work. */
export async function problemsFromAsync(
  toProblem: (error: ProdE2eError) => ConfigProblem,
  work: () => Promise<unknown>,
): Promise<readonly ConfigProblem[]> {
  try {
    await work();
    return [];
  } catch (thrown) {
    if (thrown instanceof ProdE2eError) return [toProblem(thrown)];
    throw thrown;
  }
}

/** A problem of something that is not in the config. */
export function problemWithSubject(subject: string): (error: ProdE2eError) => ConfigProblem {
  return (error) => problemOf(subject, error);
}
