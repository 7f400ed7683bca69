import { Flags } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { FAULT_HELP, faultFlag } from '../lib/cli/fault-flags.ts';
import { ProdE2eError } from '../lib/errors.ts';
import { terminalJson } from '../lib/terminal/text.ts';

export default class Sandbox extends BaseCommand {
  static override summary = 'Start a local webhook target and Sentry server, to try everything offline.';
  static override description =
    `Starts a webhook target, instrumented with Sentry's SDK, and a server that receives and returns traces as Sentry does. \
They serve on 127.0.0.1 until stopped (Ctrl-C). Once both are ready, prints what to export for prod-e2e, for Sentry's CLI and \
for a backend of your own; with --json as one line. What Sentry would refuse or drop is printed as it arrives: on stderr, or \
with --json as further lines on stdout.

${FAULT_HELP}`;
  static override examples = [
    '<%= config.bin %> sandbox',
    "<%= config.bin %> sandbox --port 4000 --fault 'VOL_EXPANSION=status:500' --fault 'CHOP=missing:variant'",
  ];
  static override flags = {
    port: Flags.integer({
      summary: 'Port of the target. [default: a free port]',
      min: 1,
      max: 65_535,
      helpValue: 'N',
    }),
    'sentry-port': Flags.integer({
      summary: 'Port of the Sentry server. [default: a free port]',
      min: 1,
      max: 65_535,
      helpValue: 'N',
    }),
    database: Flags.string({
      summary:
        'Store signals in this PostgreSQL database, in the schema prod_e2e_sandbox. [default: in memory]',
      helpValue: 'postgres://…',
      env: 'PROD_E2E_SANDBOX_DATABASE',
    }),
    fault: faultFlag({ kindsIn: null }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Sandbox);
    if (flags.database !== undefined && !/^postgres(ql)?:\/\/./i.test(flags.database)) {
      throw new ProdE2eError('--database must be a URL that starts with postgres://.', {
        code: 'INVALID_DATABASE',
        hints: [
          'Example: postgres://localhost:5432/postgres. Set it in PROD_E2E_SANDBOX_DATABASE to hide it from other users.',
        ],
      });
    }
    await this.checkFaults(flags);
    const { serveSandbox } = await import('../lib/sandbox/command.ts');
    const { noticeText, servingJson, servingText } = await import('../lib/sandbox/text.ts');
    const isJson = this.jsonEnabled();
    const { env } = process;
    await serveSandbox({
      root: this.config.root,
      faults: flags.fault ?? [],
      port: flags.port,
      sentryPort: flags['sentry-port'],
      database: flags.database,
      say: (info) =>
        this.print([
          `${isJson ? servingJson(info, env) : servingText(info, { bin: this.config.bin, env })}\n`,
        ]),
      notice: (notice) => {
        if (isJson) void this.print([`${terminalJson(notice)}\n`]);
        else this.logToStderr(noticeText(notice));
      },
    });
  }

  /** The sandbox needs the configuration only for the names of its scenarios. */
  private async checkFaults({ fault = [], config, profile }: CheckedFlags): Promise<void> {
    const { namesScenario } = await import('../lib/sandbox/check-faults.ts');
    if (config === undefined && profile === undefined && !fault.some(namesScenario)) return;
    await this.loadConfig({ config, profile }, { check: await this.faultCheck(fault, 'elsewhere') });
  }
}

interface CheckedFlags {
  readonly fault?: readonly string[] | undefined;
  readonly config?: string | undefined;
  readonly profile?: string | undefined;
}
