import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { USUAL_EXIT_CODES } from '../lib/cli/exit-codes.ts';
import { EXIT } from '../lib/errors.ts';

export default class Coverage extends BaseCommand {
  static override summary = 'Show which faults in production this configuration would notice.';
  static override description =
    `Applies a catalog of faults to the good tests of saved runs, judges them as a run does, and lists \
what the report would say. Sends nothing. For faults that are not noticed, prints the lines to add to the config; --write adds \
them. How it works: docs/coverage.md.`;
  static override exitCodes = {
    ...USUAL_EXIT_CODES,
    [EXIT.ok]: 'measured, whatever the result',
    [EXIT.failed]: 'fewer faults would be noticed than --fail-under requires',
  };
  static override examples = [
    '<%= config.bin %> coverage',
    '<%= config.bin %> coverage latest --write',
    '<%= config.bin %> coverage --fail-under 80',
    '<%= config.bin %> coverage --json',
  ];
  static override args = {
    run: Args.string({
      description: 'Run id or a unique prefix of it, path of a run, or latest.',
      default: 'latest',
    }),
  };
  static override flags = {
    write: Flags.boolean({ summary: 'Add the lines to the config file in use (YAML or JSON).' }),
    'fail-under': Flags.integer({
      summary: 'Exit with code 1 if less than this percentage of the faults would be noticed.',
      min: 0,
      max: 100,
      helpValue: 'PERCENT',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Coverage);
    const { write, 'fail-under': failUnder = null, ...rest } = flags;
    const config = await this.loadConfig(rest);
    const { coverageCommand } = await import('../lib/coverage/command.ts');
    const { text, document, exitCode } = await coverageCommand({
      ...{ config, write, failUnder, run: args.run },
      dataDir: this.dataDir(config.settings.dataDir),
      cwd: process.cwd(),
      screen: this.terminal(),
    });
    if (!this.jsonEnabled()) await this.print([`${text}\n`]);
    process.exitCode = exitCode;
    return document;
  }
}
