import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/base-command.ts';

export default class ReportShow extends BaseCommand {
  static override summary = 'Show the report of a kept run.';
  static override examples = [
    '<%= config.bin %> report show',
    '<%= config.bin %> report show latest --reporter junit',
    '<%= config.bin %> report show latest --json',
  ];
  static override args = {
    run: Args.string({
      description: 'Run id, the beginning of one, the path of a run, or latest.',
      default: 'latest',
    }),
  };
  static override flags = {
    reporter: Flags.string({
      char: 'r',
      summary:
        'Reporter to render it with: pretty, json, ndjson, junit, ctrf, markdown, html, github, tap, prometheus.',
      default: 'pretty',
      helpValue: 'NAME',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ReportShow);
    const { reporter, ...rest } = flags;
    const { settings } = await this.loadConfig(rest);
    const [{ findRun, readWholeRun }, { loadFormatter }, { writeStepSummary }] = await Promise.all([
      import('../../lib/report/history.ts'),
      import('../../lib/report/formatters/table.ts'),
      import('../../lib/tasks/run-ending.ts'),
    ]);
    const formatter = await loadFormatter(this.jsonEnabled() ? 'json' : reporter);
    const source = await readWholeRun(await findRun(this.dataDir(settings.dataDir), args.run));
    await this.print(formatter.render(source, this.terminal()));
    const [failure] = await writeStepSummary([{ name: reporter }], source);
    if (failure !== undefined) throw failure;
  }
}
