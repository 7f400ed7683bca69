import { Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import type { UnreadableRun } from '../../lib/report/history/history.ts';
import { columns } from '../../lib/view/columns.ts';
import { leftoverLines, trendLines, trendsOf, unreadableLines } from '../../lib/view/run-list.ts';

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
    const { readHeads } = await import('../../lib/report/history/history.ts');
    const heads = [];
    const unreadable: UnreadableRun[] = [];
    for await (const head of readHeads(this.dataDir(settings.dataDir), (run) => unreadable.push(run))) {
      heads.push(head);
      if (heads.length === limit) break;
    }
    const rows = heads.map(({ runId, startedAt, status, summary, latency, target, planned }) => [
      runId,
      startedAt.slice(0, 16).replace('T', ' '),
      status,
      // A large run that was cut off is not counted here, but in report show.
      summary === null ? `?/${planned}` : `${summary.successful}/${summary.total}`,
      latency === null || latency.p95Ms === null ? '' : `${Math.round(latency.p95Ms)} ms`,
      target,
    ]);
    if (rows.length === 0) this.log('No run has been kept yet. Send one: prod-e2e run --sandbox');
    else {
      const head = ['RUN', 'STARTED (UTC)', 'STATUS', 'WORKING', 'P95', 'TARGET'];
      // A run id begins with its start time.
      this.log(columns({ head, rows, width: this.listWidth(), spare: head.indexOf('STARTED (UTC)') }));
    }
    const trends = trendsOf(heads);
    if (trends.length > 0)
      this.log(`\n${trendLines(trends, { ...this.terminal(), columns: this.listWidth() }).join('\n')}`);
    for (const line of leftoverLines(heads)) this.log(line);
    for (const line of unreadableLines(unreadable)) this.logToStderr(line);
    return { runs: heads, trends };
  }
}
