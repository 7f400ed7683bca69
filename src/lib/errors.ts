/** The program's only error class, and the exit codes. A failed expectation is data, never an error. */
import { closest, distance } from 'fastest-levenshtein';

/** With more of it mistyped, it is another name. */
const MAX_EDITS_SHARE = 0.4;

/** A shorter beginning fits too many names. */
const MIN_PREFIX = 3;

/** Where errors of prod-e2e are reported: `bugs` of package.json. */
export const BUGS_URL = 'https://github.com/OWNER/prod-e2e/issues';

/** Exit codes, part of the public contract (docs/exit-codes.md). */
export const EXIT = {
  /** All checks passed. */
  ok: 0,
  /** Tests failed, another `--fail-on` matched, or a threshold was exceeded. */
  failed: 1,
  /** Wrong usage or configuration, nothing was sent; or a report could not be written. */
  usage: 2,
  /** No webhook of the run got a response. */
  unreachable: 3,
  /** Required traces or stages could not be verified, every webhook was a duplicate, or nothing could be compared: nothing was tested. */
  unverified: 4,
  /** Worse than the baseline. */
  regression: 5,
  /** Shards were missing in a merge. */
  incompleteMerge: 6,
  /** An internal error. */
  bug: 70,
  /** Stopped by SIGINT; the partial report is saved. */
  interrupted: 130,
  /** Stopped by SIGTERM or SIGHUP; the partial report is saved. */
  terminated: 143,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** @internal */
interface ProdE2eErrorOptions {
  /** Stable, machine readable, upper snake case: `CONFIG_INVALID`. */
  readonly code: string;
  /** What to do about it, one line each. */
  readonly hints: readonly string[];
  readonly exit?: ExitCode;
  readonly cause?: unknown;
}

/**
 * The program could not do its work. The field names are those oclif itself prints
 * (`Code`, `Try this`) and reads the exit code from.
 */
export class ProdE2eError extends Error {
  /** Stable, upper snake case: `CONFIG_INVALID`. */
  readonly code: string;
  /** What to do about it, one line each. */
  readonly suggestions: readonly string[];
  /** @internal */
  readonly oclif: { readonly exit: ExitCode };

  /** @internal */
  constructor(message: string, options: ProdE2eErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'ProdE2eError';
    this.code = options.code;
    this.suggestions = options.hints;
    this.oclif = { exit: options.exit ?? EXIT.usage };
  }

  /** What to do about it; null where there is nothing useful to say. */
  get hint(): string | null {
    return this.suggestions.length === 0 ? null : this.suggestions.join('\n');
  }
}

/** The message of anything thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The `code` Node and libraries put on their errors (`ENOENT`, `ECONNREFUSED`), or null. */
export function codeOf(thrown: unknown): string | null {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return null;
  return typeof thrown.code === 'string' ? thrown.code : null;
}

/** The known name that was most likely meant: one with this prefix, else the one with the fewest edits; null when none is close. */
export function nearestName(typed: string, known: readonly string[]): string | null {
  if (known.length === 0) return null;
  const begun = typed.toLowerCase();
  const longer =
    begun.length < MIN_PREFIX ? [] : known.filter((name) => name.toLowerCase().startsWith(begun));
  if (longer.length > 0) return closest(typed, longer);
  const lower = known.map((name) => name.toLowerCase());
  const near = closest(begun, lower);
  if (!isNear(begun, near)) return null;
  return known[lower.indexOf(near)] ?? null;
}

/** Whether a name may be a typo of another one: few edits, or the same letters in another order. */
export function isNear(typed: string, known: string): boolean {
  const edits = distance(typed, known);
  const length = Math.max(typed.length, known.length);
  if (edits <= Math.max(length < 3 ? 0 : 1, length * MAX_EDITS_SHARE)) return true;
  return edits <= 2 && lettersOf(typed) === lettersOf(known);
}

function lettersOf(name: string): string {
  return [...name].sort().join('');
}

/** The error for an unknown name, suggesting the closest known one. */
export function unknownName(options: {
  /** The kind of name: `scenario`. */
  readonly what: string;
  readonly typed: string;
  readonly known: readonly string[];
  readonly code: string;
  /** The command that lists them. */
  readonly list?: string;
}): ProdE2eError {
  const nearest = nearestName(options.typed, options.known);
  return new ProdE2eError(`There is no ${options.what} "${options.typed}".`, {
    code: options.code,
    hints: [
      ...(nearest === null ? [] : [`Did you mean "${nearest}"?`]),
      options.known.length === 0 ? 'None are configured.' : `Known: ${options.known.join(', ')}.`,
      ...(options.list === undefined ? [] : [`To list them: ${options.list}`]),
    ],
  });
}

/** Returns an error for the user as a value, to be reported in its place. */
export async function orError<Result>(work: () => Promise<Result>): Promise<Result | ProdE2eError> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof ProdE2eError) return thrown;
    throw thrown;
  }
}
