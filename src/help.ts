/** The help of a command as a manual page: a single description, its own flags first, its exit codes in a section. */
import { type Command, CommandHelp, Help, type Interfaces } from '@oclif/core';
import { asksForHelp } from './lib/cli/command-line.ts';
import type { ExitCodes } from './lib/cli/exit-codes.ts';
import { EXIT, ProdE2eError } from './lib/errors.ts';

/** The group of the flags that all commands share. */
const SHARED = 'GLOBAL';

/** oclif accepts this flag, but does not list it. */
const HELP: Command.Flag.Cached = {
  name: 'help',
  char: 'h',
  type: 'boolean',
  allowNo: false,
  summary: 'Show this page.',
  helpGroup: SHARED,
};

class CommandPage extends CommandHelp {
  constructor(command: Command.Loadable, config: Interfaces.Config, opts: Interfaces.HelpOptions) {
    // Groups appear in the order of their first flags, and flags in the order of the option table.
    super({ ...command, flags: inOrder(command.flags) }, config, { ...opts, flagSortOrder: 'none' });
  }

  /** A flag that can be negated is shown so: `--[no-]bail`. */
  protected override defaultUsage(): string {
    return Object.values(this.command.flags)
      .filter((flag) => flag.type === 'boolean' && flag.allowNo)
      .reduce((usage, { name }) => usage.replace(`[--${name}]`, `[--[no-]${name}]`), super.defaultUsage());
  }

  /** Without the summary, which is printed above. */
  protected override description(): string | undefined {
    const { description } = this.command;
    return description === undefined ? undefined : this.wrap(description);
  }

  protected override args(args: Command.Arg.Any[]): [string, string | undefined][] | undefined {
    return super.args(args.map(argWithNotesBehind));
  }

  protected override flags(flags: Command.Flag.Any[]): [string, string | undefined][] | undefined {
    return super.flags(flags.map(flagWithNotesBehind));
  }

  protected override sections() {
    const sections = super.sections();
    const { exitCodes } = this.command;
    if (exitCodes === undefined) return sections;
    const examples = sections.findIndex(({ header }) => header === 'EXAMPLES');
    return sections.toSpliced(examples, 0, {
      header: 'EXIT CODES',
      generate: (_, header) => [{ header, body: Object.entries(exitCodes as ExitCodes) }],
    });
  }
}

export default class ManualPage extends Help {
  protected override CommandHelpClass = CommandPage;

  /** Each topic with its commands: `Read the reports of saved runs: list, show, open`. */
  protected override formatTopics(topics: Interfaces.Topic[]): string {
    return super.formatTopics(
      topics.map((topic) => {
        const commands = this.config.commands
          .filter(({ id, hidden }) => id.startsWith(`${topic.name}:`) && !hidden)
          .map(({ id }) => id.slice(topic.name.length + 1))
          .sort();
        const description = (topic.description ?? '').replace(/\.$/, '');
        return { ...topic, description: `${description}: ${topic.name} ${commands.join(' | ')}` };
      }),
    );
  }

  override async showHelp(args: string[]): Promise<void> {
    // Without a command nothing runs, and a script that lost its arguments must not continue.
    const isAsked = asksForHelp(process.argv.slice(2));
    if (!isAsked) process.exitCode = EXIT.usage;
    if (!isAsked && process.argv.includes('--json')) {
      throw new ProdE2eError('No command given.', {
        code: 'UNKNOWN_COMMAND',
        hints: [
          `All commands: ${['prod-e2e', ...args.filter((arg) => !arg.startsWith('-'))].join(' ')} --help`,
        ],
      });
    }
    await super.showHelp(args);
  }
}

/** Flags with a letter come first: oclif drops the indentation if the first flag has none. Shared flags come last. */
function inOrder(flags: Command.Loadable['flags']): Command.Loadable['flags'] {
  const entries = [...Object.entries(flags), ['help', HELP] as const];
  const groups = [...new Set(entries.map(([, { helpGroup }]) => helpGroup))].filter(
    (group) => group !== SHARED,
  );
  const rankOf = ({ helpGroup, char }: Command.Flag.Cached) =>
    2 * (helpGroup === SHARED ? groups.length : groups.indexOf(helpGroup)) + (char === undefined ? 1 : 0);
  return Object.fromEntries(entries.toSorted(([, a], [, b]) => rankOf(a) - rankOf(b)));
}

/** Moves oclif's notes from before a text to its end, as in the summaries of options. */
function flagWithNotesBehind(flag: Command.Flag.Any): Command.Flag.Any {
  const { default: preset, env, ...others } = flag;
  const notes = [
    ...(flag.type === 'option' && preset !== undefined ? [`default: ${preset}`] : []),
    ...(env === undefined ? [] : [`env: ${env}`]),
  ];
  return { ...others, summary: noted(flag.summary ?? flag.description, notes) } as Command.Flag.Any;
}

function argWithNotesBehind(arg: Command.Arg.Any): Command.Arg.Any {
  const { default: preset, ...others } = arg;
  const notes = preset === undefined ? [] : [`default: ${preset}`];
  return { ...others, description: noted(arg.description, notes) } as Command.Arg.Any;
}

function noted(text = '', notes: readonly string[]): string {
  return notes.length === 0 ? text : `${text} [${notes.join(', ')}]`;
}
