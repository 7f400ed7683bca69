import { Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { USUAL_EXIT_CODES } from '../../lib/cli/exit-codes.ts';
import { partArgs } from '../../lib/cli/part-args.ts';
import { EXIT, ProdE2eError } from '../../lib/errors.ts';
import { requestedPart } from '../../lib/report/history/one-result.ts';

export default class ReportOpen extends BaseCommand {
  static override summary = 'Open the report of a saved run in a browser, and print its path.';
  static override description =
    `Writes the HTML report into the folder of the run and opens it, at a test if one is named. With --history, writes and \
opens a page about all saved runs: strips per scenario and stage, incidents, availability, latency. \
Opens a browser only on a terminal with a display, and not in CI. Nothing is sent.`;
  static override exitCodes = {
    ...USUAL_EXIT_CODES,
    [EXIT.ok]: 'written, and opened if there is a browser',
    [EXIT.usage]: 'invalid usage or config; no such run or test; the report cannot be written',
  };
  static override examples = [
    '<%= config.bin %> report open',
    { description: 'At the third test of the latest run', command: '<%= config.bin %> report open 3' },
    '<%= config.bin %> report open latest --print',
    { description: 'All saved runs on one page', command: '<%= config.bin %> report open --history' },
  ];
  static override args = partArgs;
  static override flags = {
    history: Flags.boolean({ summary: 'Open a page about all saved runs instead of one run.' }),
    print: Flags.boolean({ summary: 'Write the report and print its path; open nothing.' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(ReportOpen);
    const { print, history, ...rest } = flags;
    if (history && args.run !== undefined) throw historyOfOne(args.run);
    const { run, test } = requestedPart(args.run, args.test);
    const { settings } = await this.loadConfig(rest);
    const dataDir = this.dataDir(settings.dataDir);
    const { runId, file, address } = history
      ? {
          ...(await (await import('../../lib/cli/report/history.ts')).writeHistoryPage(dataDir)),
          runId: null,
        }
      : await writeRunPage({ dataDir, run, test });
    this.log(file);
    const wanted = !print && !this.jsonEnabled() && this.terminal().interactive;
    const opened = wanted && (await (await import('../../lib/cli/browser.ts')).openPage(address));
    return { ...(runId === null ? {} : { runId }), file, opened };
  }
}

async function writeRunPage({
  dataDir,
  run,
  test,
}: {
  readonly dataDir: string;
  readonly run: string;
  readonly test: string | null;
}) {
  const { findRun } = await import('../../lib/report/history/history.ts');
  const folder = await findRun(dataDir, run);
  const { writePage } = await import('../../lib/cli/report/open.ts');
  return writePage({ folder, dataDir, test });
}

function historyOfOne(run: string): ProdE2eError {
  return new ProdE2eError('--history is about all saved runs, so it takes no run.', {
    code: 'HISTORY_OF_ONE_RUN',
    hints: ['All saved runs: prod-e2e report open --history', `This one: prod-e2e report open ${run}`],
  });
}
