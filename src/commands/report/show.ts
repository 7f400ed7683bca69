import { Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { USUAL_EXIT_CODES } from '../../lib/cli/exit-codes.ts';
import { partArgs } from '../../lib/cli/part-args.ts';
import { reporterSummary } from '../../lib/cli/run-flags.ts';
import { EXIT } from '../../lib/errors.ts';
import { requestedPart } from '../../lib/report/history/one-result.ts';

export default class ReportShow extends BaseCommand {
  static override summary = 'Show the report of a saved run, or one of its tests in full.';
  static override description =
    `Reads a saved run and writes it to stdout; nothing is sent. With the number of a test: its request, \
response, timings, attempts, stages with their evidence, findings with hints, trace, and a curl command that resends it. \
Secrets are masked as they were when the run was saved.`;
  static override exitCodes = {
    ...USUAL_EXIT_CODES,
    [EXIT.ok]: 'report shown, whatever its result',
    [EXIT.usage]: 'invalid usage or config; no such run, test or reporter',
  };
  static override examples = [
    '<%= config.bin %> report show',
    { description: 'The third test of the latest run in full', command: '<%= config.bin %> report show 3' },
    {
      description: 'The same of another run, for a program',
      command: '<%= config.bin %> report show latest 3 --json',
    },
    '<%= config.bin %> report show latest --reporter junit',
  ];
  static override args = partArgs;
  static override flags = {
    reporter: Flags.string({
      char: 'r',
      summary: reporterSummary('Report in this format.'),
      default: 'pretty',
      helpValue: 'NAME',
    }),
    full: Flags.boolean({
      summary: 'Everything the pretty report knows: timings, evidence for stages, every finding, all advice.',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(ReportShow);
    const { reporter, full, ...rest } = flags;
    const { run, test } = requestedPart(args.run, args.test);
    const { settings } = await this.loadConfig(rest);
    const { findRun, readSavedRun: readWholeRun } = await import('../../lib/report/history/history.ts');
    const dataDir = this.dataDir(settings.dataDir);
    const folder = await findRun(dataDir, run);
    const { showReport, showTest } = await import('../../lib/cli/report/show.ts');
    const shown = {
      source: await readWholeRun(folder, dataDir),
      reporter: this.jsonEnabled() ? 'json' : reporter,
      screen: { ...this.terminal(), full },
      print: (pieces: AsyncIterable<string> | Iterable<string>) => this.print(pieces),
    };
    if (test !== null) return showTest(shown, test);
    await showReport(shown, { filesFor: reporter });
  }
}
