import path from 'node:path';
import { Flags } from '@oclif/core';
import { BaseCommand, OUTPUT_FLAGS } from '../lib/cli/base-command.ts';
import { USUAL_EXIT_CODES } from '../lib/cli/exit-codes.ts';
import { EXIT, ProdE2eError } from '../lib/errors.ts';
import {
  checkCount,
  checkHeader,
  checkSlug,
  checkUrl,
  checkVariable,
  nullIfNone,
  RECIPE_NAMES,
  type RecipeName,
  type StarterAnswers,
  USUAL_DSN,
  USUAL_SIGNATURE_HEADER,
  USUAL_TOKEN,
  usualSecretVariable,
} from '../lib/init/starter-answers.ts';
import { SENDER_NAMES, type SenderName, SIGNING_SCHEMES, type SigningScheme } from '../lib/model/signing.ts';

/** A name that is found automatically. */
const USUAL_FILE = 'prod-e2e.config.yaml';

const ANSWER = { helpGroup: 'ANSWER' };

/** Flags whose values are checked like the answers to their questions. */
const CHECKED = {
  url: checkUrl,
  'signature-header': checkHeader,
  'secret-env': checkVariable,
  'dsn-env': checkVariable,
  'token-env': checkVariable,
  org: checkSlug,
  project: checkSlug,
  count: checkCount,
} as const;

export default class Init extends BaseCommand {
  static override summary = 'Write a config file.';
  static override description =
    `Asks three questions on a terminal (URL, provider, Sentry), each with a default, and writes a short config file; nothing is sent. \
Asks nothing if any answer is a flag, with --no-input or --json, in CI, or without a terminal. The file contains no secrets, \
only the names of the variables that hold them.`;
  static override exitCodes = {
    ...USUAL_EXIT_CODES,
    [EXIT.ok]: 'written',
    [EXIT.usage]: 'invalid usage, an invalid answer, or the file already exists',
    [EXIT.interrupted]: 'Ctrl-C: nothing is written',
  };
  static override examples = [
    '<%= config.bin %> init',
    '<%= config.bin %> init --url https://your-production-url.com/webhook',
    {
      description: "A provider's webhooks, with scenarios that must be rejected",
      command: '<%= config.bin %> init --recipe github --output github.yaml',
    },
    {
      description: 'An HMAC signature, and the traces of one organization',
      command:
        '<%= config.bin %> init --no-input --signing hmac --signature-header x-signature --secret-env HOOK_SECRET --org acme --force',
    },
  ];
  static override baseFlags = OUTPUT_FLAGS as typeof BaseCommand.baseFlags;
  static override flags = {
    url: Flags.string({ ...ANSWER, char: 'u', summary: 'Set the webhook endpoint.', helpValue: 'URL' }),
    recipe: Flags.option({
      ...ANSWER,
      summary: `Start from a complete example: ${RECIPE_NAMES.join(', ')}.`,
      helpValue: 'NAME',
      options: RECIPE_NAMES,
      exclusive: ['sender', 'signing'],
    })(),
    sender: Flags.option({
      ...ANSWER,
      summary: `Imitate a provider (its headers, signature and timeout): ${SENDER_NAMES.join(', ')}.`,
      helpValue: 'NAME',
      options: SENDER_NAMES,
      exclusive: ['signing'],
    })(),
    signing: Flags.option({
      ...ANSWER,
      summary: `Sign webhooks with this scheme: ${SIGNING_SCHEMES.join(', ')}.`,
      helpValue: 'NAME',
      options: SIGNING_SCHEMES,
    })(),
    'signature-header': Flags.string({
      ...ANSWER,
      summary: `Send an hmac signature in this header. [default: ${USUAL_SIGNATURE_HEADER}]`,
      helpValue: 'HEADER',
    }),
    'secret-env': Flags.string({
      ...ANSWER,
      summary: 'Read the signing secret from this variable. [default: by provider, else WEBHOOK_SECRET]',
      helpValue: 'NAME',
    }),
    'dsn-env': Flags.string({
      ...ANSWER,
      summary: `Read the Sentry DSN from this variable, or none. [default: ${USUAL_DSN}]`,
      helpValue: 'NAME',
    }),
    'token-env': Flags.string({
      ...ANSWER,
      summary: `Read the Sentry token from this variable, or none. [default: ${USUAL_TOKEN}]`,
      helpValue: 'NAME',
    }),
    org: Flags.string({ ...ANSWER, summary: 'Set the Sentry organization.', helpValue: 'SLUG' }),
    project: Flags.string({ ...ANSWER, summary: 'Set the Sentry project.', helpValue: 'SLUG' }),
    count: Flags.string({
      ...ANSWER,
      summary: 'Set the number of webhooks per run. [default: 5]',
      helpValue: 'N',
    }),
    output: Flags.string({
      char: 'o',
      summary: 'Write the config to this file.',
      default: USUAL_FILE,
      helpValue: 'FILE',
    }),
    force: Flags.boolean({ char: 'f', summary: 'Replace an existing file.' }),
    'no-input': Flags.boolean({ summary: 'Ask no questions; use defaults for flags that are not set.' }),
  };

  async run(): Promise<unknown> {
    const { flags } = await this.parse(Init);
    const { output, force, 'no-input': silent, json: _, color: __, ...answers } = flags;
    checkAnswers(answers);
    const screen = this.terminal(process.stderr);
    const [{ nextCommands, writeStarter }, { canPrompt: canAsk }] = await Promise.all([
      import('../lib/init/command.ts'),
      import('../lib/cli/question.ts'),
    ]);
    const isAsked =
      !silent &&
      !this.jsonEnabled() &&
      Object.keys(answers).length === 0 &&
      canAsk(screen) &&
      this.terminal().interactive;
    const given = isAsked ? null : answersOf(answers);
    const written = await writeStarter({ given, output, force, root: this.config.root, screen });
    if (written.urlLeftOut) {
      this.logToStderr(
        'The URL contains a secret, so it was not written: the file reads it from PRODUCTION_URL.',
      );
    }
    this.log(`Wrote ${written.file}.`);
    const isFound = written.file === path.resolve(USUAL_FILE);
    for (const line of nextCommands(written, {
      config: isFound ? '' : ` --config ${output}`,
      columns: this.terminal().columns,
    }))
      this.log(line);
    return { file: written.file, unsetVariables: written.unset };
  }
}

interface AnswerFlags {
  readonly recipe?: RecipeName | undefined;
  readonly sender?: SenderName | undefined;
  readonly signing?: SigningScheme | undefined;
  readonly url?: string | undefined;
  readonly 'signature-header'?: string | undefined;
  readonly 'secret-env'?: string | undefined;
  readonly 'dsn-env'?: string | undefined;
  readonly 'token-env'?: string | undefined;
  readonly org?: string | undefined;
  readonly project?: string | undefined;
  readonly count?: string | undefined;
}

/** @throws ProdE2eError `INIT_ANSWER`; the answer is not repeated, because it may be a secret */
function checkAnswers(flags: AnswerFlags): void {
  for (const [name, check] of Object.entries(CHECKED)) {
    const given = flags[name as keyof typeof CHECKED];
    const problem = given === undefined ? null : check(given);
    if (problem !== null) throw new ProdE2eError(`--${name}: ${problem}`, { code: 'INIT_ANSWER', hints: [] });
  }
}

function answersOf(flags: AnswerFlags): StarterAnswers {
  const { recipe = null, sender = null, signing = null } = flags;
  return {
    url: flags.url ?? null,
    ...{ recipe, sender, signing },
    signatureHeader: flags['signature-header'] ?? USUAL_SIGNATURE_HEADER,
    secretEnv: nullIfNone(flags['secret-env'] ?? usualSecretVariable(recipe ?? sender)),
    dsnEnv: nullIfNone(flags['dsn-env'] ?? USUAL_DSN),
    tokenEnv: nullIfNone(flags['token-env'] ?? USUAL_TOKEN),
    org: flags.org ?? null,
    project: flags.project ?? null,
    count: flags.count === undefined ? null : Number(flags.count),
  };
}
