/** How an error leaves the program: one shape for text, one for `--json`, one exit code for both, and no secret in it. */
import { codeOf, EXIT, messageOf, nearestName } from './errors.ts';
import { redactKnown } from './known-secrets.ts';
import { terminalLines } from './terminal/text.ts';

export interface DescribedError {
  readonly exit: number;
  readonly code: string;
  readonly message: string;
  readonly hints: readonly string[];
  /** Only of a bug of ours. */
  readonly stack: string | null;
}

interface Described {
  readonly code?: unknown;
  readonly suggestions?: unknown;
  readonly oclif?: { readonly exit?: unknown };
  readonly flags?: unknown;
}

/** @param flags names of the flags the command knows, to suggest the nearest for a typo */
export function describeError(thrown: unknown, flags: readonly string[] = []): DescribedError {
  const { message, hints, stack, ...rest } = described(thrown, flags);
  return {
    ...rest,
    message: redactKnown(message),
    hints: hints.map(redactKnown),
    stack: stack === null ? null : redactKnown(stack),
  };
}

function described(thrown: unknown, flags: readonly string[]): DescribedError {
  const { code, suggestions, oclif, flags: unknownFlags } = Object(thrown) as Described;
  const exit = oclif?.exit;
  if (typeof exit !== 'number') return systemTrouble(thrown) ?? bug(thrown);
  const whole = messageOf(thrown);
  // oclif's own errors have their advice in further lines of the message.
  const [first = '', ...rest] = whole.split('\n');
  const ownHints = Array.isArray(suggestions);
  const listed = ownHints ? suggestions.map(String) : rest.filter((line) => line.trim() !== '');
  return {
    exit,
    code: typeof code === 'string' ? code : 'USAGE',
    message: ownHints ? whole : first,
    hints: [...nearestFlags(unknownFlags, flags), ...listed],
    stack: null,
  };
}

/** The flag that ended the command on purpose, such as `--help`. */
export function isIntendedExit(thrown: unknown): boolean {
  return (Object(thrown) as Described).code === 'EEXIT';
}

function nearestFlags(typed: unknown, flags: readonly string[]): readonly string[] {
  if (!Array.isArray(typed)) return [];
  return typed.flatMap((flag) => {
    const nearest = nearestName(String(flag).replace(/^-+/, ''), flags);
    return nearest === null ? [] : [`Did you mean --${nearest}?`];
  });
}

/** What a system lacks or refuses; any other code (`ENOENT`, `EBADF`) can be a bug of ours. */
const SYSTEM_TROUBLE = new Set([
  'EACCES',
  'EAGAIN',
  'EDQUOT',
  'EIO',
  'ELOOP',
  'EMFILE',
  'ENAMETOOLONG',
  'ENFILE',
  'ENOMEM',
  'ENOSPC',
  'ENOTDIR',
  'EPERM',
  'EROFS',
]);

/** Null where the error is not one of the operating system. */
function systemTrouble(thrown: unknown): DescribedError | null {
  const code = codeOf(thrown);
  const isGone = Object(thrown).syscall === 'uv_cwd';
  if (code === null || !('syscall' in Object(thrown)) || !(SYSTEM_TROUBLE.has(code) || isGone)) return null;
  const isOutOfFiles = code === 'EMFILE' || code === 'ENFILE';
  return {
    exit: EXIT.usage,
    code: isGone ? 'CWD_GONE' : 'SYSTEM_ERROR',
    message: isGone
      ? 'The working directory no longer exists.'
      : `The operating system refused an operation (${messageOf(thrown)}).`,
    hints: isOutOfFiles ? ['Raise the limit on open files (ulimit -n), or lower --concurrency.'] : [],
    stack: null,
  };
}

function bug(thrown: unknown): DescribedError {
  return {
    exit: EXIT.bug,
    code: 'BUG',
    message: `prod-e2e ran into a bug of its own: ${messageOf(thrown)}`,
    hints: ['Please report it with the lines below, after a look that they hold nothing private.'],
    stack: thrown instanceof Error ? (thrown.stack ?? null) : null,
  };
}

/** The lines for a terminal. */
export function errorText({ message, hints, stack }: DescribedError): string {
  const lines = [
    `Error: ${message}`,
    ...hints.map((hint) => `  ${hint}`),
    ...(stack === null ? [] : ['', stack]),
  ];
  // A message may quote anything: an answer, a file, an argument.
  return `${terminalLines(lines.join('\n'))}\n`;
}

/** The same for `--json`. */
export function errorJson({ code, message, hints }: DescribedError): unknown {
  return { error: { code, message, hint: hints.length === 0 ? null : hints.join('\n') } };
}
