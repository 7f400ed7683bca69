import { Args, Command } from '@oclif/core';
import { completionScript, SHELLS } from '../../lib/cli/completion/shells.ts';

export default class AutocompleteInit extends Command {
  static override summary = 'Print tab completion that knows your scenarios, runs, reporters and profiles.';
  static override description =
    `Add the line below to the start-up file of your shell, in zsh after compinit. At Tab, the shell runs the program, which reads the \
saved runs and the config file of the current folder. A JavaScript or TypeScript config is not run for this: \
the built-in scenarios are offered. More: docs/completion.md`;
  static override examples = [
    { description: 'bash, in ~/.bashrc', command: 'source <(<%= config.bin %> autocomplete init bash)' },
    { description: 'zsh, in ~/.zshrc', command: 'source <(<%= config.bin %> autocomplete init zsh)' },
    {
      description: 'fish, in ~/.config/fish/config.fish',
      command: '<%= config.bin %> autocomplete init fish | source',
    },
    {
      description: 'PowerShell, in $PROFILE',
      command: '<%= config.bin %> autocomplete init powershell | Out-String | Invoke-Expression',
    },
  ];
  static override args = {
    shell: Args.string({ description: 'The shell.', options: [...SHELLS], required: true }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(AutocompleteInit);
    const shell = SHELLS.find((known) => known === args.shell);
    if (shell !== undefined) process.stdout.write(completionScript(shell));
  }
}
