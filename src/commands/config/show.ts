import { Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { describeError, errorJson, errorText } from '../../lib/cli/error-output.ts';
import { optionFlags } from '../../lib/cli/run-flags.ts';
import { exposureMessage } from '../../lib/secrets/flags.ts';

export default class ConfigShow extends BaseCommand {
  static override summary = 'Show the effective configuration and where each value comes from.';
  static override description =
    `Shows the values that differ from the defaults; --all and --json show every value. Secrets are masked. Accepts the flags of run, \
to show what they would change. Reports the config errors that run would report, and exits 2. A missing endpoint alone is a \
warning (in --json: error, beside the values), because --url may set it.`;
  static override examples = [
    '<%= config.bin %> config show',
    '<%= config.bin %> config show --all',
    '<%= config.bin %> config show --count 10 --json',
    'TEST_COUNT=7 <%= config.bin %> config show',
  ];
  static override flags = {
    ...optionFlags(),
    all: Flags.boolean({ char: 'a', summary: 'Show every value, also those that are defaults.' }),
  };

  async run(): Promise<unknown> {
    const { all, ...flags } = (await this.parse(ConfigShow)).flags;
    // The endpoint may be set with --url later: showing the values is useful before that.
    const config = await this.loadCheckedConfig(flags, { tolerates: ['NO_URL'] });
    const { file, profile } = config;
    const [{ originLines, shownOrigins }, { originsOf }] = await Promise.all([
      import('../../lib/view/shown-config.ts'),
      import('../../lib/config/layers/origins.ts'),
    ]);
    if (config.flagsWithSecrets.length > 0) {
      this.logToStderr(`Warning: ${exposureMessage(config.flagsWithSecrets)}.`);
    }
    const origins = shownOrigins(originsOf(config), config);
    this.log(`Config file: ${file ?? 'none found'}${profile === null ? '' : `, profile ${profile}`}\n`);
    const screen = { ...this.terminal(), columns: this.listWidth() };
    for (const line of originLines(origins, { all, screen })) this.log(line);
    const [missing] = config.tolerated.map((error) => describeError(error));
    if (missing === undefined) return { file, profile, values: origins };
    if (!this.jsonEnabled()) process.stderr.write(errorText(missing, 'Warning'));
    return { file, profile, values: origins, ...errorJson(missing) };
  }
}
