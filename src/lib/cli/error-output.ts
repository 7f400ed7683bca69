/** How an error is printed: one shape for text, one for `--json`, one exit code for both, and no secrets. */
import { BUGS_URL, codeOf, EXIT, messageOf, nearestName } from '../errors.ts';
import { terminalLines } from '../terminal/text.ts';
import { redactKnown } from './known-secrets.ts';
import { stderrText } from './stderr-text.ts';
import { flagName } from './stray-arguments.ts';
import { usageWords } from './usage-words.ts';

export interface DescribedError {
  readonly exit: number;
  readonly code: string;
  readonly message: string;
  readonly hints: readonly string[];
  /** Only for an internal error. */
  readonly stack: string | null;
}

/** For oclif's errors, which quote what was typed and may contain a secret. */
interface Described {
  readonly args?: unknown;
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
    message: redactKnown(message, 'sentence'),
    hints: hints.map((hint) => redactKnown(hint, 'sentence')),
    stack: stack === null ? null : redactKnown(stack),
  };
}

function described(thrown: unknown, flags: readonly string[]): DescribedError {
  const { code, suggestions, oclif, flags: unknownFlags, args } = Object(thrown) as Described;
  const exit = oclif?.exit;
  if (typeof exit !== 'number') return systemTrouble(thrown) ?? bug(thrown);
  const ownHints = Array.isArray(suggestions);
  const text = ownHints ? messageOf(thrown) : withoutTyped(messageOf(thrown), { flags: unknownFlags, args });
  const words = ownHints ? null : usageWords(text);
  // Other oclif errors have their advice in the further lines of the message.
  const [first = '', ...rest] = text.split('\n');
  const further = words?.hints ?? rest.filter((line) => line.trim() !== '');
  const listed = ownHints ? suggestions.map(String) : further;
  return {
    exit,
    code: typeof code === 'string' ? code : 'USAGE',
    message: ownHints ? text : (words?.message ?? first),
    hints: [...nearestFlags(unknownFlags, flags), ...forgottenFlag(args), ...listed],
    stack: null,
  };
}

/** A flag that ends the command on purpose, such as `--help`. */
export function isIntendedExit(thrown: unknown): boolean {
  return (Object(thrown) as Described).code === 'EEXIT';
}

/** Never suggest a flag that turns off a safety check. */
const OVERRIDES: readonly string[] = ['yes', 'insecure', 'force'];

function nearestFlags(typed: unknown, flags: readonly string[]): readonly string[] {
  if (!Array.isArray(typed)) return [];
  return typed.flatMap((flag) => {
    const name = flagName(String(flag));
    const known = flags.filter((each) => !OVERRIDES.includes(each));
    const nearest = name.includes('*') ? null : nearestName(name.replace(/^-+/, ''), known);
    return nearest === null ? [] : [`Did you mean --${nearest}?`];
  });
}

const UNKNOWN_FLAG = /^Nonexistent flags?: /;
const UNEXPECTED = /^Unexpected arguments?: /;
/** How a header is written: `Name: value`. */
const HEADER = /^[A-Za-z][\w-]*:/;

/** oclif's message without arguments, and with no more of a flag than its name. */
function withoutTyped(message: string, { flags, args }: Pick<Described, 'flags' | 'args'>): string {
  const [unknown = ''] = UNKNOWN_FLAG.exec(message) ?? [];
  const [, more = ''] = /(\n+See more help with --help\s*)$/.exec(message) ?? [];
  if (unknown !== '' && Array.isArray(flags))
    return unknown + flags.map((flag) => flagName(String(flag))).join(', ') + more;
  if (!UNEXPECTED.test(message)) return message;
  return Array.isArray(args) && args.length > 1
    ? `${args.length} unexpected arguments (not shown: they may contain a secret).${more}`
    : `Unexpected argument (not shown: it may contain a secret).${more}`;
}

function forgottenFlag(args: unknown): readonly string[] {
  if (!Array.isArray(args)) return [];
  return args.some((arg) => HEADER.test(String(arg))) ? ['Pass headers with -H: -H "NAME: VALUE"'] : [];
}

/** Problems of the system; any other code (`ENOENT`, `EBADF`) may be an internal error. */
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

/** Null where this is not an error of the operating system. */
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
    message: `prod-e2e failed with an internal error: ${messageOf(thrown)}`,
    hints: [
      `Please report it with the lines below; check first that they contain nothing private. ${BUGS_URL}`,
    ],
    stack: thrown instanceof Error ? (thrown.stack ?? null) : null,
  };
}

/** The error as lines for stderr. */
export function errorText(
  { message, hints, stack }: DescribedError,
  label: 'Error' | 'Warning' = 'Error',
): string {
  const lines = [`${label}: ${message}`, ...hints.map((hint) => `  ${hint}`)];
  // A message may quote anything: a response, a file, an argument.
  const text = stderrText(terminalLines(lines.join('\n')));
  return `${text}\n${stack === null ? '' : `\n${terminalLines(stack)}\n`}`;
}

/** The error as the document of `--json`. */
export function errorJson({ code, message, hints }: DescribedError): { readonly error: object } {
  return { error: { code, message, hint: hints.length === 0 ? null : hints.join('\n') } };
}
