/** What is wrong with a configuration, line by line, and the one error that tells it. */
import { closest } from 'fastest-levenshtein';
import { isNear, ProdE2eError } from '../../errors.ts';
import type { Path } from '../paths.ts';

/** One line of the message. */
export interface Fault {
  /** `prod-e2e.config.yaml: scenarios[1].name`, `--count`, `TEST_COUNT`. */
  readonly subject: string;
  readonly problem: string;
  /** Where in the config file it stands; none for flags, variables and what no file holds. */
  readonly path?: Path;
  /** What a check after the schema threw: alone it keeps its code and its hints. */
  readonly error?: ProdE2eError;
}

/** The known name that was probably meant; null when none is near. */
export function nearest(typed: string, known: readonly string[]): string | null {
  const byBare = new Map(known.map((name) => [bareName(name), name]));
  if (byBare.size === 0) return null;
  const found = closest(bareName(typed), [...byBare.keys()]);
  return isNear(bareName(typed), found) ? (byBare.get(found) ?? null) : null;
}

/** However it is written: `trace-timeout`, `traceTimeout` and `TRACE_TIMEOUT` are one name. */
export function bareName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** A fault that a later check threw, in one line: its first hint says what was probably meant. */
export function faultOf(subject: string, error: ProdE2eError, path?: Path): Fault {
  const [hint = ''] = error.suggestions;
  const message = error.message.replace(/\.$/, '').replaceAll(/\n\s*/g, ' ');
  const problem = hint === '' ? message : `${message}. ${hint}`;
  return { subject, problem, error, ...(path === undefined ? {} : { path }) };
}

/** The one error for all faults; of several that the schema finds about the same thing the first is told. */
export function configInvalid(faults: readonly Fault[]): ProdE2eError {
  const told = distinct(faults);
  const [only] = told;
  if (only?.error !== undefined && told.length === 1) return alone(only, only.error);
  const lines = told.map(({ subject, problem }) => `  ${subject}: ${problem}`);
  const head =
    lines.length === 1 ? 'The configuration has a fault:' : `The configuration has ${lines.length} faults:`;
  return new ProdE2eError([head, ...lines].join('\n'), {
    code: 'CONFIG_INVALID',
    hints: [
      'Correct what is listed; nothing was sent.',
      '"prod-e2e init" writes a commented example to start from.',
    ],
  });
}

function distinct(faults: readonly Fault[]): readonly Fault[] {
  const bySubject = new Map<string, Fault>();
  for (const fault of faults) {
    const key = fault.error === undefined ? fault.subject : `${fault.subject} ${fault.problem}`;
    if (!bySubject.has(key)) bySubject.set(key, fault);
  }
  return [...bySubject.values()];
}

/** With its place, where it stands in a file. */
function alone({ subject, path }: Fault, error: ProdE2eError): ProdE2eError {
  if (path === undefined) return error;
  const { code, suggestions: hints, cause } = error;
  return new ProdE2eError(`${subject}: ${error.message}`, { code, hints, exit: error.oclif.exit, cause });
}
