import { Args, Flags } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { USUAL_EXIT_CODES } from '../lib/cli/exit-codes.ts';
import { optionFlags } from '../lib/cli/run-flags.ts';
import { writeStderr } from '../lib/cli/stderr-text.ts';
import { RUN_OPTIONS } from '../lib/config/keys/table.ts';
import { EXIT } from '../lib/errors.ts';

/** Options of `run` that decide how the target is reached. */
const KEYS = ['url', 'tls.ca', 'tls.cert', 'tls.key', 'tls.insecure', 'connectTimeout'];

export default class Cleanup extends BaseCommand {
  static override summary = 'Remove what the webhooks of a saved run left behind.';
  static override description =
    `Makes the configured cleanup calls that a run could not make or that failed, also after \
kill -9 or Ctrl-C: what they need is saved before each webhook is sent. Secrets are not saved; headers and tokens come from \
the config and the environment, as in a run. What is removed is recorded, so a second clean-up makes no call.`;
  static override exitCodes = {
    ...USUAL_EXIT_CODES,
    [EXIT.ok]: 'nothing is left behind',
    [EXIT.failed]: 'something is or may be left behind: a call failed or could not be made',
    [EXIT.usage]: 'invalid usage or config: no such run, no clean-up calls, or other calls than the run had',
    [EXIT.interrupted]: 'interrupted by Ctrl-C; what was removed is saved',
    [EXIT.terminated]: 'interrupted by SIGTERM or a closed terminal; what was removed is saved',
  };
  static override examples = [
    { description: 'After the latest run', command: '<%= config.bin %> cleanup' },
    { description: 'Show the calls; send nothing', command: '<%= config.bin %> cleanup latest --dry-run' },
    { description: 'As JSON', command: '<%= config.bin %> cleanup latest --json' },
  ];
  static override args = {
    run: Args.string({
      description: 'Run id or a unique prefix of it, path of a run, or latest.',
      default: 'latest',
    }),
  };
  static override flags = {
    ...optionFlags(RUN_OPTIONS.filter(({ key }) => KEYS.includes(key))),
    'dry-run': Flags.boolean({ summary: 'Print the calls with secrets masked; send nothing.' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Cleanup);
    const { 'dry-run': dryRun, ...given } = flags;
    const config = await this.loadConfig(given);
    const { cleanupCommand } = await import('../lib/cleanup/command.ts');
    process.exitCode = await cleanupCommand({
      ...{ config, dryRun, run: args.run },
      dataDir: this.dataDir(config.settings.dataDir),
      json: this.jsonEnabled(),
      print: (pieces) => this.print(pieces),
      say: (line) => writeStderr(`${line}\n`),
    });
  }
}
