/** Rewrites oclif's messages about a command line in the words of this program. */
import { nearestName } from '../errors.ts';

export interface UsageWords {
  readonly message: string;
  readonly hints: readonly string[];
}

/** A line of oclif's, and its replacement. */
type Rule = readonly [RegExp, (...parts: readonly string[]) => UsageWords];

const RULES: readonly Rule[] = [
  [
    /^Parsing (--\S+) *\n\s*Expected (.+) but received: (.*)$/s,
    (flag = '', wanted = '', got = '') =>
      say(`${flag} must be ${wholeNumbers(wanted)} (got ${quoted(got)}).`),
  ],
  [
    /^Parsing (--\S+) *\n\s*(.+)$/s,
    (flag = '', problem = '') => say(`${flag} cannot be used: ${problem.trim()}.`),
  ],
  [
    /^Expected (--[\w-]+)=(.*) to be one of: (.+)$/s,
    (flag = '', got = '', options = '') => {
      const meant = nearestName(got, options.split(', '));
      return say(`${flag} must be one of ${options} (got ${quoted(got)}).`, suggestion(meant));
    },
  ],
  [
    /^Flag (--[\w-]+) expects (?:a value|one of these values: (.+))$/,
    (flag = '', options = '') => say(`${flag} needs a value${options === '' ? '' : `: ${options}`}.`),
  ],
  [/^Flag (--[\w-]+) can only be specified once$/, (flag = '') => say(`${flag} may be given only once.`)],
  [/^Missing required flag (\S+)/, (flag = '') => say(`The flag --${flag.replace(/^-+/, '')} is required.`)],
  [
    /^Nonexistent flags?: (.+)$/,
    (flags = '') => say(`${flags.includes(',') ? 'Unknown flags' : 'Unknown flag'} ${flags}.`),
  ],
  [/^Unexpected arguments?: (.+)$/s, (words = '') => say(`Unexpected argument ${quoted(words)}.`)],
  [
    /^Missing \d+ required args?:\n(.+)$/s,
    (list = '') => {
      const [, name = '', about = ''] = /^\s*(\S+)\s+(.*)$/s.exec(list) ?? [];
      return say(`The argument ${name.toUpperCase()} is missing.`, [
        `${name.toUpperCase()}: ${about.replaceAll(/\s+/g, ' ').trim()}`,
      ]);
    },
  ],
  [
    /^All of the following must be provided when using (--\S+): (.+)$/,
    (flag = '', others = '') => say(`${flag} needs ${others}.`),
  ],
  [
    /^One of the following must be provided when using (--\S+): (.+)$/,
    (flag = '', others = '') => say(`${flag} needs one of ${others}.`),
  ],
  [
    /^(--[\w-]+)(?:=.*)? cannot also be provided when using (--[\w-]+)$/s,
    (flag = '', other = '') => say(`${flag} and ${other} cannot be used together.`),
  ],
];

/** oclif's pointer to the help; the program has its own. */
const MORE = /\n+See more help with --help\s*$/;
/** The line above the reasons, which have one line each. */
const HEAD = /^The following errors? occurred:\s*/;

/** Null for a message that is not one of oclif's; several reasons become one line each. */
export function usageWords(message: string): UsageWords | null {
  if (!MORE.test(message) && !/^Flag --|^Missing required flag/.test(message)) return null;
  const text = message.replace(MORE, '').trim();
  const reasons = HEAD.test(text) ? text.replace(HEAD, '').split('\n') : [text];
  const rewritten = reasons.map((reason) => worded(reason.trim())).filter((each) => each !== null);
  if (rewritten.length === 0) return null;
  const messages = [...new Set(rewritten.map(({ message }) => message))];
  return {
    message: messages.join('\n'),
    hints: [...rewritten.flatMap(({ hints }) => hints), 'See more help with --help'],
  };
}

function worded(reason: string): UsageWords | null {
  for (const [pattern, words] of RULES) {
    const [, ...parts] = pattern.exec(reason) ?? [];
    if (pattern.test(reason)) return words(...parts);
  }
  return null;
}

function say(message: string, hints: readonly string[] = []): UsageWords {
  return { message, hints };
}

function suggestion(meant: string | null): readonly string[] {
  return meant === null ? [] : [`Did you mean ${meant}?`];
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

function wholeNumbers(wanted: string): string {
  return wanted
    .replace(/greater than or equal to (\d+)/, 'of at least $1')
    .replace(/less than or equal to (\d+)/, 'of at most $1');
}
