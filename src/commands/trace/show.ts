import { Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { USUAL_EXIT_CODES } from '../../lib/cli/exit-codes.ts';
import { optionFlags } from '../../lib/cli/run-flags.ts';
import { writeStderr } from '../../lib/cli/stderr-text.ts';
import { pickFlags, pickOf, traceArgs } from '../../lib/cli/trace-flags.ts';
import { RUN_OPTIONS } from '../../lib/config/keys/table.ts';
import { EXIT } from '../../lib/errors.ts';

export default class TraceShow extends BaseCommand {
  static override summary = 'Draw a trace as a tree of spans, with missing spans and findings.';
  static override description =
    `Reads the trace from Sentry once, or with --wait until no more spans arrive, which needs SENTRY_AUTH_TOKEN (scope org:read) \
and the organization. If Sentry cannot be read, draws the spans saved with the run. Follows background work as configured in trace.follow.`;
  static override exitCodes = {
    ...USUAL_EXIT_CODES,
    [EXIT.ok]: 'drawn, whatever it contains',
    [EXIT.failed]: 'Sentry has no such trace or could not be read, and no spans were saved',
    [EXIT.interrupted]: 'Ctrl-C',
  };
  static override examples = [
    '<%= config.bin %> trace show 3',
    '<%= config.bin %> trace show --failed',
    '<%= config.bin %> trace show 0123456789abcdef0123456789abcdef --wait --trace-timeout 3m',
    '<%= config.bin %> trace show --slowest --json',
  ];
  static override args = traceArgs;
  static override flags = {
    ...pickFlags,
    wait: Flags.boolean({ summary: 'Wait until no more spans arrive, up to the trace timeout.' }),
    ...optionFlags(RUN_OPTIONS.filter(({ flag }) => flag === 'trace-timeout')),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(TraceShow);
    const { failed, slowest, wait, ...rest } = flags;
    const config = await this.loadConfig(rest);
    const { showTrace } = await import('../../lib/cli/trace/show.ts');
    const { document, drawing } = await showTrace({
      config,
      id: args.id ?? null,
      pick: pickOf({ failed, slowest }),
      dataDir: this.dataDir(config.settings.dataDir),
      wait,
      say: (line) => writeStderr(`${line}\n`),
    });
    if (!this.jsonEnabled()) {
      const { drawTrace } = await import('../../lib/view/trace/tree.ts');
      await this.print(drawTrace({ ...drawing, screen: this.terminal() }));
    }
    return document;
  }
}
