/**
 * Stray arguments: values of flags that do not exist, and arguments that no command takes. They may be secret, such as
 * `Authorization: Bearer …` without its -H.
 */

/** A test compares these with the existing flags. */
export const FLAGS_WITH_VALUE: ReadonlySet<string> = new Set([
  ...['config', 'profile', 'url', 'cacert', 'cert', 'key', 'connect-timeout', 'header', 'sender', 'count'],
  ...['from', 'scenario', 'tag', 'exclude', 'set', 'seed', 'shard', 'concurrency', 'rate', 'timeout'],
  ...['retries', 'sentry-dsn', 'environment', 'monitor', 'trace-timeout', 'reporter', 'threshold', 'fail-on'],
  ...['baseline', 'keep', 'max-failures', 'fault', 'recipe', 'signing', 'signature-header', 'secret-env'],
  ...['dsn-env', 'token-env', 'org', 'project', 'output', 'limit', 'port', 'sentry-port', 'database', 'runs'],
  'fail-under',
]);
export const SWITCHES: ReadonlySet<string> = new Set([
  ...['refresh-cache', 'json', 'color', 'no-color', 'insecure', 'dry-run', 'next', 'mark', 'no-mark'],
  ...['verify-traces', 'no-verify-traces', 'require-traces', 'require-stages', 'strict', 'bail', 'no-bail'],
  ...['no-send', 'yes', 'sandbox', 'nested-commands', 'force', 'no-input', 'fail-on-regression', 'print'],
  ...['write', 'failed', 'slowest', 'wait', 'all', 'full', 'help', 'version'],
]);
export const LETTERS_WITH_VALUE = 'uHnscrol';
export const LETTER_SWITCHES = 'yfha';

/** Number of arguments per command; a test compares these, too. */
export const ARGUMENTS: Readonly<Record<string, number>> = {
  ...{ run: 0, doctor: 0, init: 0, sandbox: 0, cleanup: 1, coverage: 1, help: Number.POSITIVE_INFINITY },
  ...{ autocomplete: 1, 'autocomplete create': 0, 'autocomplete init': 1, 'autocomplete script': 1 },
  ...{ 'config show': 0, 'report compare': 2, 'report list': 0, 'report merge': Number.POSITIVE_INFINITY },
  ...{ 'report open': 2, 'report show': 2, 'scenarios list': 0, 'scenarios show': 1 },
  ...{ 'trace diff': 2, 'trace learn': 1, 'trace open': 1, 'trace show': 1 },
};

export interface Stray {
  /** Its index on the command line. */
  readonly at: number;
  /** The stray argument, or the part after the flag's name. */
  readonly value: string;
  /** The argument as it may be shown. */
  readonly shown: string;
}

const MASK = '***';
/** A flag consists of words; a longer one, or one with a digit, may be the secret itself. */
const FLAG_NAME = /^--[a-z]{1,16}(?:-[a-z]{1,16}){0,2}$/i;
/** Names of commands; other words are not printed back. */
const COMMAND_WORD = /^[a-z]{1,16}(?:-[a-z]{1,16})?$/;

export function isCommandWord(word: string): boolean {
  return COMMAND_WORD.test(word);
}

/** The name of a flag as typed, without anything that may be a value. */
export function flagName(typed: string): string {
  const [name = ''] = typed.split('=');
  if (typed.startsWith('--')) return FLAG_NAME.test(name) ? name : `--${MASK}`;
  return /^-[a-z]/i.test(typed) ? typed.slice(0, 2) : `-${MASK}`;
}

export function strayArguments(args: readonly string[]): readonly Stray[] {
  // The words of the line being typed follow `--`.
  if (args[0] === 'complete') {
    const from = args.indexOf('--') + 1;
    if (from === 0) return [];
    return strayArguments(args.slice(from)).map((stray) => ({ ...stray, at: stray.at + from }));
  }
  const strays: Stray[] = [];
  const flagAt = args.findIndex((arg) => arg.startsWith('-'));
  const words = args.slice(0, flagAt === -1 ? args.length : flagAt);
  const command = commandOf(words);
  let taken = 0;
  let onlyWords = false;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (!onlyWords && arg === '--') onlyWords = true;
    else if (!onlyWords && /^-./.test(arg)) {
      const known = knownFlag(arg);
      if (known === 'needs the next') at += 1;
      if (known === null) {
        const shown = flagName(arg);
        const value = arg.slice(shown.includes(MASK) ? 0 : shown.length).replace(/^=/, '');
        if (value !== '')
          strays.push({ at, value, shown: shown.startsWith('--') ? `${shown}=${MASK}` : `${shown}${MASK}` });
      }
    } else if (at >= command.words) {
      taken += 1;
      // `help` takes the name of a command.
      const isStray = taken > command.takes || (words[0] === 'help' && !isCommandWord(arg));
      if (isStray) strays.push({ at, value: arg, shown: MASK });
    }
  }
  return strays;
}

/** How many words name the command, and how many arguments it takes. The words of an unknown command may be a typo. */
function commandOf(words: readonly string[]): { readonly words: number; readonly takes: number } {
  for (const count of [2, 1]) {
    const takes = ARGUMENTS[words.slice(0, count).join(' ')];
    if (words.length >= count && takes !== undefined) return { words: count, takes };
  }
  const typed = words.slice(0, 2).findIndex((word) => !isCommandWord(word));
  return { words: typed === -1 ? Math.min(2, words.length) : typed, takes: 0 };
}

/** Null for an unknown flag. */
function knownFlag(arg: string): 'complete' | 'needs the next' | null {
  const [, name = '', value] = /^--([^=]*)(=.*)?$/s.exec(arg) ?? [];
  if (name !== '') {
    if (SWITCHES.has(name)) return value === undefined ? 'complete' : null;
    if (!FLAGS_WITH_VALUE.has(name)) return null;
    return value === undefined ? 'needs the next' : 'complete';
  }
  // One-letter switches can be combined; a letter with a value comes last.
  for (const [at, letter] of [...arg.slice(1)].entries()) {
    if (LETTERS_WITH_VALUE.includes(letter)) return at + 2 < arg.length ? 'complete' : 'needs the next';
    if (!LETTER_SWITCHES.includes(letter)) return null;
  }
  return 'complete';
}
