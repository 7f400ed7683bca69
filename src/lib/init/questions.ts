/** The three questions of `init`: the endpoint, the provider, and Sentry. */

import { chooseOne, type Entry } from '../cli/choice.ts';
import { promptLine } from '../cli/question.ts';
import { stoppedExit } from '../cli/signals.ts';
import { EXIT, ProdE2eError } from '../errors.ts';
import { SENDER_NAMES } from '../model/signing.ts';
import { SENDER_SCHEME } from '../senders/schemes.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { layOut } from '../terminal/layout.ts';
import {
  checkUrl,
  isSender,
  NONE,
  type StarterAnswers,
  USUAL_DSN,
  USUAL_SIGNATURE_HEADER,
  USUAL_TOKEN,
  usualSecretVariable,
} from './starter-answers.ts';

export interface Prompt {
  readonly screen: Terminal;
  readonly stop: AbortSignal;
  readonly write: (text: string) => void;
}

const PROVIDERS: readonly Entry[] = [
  { name: NONE, meaning: 'JSON of your own' },
  ...SENDER_NAMES.map((name) => ({
    name,
    meaning:
      SENDER_SCHEME[name] === null
        ? 'headers and timeout'
        : `headers, signature, timeout; secret in ${usualSecretVariable(name)}`,
  })),
];

const SENTRY: readonly (Entry & Pick<StarterAnswers, 'dsnEnv' | 'tokenEnv'>)[] = [
  {
    name: 'send and read',
    meaning: `${USUAL_DSN}; read traces with ${USUAL_TOKEN}`,
    ...{ dsnEnv: USUAL_DSN, tokenEnv: USUAL_TOKEN },
  },
  { name: 'send', meaning: `${USUAL_DSN}; traces are not read`, dsnEnv: USUAL_DSN, tokenEnv: null },
  { name: NONE, meaning: 'only trace headers', dsnEnv: null, tokenEnv: null },
];

/** @throws ProdE2eError `INTERRUPTED` */
export async function askAll(prompt: Prompt): Promise<StarterAnswers> {
  const url = await askUrl(prompt);
  prompt.write('\n');
  const provider = await choose(prompt, { question: 'Provider to imitate', entries: PROVIDERS });
  prompt.write('\n');
  const sentry = await choose(prompt, { question: 'Sentry', entries: SENTRY });
  const sender = isSender(provider) ? provider : null;
  const { dsnEnv, tokenEnv } = SENTRY.find(({ name }) => name === sentry) ?? { dsnEnv: null, tokenEnv: null };
  return {
    ...{ url: url === '' ? null : url, recipe: null, sender, signing: null },
    signatureHeader: USUAL_SIGNATURE_HEADER,
    secretEnv: sender === null || SENDER_SCHEME[sender] === null ? null : usualSecretVariable(sender),
    ...{ dsnEnv, tokenEnv, org: null, project: null, count: null },
  };
}

/** Asks until the answer is valid; empty for Enter. */
async function askUrl({ screen, stop, write }: Prompt): Promise<string> {
  for (;;) {
    const typed = await promptLine('Webhook URL [later, from PRODUCTION_URL]: ', { stop });
    if (typed === null) throw interrupted(write, stop);
    const url = typed.trim();
    const problem = url === '' ? null : checkUrl(url);
    if (problem === null) return url;
    write(`${layOut([{ text: problem, style: 'red' }], { indent: 2, hang: 2 }, screen).join('\n')}\n`);
  }
}

async function choose(
  prompt: Prompt,
  asked: { readonly question: string; readonly entries: readonly Entry[] },
): Promise<string> {
  const chosen = await chooseOne({ ...asked, ...prompt });
  if (chosen === null) throw interrupted(prompt.write, prompt.stop);
  return chosen;
}

function interrupted(write: (text: string) => void, stop: AbortSignal): ProdE2eError {
  // Ends the line of the question.
  write('\n');
  return new ProdE2eError('Interrupted; nothing was written.', {
    code: 'INTERRUPTED',
    hints: ['Without questions: prod-e2e init --no-input', 'Flags for each answer: prod-e2e init --help'],
    exit: stop.aborted ? stoppedExit(stop.reason) : EXIT.interrupted,
  });
}
