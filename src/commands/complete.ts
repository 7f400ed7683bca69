import { Command, Flags } from '@oclif/core';
import { completionLines } from '../lib/cli/completion/complete.ts';
import type { KnownCommand } from '../lib/cli/completion/requested.ts';

/** Called by the functions of `autocomplete init` on every Tab. On any error, it offers nothing and prints nothing. */
export default class Complete extends Command {
  static override hidden = true;
  static override strict = false;
  static override summary = 'Print what the word that is being typed may become.';
  static override flags = {
    next: Flags.boolean({ summary: 'The word that is being typed is empty.' }),
  };

  async run(): Promise<void> {
    const [given, words] = wordsOf(this.argv);
    const lines = await completionLines({
      words: given.includes('--next') ? [...words, ''] : words,
      commands: this.config.commands.filter(({ hidden }) => hidden !== true).map(known),
      cwd: process.cwd(),
      env: process.env,
      userConfigDir: this.config.configDir,
      dataDir: this.config.dataDir,
    }).catch(() => []);
    if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
  }
}

/** Not parsed by oclif, which would treat the flags of the line being typed as its own. */
function wordsOf(argv: readonly string[]): readonly [given: readonly string[], words: readonly string[]] {
  const at = argv.indexOf('--');
  return at === -1 ? [[], argv] : [argv.slice(0, at), argv.slice(at + 1)];
}

/** Texts of oclif are templates: `Display help for <%= config.bin %>.` */
function plain(text: string): string {
  return text.replaceAll(/<%=\s*config\.bin\s*%>/g, 'prod-e2e');
}

function known({ id, summary, description, flags, args, strict }: Command.Loadable): KnownCommand {
  return {
    path: id.split(':'),
    summary: plain(summary ?? description?.split('\n')[0] ?? ''),
    repeats: strict === false,
    argOptions: Object.values(args).map(({ options }) => options ?? []),
    flags: Object.values(flags)
      .filter(({ hidden }) => hidden !== true)
      .map((flag) => ({
        name: flag.name,
        takesValue: flag.type === 'option',
        summary: plain(flag.summary ?? flag.description ?? ''),
        negatable: flag.type === 'boolean' && flag.allowNo === true,
        ...(flag.char === undefined ? {} : { char: flag.char }),
        ...(flag.type === 'option' && flag.options !== undefined ? { options: flag.options } : {}),
      })),
  };
}
