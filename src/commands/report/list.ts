import { Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { leftoverLines, runLines, unreadableLines } from '../../lib/view/run-list.ts';
import { trendLines, trendsOf } from '../../lib/view/run-trends.ts';

export default class ReportList extends BaseCommand {
  static override summary = 'List saved runs, newest first.';
  static override description =
    'Shows status, working tests, 95th percentile of the response times, and the last runs of each target.';
  static override examples = [
    '<%= config.bin %> report list',
    '<%= config.bin %> report list --limit 5 --json',
  ];
  static override flags = {
    limit: Flags.integer({
      char: 'l',
      summary: 'Maximum number of runs to list.',
      default: 20,
      min: 1,
      helpValue: 'N',
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ReportList);
    const { limit, ...rest } = flags;
    const { settings } = await this.loadConfig(rest);
    const { listRuns } = await import('../../lib/cli/report/list.ts');
    const { heads, rows, unreadable } = await listRuns({ dataDir: this.dataDir(settings.dataDir), limit });
    const screen = { ...this.terminal(), columns: this.listWidth() };
    if (rows.length === 0) this.log('No saved runs. To create one: prod-e2e run --sandbox');
    else this.log(runLines(rows, screen).join('\n'));
    const trends = trendsOf(heads);
    if (trends.length > 0) this.log(`\n${trendLines(trends, screen).join('\n')}`);
    for (const line of leftoverLines(heads)) this.log(line);
    for (const line of unreadableLines(unreadable)) this.logToStderr(line);
    return { runs: heads, trends };
  }
}
