import { Flags } from '@oclif/core';
import { BaseCommand } from '../lib/cli/base-command.ts';
import { USUAL_EXIT_CODES } from '../lib/cli/exit-codes.ts';
import { optionFlags } from '../lib/cli/run-flags.ts';
import { writeStderr } from '../lib/cli/stderr-text.ts';
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
    `Looks at each link of the chain in turn: the config file, the way to the endpoint (name, TCP, TLS, clock), the DSN, \
the token, the hosts and queries of probes (connected to and prepared, never asked), and then one webhook, marked as a \
test like all: does the service continue its trace, is it kept, and how soon can it be read? What is wrong is reported with what \
to do.`;
  static override exitCodes = {
    ...USUAL_EXIT_CODES,
    [EXIT.ok]: 'nothing failed; warnings are allowed',
    [EXIT.failed]: 'something failed',
  };
  static override examples = [
    { description: 'See a healthy one', command: '<%= config.bin %> doctor --sandbox' },
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
      summary: 'Send no webhook; check only what can be checked without one, probes included.',
    }),
    yes: Flags.boolean({ char: 'y', summary: 'Send the webhook in quiet hours, too.' }),
    sandbox: Flags.boolean({ summary: 'Start the sandbox, examine it, stop it.', exclusive: ['url'] }),
    fault: Flags.string({
      summary: 'A fault for the sandbox to inject; repeatable.',
      helpValue: 'SCENARIO=KIND[:ARG]',
      multiple: true,
      multipleNonGreedy: true,
      dependsOn: ['sandbox'],
    }),
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
      say: (line) => writeStderr(`${line}\n`),
    });
  }
}
