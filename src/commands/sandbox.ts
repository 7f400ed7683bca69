import { Flags } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { ProdE2eError } from '../lib/errors.ts';
import { terminalJson } from '../lib/terminal/text.ts';

export default class Sandbox extends BaseCommand {
  static override summary = 'Start a webhook target and a Sentry server here, to try everything offline.';
  static override description =
    `A webhook target, instrumented with the SDK of Sentry, and a server that takes in and gives out traces as Sentry does. \
They serve on 127.0.0.1 until stopped (Ctrl-C). What to export for prod-e2e, for Sentry's CLI and for a backend of your own \
is printed once both are ready; with --json as one line. What Sentry would refuse or drop of what is sent is printed as it comes: \
on stderr, with --json as further lines on stdout.

A fault is SCENARIO=KIND, or *=KIND for all; several at a time. Names are those of the config file, or of the built-in scenarios.

Of the answer: status:500, timeout, reset, slow:2s, malformed, empty, missing:variant, redirect, rate-limit.

Of the trace: span-missing:ab-routing, span-error:fetch-gex-data, span-slow:data-enrichment:2s, detached, detached:twice, \
no-sdk, sampled-out, trace-late:10s, sentry-status:429.

Of the data: unsaved.`;
  static override examples = [
    '<%= config.bin %> sandbox',
    "<%= config.bin %> sandbox --port 4000 --fault 'VOL_EXPANSION=status:500' --fault 'CHOP=missing:variant'",
  ];
  static override flags = {
    port: Flags.integer({ summary: 'Port of the target.', min: 1, max: 65_535, helpValue: 'N' }),
    'sentry-port': Flags.integer({
      summary: 'Port of the Sentry server.',
      min: 1,
      max: 65_535,
      helpValue: 'N',
    }),
    database: Flags.string({
      summary: 'A PostgreSQL for the signals, in the schema prod_e2e_sandbox; in memory without.',
      helpValue: 'postgres://…',
      env: 'PROD_E2E_SANDBOX_DATABASE',
    }),
    fault: Flags.string({
      summary: 'A fault to inject; repeatable.',
      helpValue: 'SCENARIO=KIND[:ARG]',
      multiple: true,
      multipleNonGreedy: true,
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Sandbox);
    if (flags.database !== undefined && !/^postgres(ql)?:\/\/./i.test(flags.database)) {
      throw new ProdE2eError('--database is not a URL that begins with postgres://.', {
        code: 'INVALID_DATABASE',
        hints: [
          'Such as postgres://localhost:5432/postgres; best in PROD_E2E_SANDBOX_DATABASE, which nobody else sees.',
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
