import { BaseCommand } from '../../lib/cli/base-command.ts';
import { createRedactor, redactDeep } from '../../lib/secrets/redact.ts';
import { columns } from '../../lib/view/columns.ts';

export default class ScenariosList extends BaseCommand {
  static override summary = 'List the scenarios that can be sent.';
  static override description =
    'Lists the scenarios of the configuration, or the five built-in ones. Scenarios with the tag negative are sent only if selected.';
  static override examples = ['<%= config.bin %> scenarios list', '<%= config.bin %> scenarios list --json'];

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ScenariosList);
    const { settings, secrets } = await this.loadConfig(flags);
    const scenarios = redactDeep(
      settings.scenarios.map(({ name, description, tags, weight }) => ({ name, description, tags, weight })),
      createRedactor(secrets),
    );
    const rows = scenarios.map(({ name, description, tags }) => [name, tags.join(', '), description]);
    const { unicode } = this.terminal();
    this.log(columns({ head: ['NAME', 'TAGS', 'DESCRIPTION'], rows, width: this.listWidth(), unicode }));
    return { scenarios };
  }
}
