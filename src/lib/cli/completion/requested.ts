/** What a command line being typed can be completed with: names of commands, flags, or values of a kind. Pure. */

/** Kinds of values known only on this machine: saved runs, and names from the config. */
export type ValueKind = 'run' | 'baseline' | 'scenario' | 'tag' | 'profile' | 'reporter';

export interface KnownFlag {
  readonly name: string;
  readonly char?: string;
  readonly takesValue: boolean;
  readonly summary: string;
  readonly options?: readonly string[];
  /** `--no-NAME` is a flag as well. */
  readonly negatable: boolean;
}

export interface KnownCommand {
  /** `['report', 'show']` */
  readonly path: readonly string[];
  readonly summary: string;
  readonly flags: readonly KnownFlag[];
  /** Allowed values of each argument, in order; empty where any value is allowed. */
  readonly argOptions: readonly (readonly string[])[];
  /** The last argument can be repeated. */
  readonly repeats: boolean;
}

export interface Candidate {
  readonly value: string;
  readonly about: string;
}

export type Requested =
  | { readonly kind: 'these'; readonly candidates: readonly Candidate[] }
  | { readonly kind: ValueKind };

export interface Typed {
  readonly asked: Requested;
  /** The part of the value typed so far. */
  readonly begun: string;
  /** The text before the value in the same word: `--scenario=`. */
  readonly lead: string;
  /** The values of `--config` and `--profile`, if they were typed before this word. */
  readonly config: string | null;
  readonly profile: string | null;
}

const NOTHING: Requested = { kind: 'these', candidates: [] };

const FLAG_VALUES: Readonly<Record<string, ValueKind>> = {
  scenario: 'scenario',
  exclude: 'scenario',
  tag: 'tag',
  profile: 'profile',
  reporter: 'reporter',
  baseline: 'baseline',
};

/** Kinds of the arguments, by command; the last one also stands for repeated arguments. */
const ARG_VALUES: Readonly<Record<string, readonly ValueKind[]>> = {
  'scenarios show': ['scenario'],
  'report show': ['run'],
  'report open': ['run'],
  'report compare': ['baseline', 'run'],
  'report merge': ['run'],
  'trace learn': ['run'],
  cleanup: ['run'],
  coverage: ['run'],
};

/** @param words after the program's name; the last one is being typed, and may be empty */
export function requestedBy(words: readonly string[], commands: readonly KnownCommand[]): Typed {
  const { before, current, lead } = splitAtEquals(words);
  const { command, path, rest } = commandOf(before, commands);
  const { args, pending, values } = readFlags(rest, command);
  const typed = {
    begun: current,
    lead,
    config: values.get('config') ?? null,
    profile: values.get('profile') ?? null,
  };
  if (pending !== null) return { ...typed, asked: flagValues(pending) };
  if (current.startsWith('-')) return { ...typed, asked: flagNames(command) };
  const next = nextNames(path, commands);
  if (args === 0 && next.length > 0 && rest.length === 0) {
    return { ...typed, asked: { kind: 'these', candidates: next } };
  }
  return { ...typed, asked: command === null ? NOTHING : argValues(command, args) };
}

/** bash splits `--scenario=CH` into three words, other shells do not. */
function splitAtEquals(words: readonly string[]) {
  const last = words.at(-1) ?? '';
  const joined = words.slice(0, -1).filter((word, at, all) => word !== '=' || !isFlag(all[at - 1]));
  if (last === '=' && isFlag(words.at(-2))) return { before: joined, current: '', lead: '' };
  const [, flag, value = ''] = /^(--[^=]+)=(.*)$/s.exec(last) ?? [];
  if (flag === undefined) return { before: joined, current: last, lead: '' };
  return { before: [...joined, flag], current: value, lead: `${flag}=` };
}

function isFlag(word: string | undefined): boolean {
  return word?.startsWith('--') === true;
}

function commandOf(words: readonly string[], commands: readonly KnownCommand[]) {
  let depth = 0;
  const starts = (path: readonly string[]) => commands.some((each) => startsWith(each.path, path));
  while (depth < words.length && starts(words.slice(0, depth + 1))) depth += 1;
  const path = words.slice(0, depth);
  const command = commands.find((each) => each.path.length === depth && startsWith(each.path, path)) ?? null;
  return { command, path, rest: words.slice(depth) };
}

function startsWith(path: readonly string[], start: readonly string[]): boolean {
  return start.every((word, at) => path[at] === word);
}

/** Flags and arguments before the word being typed. */
function readFlags(words: readonly string[], command: KnownCommand | null) {
  const values = new Map<string, string>();
  let pending: KnownFlag | null = null;
  let args = 0;
  for (const word of words) {
    if (pending !== null) {
      values.set(pending.name, word);
      pending = null;
      continue;
    }
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/s.exec(word) ?? [];
    const flag = command?.flags.find((each) =>
      name === undefined ? word === `-${each.char}` : each.name === name,
    );
    if (flag === undefined && !word.startsWith('-')) args += 1;
    if (flag?.takesValue !== true) continue;
    if (value === undefined) pending = flag;
    else values.set(flag.name, value);
  }
  return { args, pending, values };
}

function flagValues({ name, options }: KnownFlag): Requested {
  if (options !== undefined) return these(options);
  const kind = FLAG_VALUES[name];
  return kind === undefined ? NOTHING : { kind };
}

function flagNames(command: KnownCommand | null): Requested {
  const flags = command?.flags ?? [];
  const candidates = flags.flatMap(({ name, summary, negatable }) => [
    { value: `--${name}`, about: summary },
    ...(negatable ? [{ value: `--no-${name}`, about: summary }] : []),
  ]);
  return { kind: 'these', candidates: [...candidates, { value: '--help', about: 'Show help.' }] };
}

/** The next words of commands and topics that begin with these words. */
function nextNames(path: readonly string[], commands: readonly KnownCommand[]): readonly Candidate[] {
  const names = new Map<string, string>();
  for (const each of commands) {
    const name = each.path[path.length];
    if (name === undefined || !startsWith(each.path, path)) continue;
    const isWhole = each.path.length === path.length + 1;
    if (isWhole || !names.has(name)) names.set(name, isWhole ? each.summary : '');
  }
  return [...names].map(([value, about]) => ({ value, about }));
}

function argValues(command: KnownCommand, position: number): Requested {
  const kinds = ARG_VALUES[command.path.join(' ')] ?? [];
  const at = command.repeats ? Math.min(position, kinds.length - 1) : position;
  const kind = kinds[at];
  if (kind !== undefined) return { kind };
  return these(command.argOptions[position] ?? []);
}

function these(values: readonly string[]): Requested {
  return { kind: 'these', candidates: values.map((value) => ({ value, about: '' })) };
}
