/** Runs oclif, which finds and runs the command. A separate module, so that code without it need not load it. */
import { Config, run } from '@oclif/core';
import { asksForHelp } from './lib/cli/command-line.ts';
import { messageOf, ProdE2eError } from './lib/errors.ts';

/** Messages of oclif and its help for an unknown command; they have no class or code. */
const NOT_FOUND = /^command \S.* not found[.]?$/i;

/** @param root folder of the package, with package.json and manifest */
export async function runOclif(args: string[], root: string): Promise<unknown> {
  if (args.includes('--json') && asksForHelp(args)) {
    throw new ProdE2eError('--help prints text, not JSON.', {
      code: 'HELP_IS_TEXT',
      hints: ['Leave --json out.'],
    });
  }
  try {
    // There are no user plugins, and a file in place of their folder would cause a warning with a stack.
    return await run(args, { root, userPlugins: false });
  } catch (thrown) {
    if (!NOT_FOUND.test(messageOf(thrown))) throw thrown;
    const [{ unknownCommand }, { commands }] = await Promise.all([
      import('./lib/cli/unknown-command.ts'),
      Config.load(root),
    ]);
    const listed = commands.filter(({ hidden }) => hidden !== true).map(({ id }) => id.replaceAll(':', ' '));
    const flagsAt = args.findIndex((arg) => arg.startsWith('-'));
    const words = flagsAt === -1 ? args : args.slice(0, flagsAt);
    throw unknownCommand(words[0] === 'help' ? words.slice(1) : words, listed);
  }
}
