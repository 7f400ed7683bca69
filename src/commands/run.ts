import { Flags } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { RUN_EXIT_CODES } from '../lib/cli/exit-codes.ts';
import { FAULT_HELP, faultFlag } from '../lib/cli/fault-flags.ts';
import { optionFlags } from '../lib/cli/run-flags.ts';

export default class Run extends BaseCommand {
  static override summary =
    'Send synthetic webhooks, each in its own trace, judge the responses, and report.';

  static override description =
    `Sends clearly marked webhooks to a production endpoint and reports what works, what is broken and what data is missing, \
with the trace id of each. With a Sentry token, traces are read back and judged: which stage each webhook reached, \
what failed inside, what is missing. Without a DSN the trace headers are still sent.

Most flags are also keys of the config file and variables: --connect-timeout is connectTimeout and \
PROD_E2E_CONNECT_TIMEOUT. A flag overrides a variable, a variable the profile, the profile the file. What is in effect, and \
where it comes from: <%= config.bin %> config show.

Sending more than 25 webhooks, more than 10 per second or at a time, or during quiet hours to a host other than this machine \
needs confirmation: on the terminal, or with --yes.

${FAULT_HELP}`;

  static override exitCodes = RUN_EXIT_CODES;

  static override examples = [
    { description: 'Try everything offline', command: '<%= config.bin %> run --sandbox' },
    {
      description: 'Five webhooks',
      command: '<%= config.bin %> run --url https://your-production-url.com/webhook',
    },
    {
      description: 'Show what would be sent; send nothing',
      command: '<%= config.bin %> run --url https://your-production-url.com/webhook --dry-run',
    },
    {
      description: 'In CI: a JUnit file, and no slow responses',
      command: "<%= config.bin %> run --reporter junit=junit.xml --threshold 'p95<800ms' --sandbox",
    },
    {
      description: 'One scenario, broken on purpose',
      command: "<%= config.bin %> run --sandbox --scenario CHOP --fault 'CHOP=status:500'",
    },
  ];

  static override flags = {
    ...optionFlags(),
    'dry-run': Flags.boolean({
      summary: 'Print the plan with exact requests and curl commands; send nothing.',
      env: 'PROD_E2E_DRY_RUN',
      helpGroup: 'PLAN',
    }),
    full: Flags.boolean({
      summary: 'Write the pretty report with everything it knows, like report show --full.',
      helpGroup: 'REPORT',
    }),
    yes: Flags.boolean({
      char: 'y',
      summary: 'Confirm a large, fast or quiet-hours run; only as a flag.',
      helpGroup: 'SAFETY',
    }),
    sandbox: Flags.boolean({
      summary: 'Start the sandbox, run against it, and stop it.',
      env: 'PROD_E2E_SANDBOX',
      helpGroup: 'SANDBOX',
      exclusive: ['url'],
    }),
    fault: faultFlag({ kindsIn: null, helpGroup: 'SANDBOX', dependsOn: ['sandbox'] }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Run);
    const { 'dry-run': dryRun, full, yes, sandbox, fault, ...given } = flags;
    const config = await this.loadCheckedConfig(given, {
      sandbox,
      faults: fault ?? [],
      replay: 'read-if-invalid',
    });
    const { runCommand } = await import('../lib/run/command.ts');
    process.exitCode = await runCommand({
      config,
      dryRun,
      full,
      yes,
      sandbox,
      faults: fault ?? [],
      json: this.jsonEnabled(),
      root: this.config.root,
      dataDir: this.dataDir(config.settings.dataDir),
      stdout: this.terminal(process.stdout),
      stderr: this.terminal(process.stderr),
      print: (pieces) => this.print(pieces),
    });
  }
}
