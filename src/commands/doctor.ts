import { Flags } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { USUAL_EXIT_CODES } from '../lib/cli/exit-codes.ts';
import { faultFlag } from '../lib/cli/fault-flags.ts';
import { optionFlags } from '../lib/cli/run-flags.ts';
import { RUN_OPTIONS } from '../lib/config/keys/table.ts';
import { EXIT } from '../lib/errors.ts';

/** Options of `run` that apply to a single webhook and its trace. */
const KEYS = [
  ...['url', 'headers', 'tls.ca', 'tls.cert', 'tls.key', 'tls.insecure', 'scenario', 'set'],
  ...['timeout', 'connectTimeout', 'sentry.dsn', 'environment', 'trace.timeout'],
];

export default class Doctor extends BaseCommand {
  static override summary = 'Check config, endpoint, DSN, token, probes and one traced webhook.';
  static override description =
    `Checks each link of the chain in order: the config file, the connection to the endpoint (name, TCP, TLS, clock), the DSN, \
the token, the hosts and queries of probes (connected to and prepared, not executed), and one webhook, marked as a test: does \
the service continue its trace, is the trace kept, and how soon can it be read? Each problem is reported with what to do about it.`;
  static override exitCodes = {
    ...USUAL_EXIT_CODES,
    [EXIT.ok]: 'no check failed; there may be warnings',
    [EXIT.failed]: 'a check failed',
  };
  static override examples = [
    { description: 'A healthy system', command: '<%= config.bin %> doctor --sandbox' },
    {
      description: 'Before the first run against production',
      command: '<%= config.bin %> doctor --url https://your-production-url.com/webhook',
    },
    {
      description: 'Send nothing',
      command: '<%= config.bin %> doctor --url https://your-production-url.com/webhook --no-send --json',
    },
  ];
  static override flags = {
    ...optionFlags(RUN_OPTIONS.filter(({ key }) => KEYS.includes(key))),
    'no-send': Flags.boolean({
      summary: 'Send no webhook; run only the checks that need none.',
    }),
    yes: Flags.boolean({ char: 'y', summary: 'Send the webhook during quiet hours too.' }),
    sandbox: Flags.boolean({ summary: 'Start the sandbox, check it, and stop it.', exclusive: ['url'] }),
    fault: faultFlag({ kindsIn: 'run', dependsOn: ['sandbox'] }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Doctor);
    const { 'no-send': noSend, yes, sandbox, fault, ...given } = flags;
    const { doctorCommand } = await import('../lib/doctor/command.ts');
    process.exitCode = await doctorCommand({
      // These two have checks of their own, and must not prevent the others.
      loadConfig: (warn) =>
        this.loadCheckedConfig(given, {
          ...{ sandbox, faults: fault ?? [], use: 'doctor', warn },
          tolerates: ['NO_URL', 'DSN_INVALID'],
        }),
      dataDir: (configured) => this.dataDir(configured),
      send: !noSend,
      yes,
      sandbox,
      faults: fault ?? [],
      json: this.jsonEnabled(),
      root: this.config.root,
      stdout: this.terminal(process.stdout),
      print: (pieces) => this.print(pieces),
      stderr: this.terminal(process.stderr),
      write: (text) => process.stderr.write(text),
    });
  }
}
