import { Args } from '@oclif/core';
import { BaseCommand } from '../../lib/base-command.ts';

export default class ScenariosShow extends BaseCommand {
  static override summary = 'Show the request of one scenario, rendered, and what is expected of the answer.';
  static override examples = [
    '<%= config.bin %> scenarios show ORB_BREAKOUT',
    '<%= config.bin %> scenarios show CHOP --json',
  ];
  static override args = {
    name: Args.string({ description: 'Name of the scenario (see scenarios list).', required: true }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(ScenariosShow);
    const config = await this.loadConfig(flags);
    const { showScenario } = await import('../../lib/view/scenario.ts');
    const { text, data } = await showScenario({
      name: args.name,
      config,
      dataDir: this.dataDir(config.settings.dataDir),
    });
    this.log(text);
    return data;
  }
}
