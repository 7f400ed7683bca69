import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { USUAL_EXIT_CODES } from '../../lib/cli/exit-codes.ts';
import { EXIT } from '../../lib/errors.ts';
import { COMPARISON_FORMS } from '../../lib/report/compare/comparison-forms.ts';

export default class ReportCompare extends BaseCommand {
  static override summary = 'Compare two runs: what is newly broken, fixed, missing, slower or faster.';
  static override description =
    'Compares by scenario and stage. What is newly broken, fixed, missing or found comes from the base run. The usual latency and its \
variation come from the base and up to 49 green runs before it, of the same target, profile, environment and shard. Latency needs \
at least 25 saved tests; with fewer, or with too much variation, the comparison says so. The rule: docs/comparing.md.';
  static override exitCodes = {
    ...USUAL_EXIT_CODES,
    [EXIT.ok]: 'compared, whatever the result',
    [EXIT.unverified]: 'nothing was compared: the base has no working test of any scenario of the head',
    [EXIT.regression]: 'regression, with --fail-on-regression',
  };
  static override examples = [
    '<%= config.bin %> report compare last-green',
    '<%= config.bin %> report compare 20260801-1200 latest --fail-on-regression',
    '<%= config.bin %> report compare baseline.json --json',
    '<%= config.bin %> report compare last-green --reporter markdown',
  ];
  static override args = {
    base: Args.string({
      description: 'Run id or a unique prefix of it, path, JSON report, or last-green.',
      required: true,
    }),
    head: Args.string({
      description: 'Run id or a unique prefix of it, path, JSON report, or latest.',
      default: 'latest',
    }),
  };
  static override flags = {
    reporter: Flags.string({
      char: 'r',
      summary: `Output format: ${COMPARISON_FORMS.join(', ')}.`,
      default: 'pretty',
      helpValue: 'NAME',
    }),
    'fail-on-regression': Flags.boolean({
      summary: 'Exit with code 5 on a regression.',
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
