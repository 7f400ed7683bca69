import { Flags } from '@oclif/core';
import { BaseCommand } from '../../lib/cli/base-command.ts';
import { pickFlags, pickOf, traceArgs } from '../../lib/cli/trace-flags.ts';
import { createRedactor } from '../../lib/secrets/redact.ts';

export default class TraceOpen extends BaseCommand {
  static override summary = 'Open a trace in Sentry, and print its link.';
  static override description =
    `Opens a browser only on a terminal with a display, and not in CI. The organization comes from sentry.org in the \
config, SENTRY_ORG, .sentryclirc, or an organization token.`;
  static override examples = [
    '<%= config.bin %> trace open 3',
    '<%= config.bin %> trace open --failed --print',
    '<%= config.bin %> trace open 0123456789abcdef0123456789abcdef --print',
  ];
  static override args = traceArgs;
  static override flags = {
    ...pickFlags,
    print: Flags.boolean({ summary: 'Print the link; open nothing.' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(TraceOpen);
    const { failed, slowest, print, ...rest } = flags;
    const { settings, secrets } = await this.loadConfig(rest);
    const { findTrace, linkTo } = await import('../../lib/cli/trace/open.ts');
    const pick = pickOf({ failed, slowest });
    const found = await findTrace({
      id: args.id ?? null,
      pick,
      dataDir: this.dataDir(settings.dataDir),
      command: 'trace open',
    });
    const link = linkTo(found, settings);
    const url = createRedactor(secrets)(link);
    this.log(url);
    // The browser gets the link on its command line, which every user of the machine can read.
    const isSecret = url !== link;
    if (isSecret)
      this.logToStderr('The link holds a secret of the configuration, so it is masked and not opened.');
    const wanted = !isSecret && !print && !this.jsonEnabled() && this.terminal().interactive;
    const opened = wanted && (await (await import('../../lib/cli/browser.ts')).openInBrowser(url));
    return { traceId: found.traceId, testId: found.testId, url, opened };
  }
}
