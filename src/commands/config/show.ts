import { BaseCommand } from '../../lib/base-command.ts';
import { exposureMessage } from '../../lib/config/flag-secrets.ts';
import { writeJson } from '../../lib/json-text.ts';
import { optionFlags } from '../../lib/run-flags.ts';
import { columns } from '../../lib/view/columns.ts';

export default class ConfigShow extends BaseCommand {
  static override summary = 'Show the effective configuration, and where each value came from.';
  static override description =
    'Secrets are masked. Takes the flags of run as well, to see what they would change.';
  static override examples = [
    '<%= config.bin %> config show',
    '<%= config.bin %> config show --count 10 --json',
    'TEST_COUNT=7 <%= config.bin %> config show',
  ];
  static override flags = { ...optionFlags() };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ConfigShow);
    const config = await this.loadCheckedConfig(flags);
    const { file, profile } = config;
    const [{ shownOrigins }, { originsOf }] = await Promise.all([
      import('../../lib/view/shown-config.ts'),
      import('../../lib/config/origins.ts'),
    ]);
    if (config.flagsWithSecrets.length > 0) {
      this.logToStderr(`Warning: ${exposureMessage(config.flagsWithSecrets)}.`);
    }
    const origins = shownOrigins(originsOf(config), config);
    const rows = origins.map(({ key, value, origin }) => [key, shown(value), origin]);
    this.log(`Config file: ${file ?? 'none found'}${profile === null ? '' : `, profile ${profile}`}\n`);
    this.log(columns({ head: ['KEY', 'VALUE', 'FROM'], rows, width: this.listWidth() }));
    return { file, profile, values: origins };
  }
}

/** Long lists and templates are for --json. */
const SHOWN = 60;

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : value === undefined ? 'not set' : writeJson(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 3)}...` : text;
}
