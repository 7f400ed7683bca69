import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { RUN_EXIT_CODES } from '../../lib/cli/exit-codes.ts';
import { reporterSummary } from '../../lib/cli/run-flags.ts';
import { EXIT } from '../../lib/errors.ts';

export default class ReportMerge extends BaseCommand {
  static override summary = 'Merge the shards of a run into one saved run, and report.';
  static override description =
    `Checks that the runs are shards of one plan, names those that are missing, and adds them up: \
percentiles come from the merged histograms; the duration is from the first start to the last end.`;
  static override exitCodes = {
    ...RUN_EXIT_CODES,
    [EXIT.usage]:
      'invalid usage or config, runs that do not belong together, or a report could not be written',
    [EXIT.incompleteMerge]: 'shards are missing',
  };
  static override examples = [
    '<%= config.bin %> report merge shard-1.json shard-2.json shard-3.json',
    '<%= config.bin %> report merge artifacts/*.json --reporter junit=junit.xml --reporter html=report.html',
  ];
  static override strict = false;
  static override args = {
    run: Args.string({
      description: 'Run ids or unique prefixes of them, paths of runs, or JSON reports.',
      required: true,
    }),
  };
  static override flags = {
    reporter: Flags.string({
      char: 'r',
      summary: reporterSummary('Report in this format, to stdout or to a file; repeatable.'),
      helpValue: 'NAME[=PATH]',
      multiple: true,
      multipleNonGreedy: true,
    }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(ReportMerge);
    const { reporter, ...rest } = flags;
    const { settings } = await this.loadConfig(reporter === undefined ? rest : { ...rest, reporter });
    const { mergeRuns } = await import('../../lib/cli/report/merge.ts');
    process.exitCode = await mergeRuns({
      dataDir: this.dataDir(settings.dataDir),
      keep: settings.keep,
      references: argv.map(String),
      reporters: settings.reporters,
      json: this.jsonEnabled(),
      screen: this.terminal(),
      print: (pieces) => this.print(pieces),
    });
  }
}
