import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { USUAL_EXIT_CODES } from '../../lib/cli/exit-codes.ts';
import { EXIT } from '../../lib/errors.ts';
import { COMPARISON_FORMS } from '../../lib/report/compare/comparison-forms.ts';

export default class ReportCompare extends BaseCommand {
  static override summary = 'Compare two runs: what is newly broken, fixed, missing, slower or faster.';
  static override description =
    'Per scenario and stage. The base says what is newly broken, fixed, missing or found. Which latency is usual, and how much it \
varies, the base and up to 49 green runs before it say: those of the same target, profile, environment and shard. At least \
25 saved tests are needed; where there are fewer, or they vary too much, the comparison says so. docs/comparing.md has the rule.';
  static override exitCodes = {
    ...USUAL_EXIT_CODES,
    [EXIT.ok]: 'compared, whatever was found',
    [EXIT.unverified]: 'nothing was compared: the base has no working test of any scenario of the head',
    [EXIT.regression]: 'with --fail-on-regression: something is worse',
  };
  static override examples = [
    '<%= config.bin %> report compare last-green',
    '<%= config.bin %> report compare 20260801-1200 latest --fail-on-regression',
    '<%= config.bin %> report compare baseline.json --json',
    '<%= config.bin %> report compare last-green --reporter markdown',
  ];
  static override args = {
    base: Args.string({
      description: 'Run id, the beginning of one, a path, a JSON report, or last-green.',
      required: true,
    }),
    head: Args.string({
      description: 'Run id, the beginning of one, a path, a JSON report, or latest.',
      default: 'latest',
    }),
  };
  static override flags = {
    reporter: Flags.string({
      char: 'r',
      summary: `How to show it: ${COMPARISON_FORMS.join(', ')}.`,
      default: 'pretty',
      helpValue: 'NAME',
    }),
    'fail-on-regression': Flags.boolean({
      summary: 'Exit with 5 when something is worse.',
      env: 'PROD_E2E_FAIL_ON_REGRESSION',
    }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(ReportCompare);
    const { 'fail-on-regression': failOnRegression, reporter, ...rest } = flags;
    const { settings } = await this.loadConfig(rest);
    const { compareSaved } = await import('../../lib/cli/report/compare.ts');
    const { comparison, text } = await compareSaved({
      dataDir: this.dataDir(settings.dataDir),
      ...args,
      reporter,
      screen: this.terminal(),
    });
    if (!this.jsonEnabled()) await this.print([`${text}\n`]);
    if (!comparison.compared) process.exitCode = EXIT.unverified;
    if (failOnRegression && comparison.regression) process.exitCode = EXIT.regression;
    return comparison;
  }
}
