import { Args } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { optionFlags } from '../../lib/cli/run-flags.ts';
import { RUN_OPTIONS } from '../../lib/config/keys/table.ts';

export default class ScenariosShow extends BaseCommand {
  static override summary = 'Show the request of a scenario and the expected response.';
  static override description =
    'Renders the request as a run would send it, with secrets masked; with --from, one payload of a file. Nothing is sent.';
  static override examples = [
    '<%= config.bin %> scenarios show ORB_BREAKOUT',
    '<%= config.bin %> scenarios show CHOP --json',
    {
      description: 'The third payload of a file, as it is sent',
      command: '<%= config.bin %> scenarios show --from payloads.ndjson 3',
    },
  ];
  static override args = {
    name: Args.string({
      description: 'Name of the scenario (see scenarios list); with --from, the number of the payload.',
      required: true,
    }),
  };
  static override flags = optionFlags(RUN_OPTIONS.filter(({ key }) => key.startsWith('replay.')));

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(ScenariosShow);
    const config = await this.loadConfig(flags);
    const { showScenario, showReplayed } = await import('../../lib/cli/scenarios/show.ts');
    const dataDir = this.dataDir(config.settings.dataDir);
    const number = /^[1-9]\d{0,6}$/.test(args.name) ? Number(args.name) : null;
    const isReplay = config.settings.replay.from !== null && number !== null;
    const { text, data } = await (isReplay
      ? showReplayed({ number, config, dataDir })
      : showScenario({ name: args.name, config, dataDir }));
    this.log(text);
    return data;
  }
}
