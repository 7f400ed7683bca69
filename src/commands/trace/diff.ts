import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { USUAL_EXIT_CODES } from '../../lib/cli/exit-codes.ts';
import { EXIT, ProdE2eError } from '../../lib/errors.ts';

export default class TraceDiff extends BaseCommand {
  static override summary = 'Show what differs between the working and the broken traces of a scenario.';
  static override description =
    'Compares the broken tests of the latest run, grouped by cause, with the last working tests of their scenarios among \
saved runs of the same target; or any two tests. Reports spans that fail, are missing, new, moved, slower, or more frequent, \
and other values of attributes such as release. What also varies among working traces is not reported. Reads saved runs \
only, so it also works when Sentry does not. docs/traces.md has the rules.';
  static override exitCodes = {
    ...USUAL_EXIT_CODES,
    [EXIT.ok]: 'compared, whatever was found',
  };
  static override examples = [
    '<%= config.bin %> trace diff',
    '<%= config.bin %> trace diff CHOP',
    '<%= config.bin %> trace diff 5',
    '<%= config.bin %> trace diff 1 5 --json',
  ];
  static override args = {
    first: Args.string({
      description:
        'Scenario, result number of the latest run, test id, or trace id. Default: every broken test of the latest run.',
    }),
    second: Args.string({
      description: 'Result number, test id, or trace id to compare the first one with.',
    }),
  };

  static override flags = {
    failed: Flags.boolean({
      summary: 'Compare every broken test of the latest run; the default without arguments.',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(TraceDiff);
    const { failed, ...rest } = flags;
    if (failed && args.first !== undefined) throw bothGiven();
    const { settings } = await this.loadConfig(rest);
    const [{ diffSaved }, { diffDocument, diffLines }] = await Promise.all([
      import('../../lib/cli/trace/diff.ts'),
      import('../../lib/cli/trace/diff-lines.ts'),
    ]);
    const comparisons = await diffSaved({
      dataDir: this.dataDir(settings.dataDir),
      first: args.first ?? null,
      second: args.second ?? null,
    });
    if (!this.jsonEnabled()) await this.print(diffLines(comparisons, this.terminal()));
    return diffDocument(comparisons);
  }
}

function bothGiven(): ProdE2eError {
  return new ProdE2eError('A trace and --failed cannot be combined.', {
    code: 'TRACE_ID',
    hints: ['Leave one out: prod-e2e trace diff --failed'],
  });
}
