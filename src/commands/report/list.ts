import { Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { leftoverLines, runLines, unreadableLines } from '../../lib/view/run-list.ts';
import { trendLines, trendsOf } from '../../lib/view/run-trends.ts';

export default class ReportList extends BaseCommand {
  static override summary = 'List saved runs, newest first.';
  static override description =
    `Shows status, working tests, 95th percentile of the response times, and the last runs of each target. \
With --reporter it also writes the history of each target, from all its saved runs: strips per scenario and stage, incidents, availability, latency.`;
  static override examples = [
    '<%= config.bin %> report list',
    '<%= config.bin %> report list --limit 5 --json',
    {
      description: 'The history as one page for a browser',
      command: '<%= config.bin %> report list --reporter html=history.html',
    },
  ];
  static override flags = {
    limit: Flags.integer({
      char: 'l',
      summary: 'Maximum number of runs to list.',
      default: 20,
      min: 1,
      helpValue: 'N',
    }),
    reporter: Flags.string({
      char: 'r',
      summary:
        'Write the history of all saved runs in this format, to stdout or to a file; repeatable: html, json.',
      helpValue: 'NAME[=PATH]',
      multiple: true,
      multipleNonGreedy: true,
    }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(ReportList);
    const { limit, reporter = [], ...rest } = flags;
    const { settings } = await this.loadConfig(rest);
    const dataDir = this.dataDir(settings.dataDir);
    if (reporter.length > 0) {
      const { writeHistories } = await import('../../lib/cli/report/history.ts');
      const json = this.jsonEnabled();
      const printed = await writeHistories({
        dataDir,
        reporters: reporter,
        json,
        print: (text) => this.print([text]),
      });
      if (printed) return undefined;
    }
    const { listRuns } = await import('../../lib/cli/report/list.ts');
    const { heads, rows, unreadable } = await listRuns({ dataDir, limit });
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
