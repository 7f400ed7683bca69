/** What is wrong with a configuration, line by line, and the one error that tells it. */
import { closest, distance } from 'fastest-levenshtein';
import { ProdE2eError } from '../errors.ts';

/** One line of the message. */
export interface Fault {
  /** `prod-e2e.config.yaml: scenarios[1].name`, `--count`, `TEST_COUNT`. */
  readonly subject: string;
  readonly problem: string;
}

/** More than half of a name mistyped is another name. */
const MOST_EDITS_SHARE = 0.5;

/** The known name that was probably meant; null when none is near. */
export function nearest(typed: string, known: readonly string[]): string | null {
  const byBare = new Map(known.map((name) => [bareName(name), name]));
  if (byBare.size === 0) return null;
  const found = closest(bareName(typed), [...byBare.keys()]);
  const edits = distance(bareName(typed), found);
  return edits <= Math.max(typed.length, found.length) * MOST_EDITS_SHARE
    ? (byBare.get(found) ?? null)
    : null;
}

/** However it is written: `trace-timeout`, `traceTimeout` and `TRACE_TIMEOUT` are one name. */
export function bareName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** The one error for all faults; of several about the same thing the first is told. */
export function configInvalid(faults: readonly Fault[]): ProdE2eError {
  const bySubject = new Map<string, Fault>();
  for (const fault of faults) if (!bySubject.has(fault.subject)) bySubject.set(fault.subject, fault);
  const lines = [...bySubject.values()].map(({ subject, problem }) => `  ${subject}: ${problem}`);
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
