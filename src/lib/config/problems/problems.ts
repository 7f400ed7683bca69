/** The problems of a configuration, one line each, and the error that reports them. */
import { closest } from 'fastest-levenshtein';
import { isNear, ProdE2eError } from '../../errors.ts';
import type { Path } from '../paths.ts';

/** One line of the message. */
export interface ConfigProblem {
  /** `prod-e2e.config.yaml: scenarios[1].name`, `--count`, `TEST_COUNT`. */
  readonly subject: string;
  readonly problem: string;
  /** Where in the config file it is; absent for flags and variables, and for what is in no file. */
  readonly path?: Path;
  /** An error that a check after the schema threw: if it is the only one, it keeps its code and hints. */
  readonly error?: ProdE2eError;
}

/** The known name that was probably meant; null when none is close. */
export function nearest(typed: string, known: readonly string[]): string | null {
  const byBare = new Map(known.map((name) => [bareName(name), name]));
  if (byBare.size === 0) return null;
  const found = closest(bareName(typed), [...byBare.keys()]);
  return isNear(bareName(typed), found) ? (byBare.get(found) ?? null) : null;
}

/** Ignores how a name is written: `trace-timeout`, `traceTimeout` and `TRACE_TIMEOUT` are one name. */
export function bareName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** A problem from a later check, in one line: its first hint suggests what was probably meant. */
export function problemOf(subject: string, error: ProdE2eError, path?: Path): ConfigProblem {
  const [hint = ''] = error.suggestions;
  const message = error.message.replace(/\.$/, '').replaceAll(/\n\s*/g, ' ');
  const problem = hint === '' ? message : `${message}. ${hint}`;
  return { subject, problem, error, ...(path === undefined ? {} : { path }) };
}

/** One error for all problems; if the schema reports several about the same value, the first one counts. */
export function configInvalid(problems: readonly ConfigProblem[]): ProdE2eError {
  const unique = distinct(problems);
  const [only] = unique;
  if (only?.error !== undefined && unique.length === 1) return alone(only, only.error);
  const lines = unique.map(({ subject, problem }) => `${subject}: ${problem}`);
  const message =
    lines.length === 1
      ? `Invalid config: ${lines[0]}`
      : [`Invalid config (${lines.length} errors):`, ...lines.map((line) => `  ${line}`)].join('\n');
  return new ProdE2eError(message, {
    code: 'CONFIG_INVALID',
    hints: [
      `Nothing was sent. Fix the ${lines.length === 1 ? 'error' : 'errors'} above.`,
      '"prod-e2e init" writes a commented example config.',
    ],
  });
}

function distinct(problems: readonly ConfigProblem[]): readonly ConfigProblem[] {
  const bySubject = new Map<string, ConfigProblem>();
  for (const each of problems) {
    const key = each.error === undefined ? each.subject : `${each.subject} ${each.problem}`;
    if (!bySubject.has(key)) bySubject.set(key, each);
  }
  return [...bySubject.values()];
}

/** Adds the location, if the problem is in a file. */
function alone({ subject, path }: ConfigProblem, error: ProdE2eError): ProdE2eError {
  if (path === undefined) return error;
  const { code, suggestions: hints, cause } = error;
  return new ProdE2eError(`${subject}: ${error.message}`, { code, hints, exit: error.oclif.exit, cause });
}
