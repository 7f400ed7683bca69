/** The questions of `init`, each with a default and the reason for it. */

import { promptLine } from '../cli/question.ts';
import { stoppedExit } from '../cli/signals.ts';
import { EXIT, ProdE2eError } from '../errors.ts';
import { SENDER_NAMES, SIGNING_SCHEMES } from '../model/signing.ts';
import { SENDER_SCHEME } from '../senders/schemes.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { layOut } from '../terminal/layout.ts';
import {
  checkCount,
  checkHeader,
  checkSlug,
  checkUrl,
  checkVariable,
  isRecipe,
  isScheme,
  isSender,
  NONE,
  nullIfNone,
  type Problem,
  RECIPE_NAMES,
  type StarterAnswers,
  USUAL_DSN,
  USUAL_SIGNATURE_HEADER,
  USUAL_TOKEN,
  usualSecretVariable,
} from './starter-answers.ts';

interface Question {
  readonly why: string;
  readonly what: string;
  /** The answer for Enter; empty: not set, shown as `open`. */
  readonly usual: string;
  readonly open?: string;
  /** Names to choose from, by name or number. */
  readonly choices?: readonly string[];
  readonly check?: (text: string) => Problem;
}

export interface Prompt {
  readonly screen: Terminal;
  readonly stop: AbortSignal;
  readonly write: (text: string) => void;
}

/** @throws ProdE2eError `INTERRUPTED` */
export async function askAll(asking: Prompt): Promise<StarterAnswers> {
  const ask = (question: Question) => askOne(asking, question);
  asking.write('Enter takes what stands in [brackets], Tab completes, Ctrl-C ends and writes nothing.\n');
  const url = await ask({
    why: 'Where the webhooks go. Nothing is sent now.',
    what: 'Webhook URL',
    usual: '',
    open: 'later, from PRODUCTION_URL',
    check: checkUrl,
  });
  const recipe = await ask({
    why: 'A recipe is a complete example of one provider or system, to be changed; none is the commented list of all settings.',
    what: 'Recipe',
    usual: NONE,
    choices: [NONE, ...RECIPE_NAMES],
  });
  const whose = isRecipe(recipe)
    ? { sender: null, signing: null, signatureHeader: USUAL_SIGNATURE_HEADER, signs: true }
    : await askWhose(ask);
  const secretEnv = whose.signs
    ? await ask({
        why: 'Webhooks are signed with a secret; the file names the variable that holds it.',
        what: 'Variable of the secret',
        usual: usualSecretVariable(isRecipe(recipe) ? recipe : whose.sender),
        check: (text) => (text === NONE ? 'It cannot be signed without one.' : checkVariable(text)),
      })
    : NONE;
  const dsnEnv = await ask({
    why: 'With a DSN the client side of each trace is reported; without one its headers are sent all the same.',
    what: 'Variable of the Sentry DSN, or none',
    usual: USUAL_DSN,
    check: checkVariable,
  });
  const tokenEnv = await ask({
    why: 'With a token (scope org:read) traces are read back and judged.',
    what: 'Variable of the token, or none',
    usual: USUAL_TOKEN,
    check: checkVariable,
  });
  const org = await ask({
    why: 'Links to traces, and reading them, need the organisation.',
    what: 'Sentry organisation',
    usual: '',
    open: 'later, from SENTRY_ORG',
    check: checkSlug,
  });
  const project = await ask({
    why: 'The project that the DSN belongs to.',
    what: 'Sentry project',
    usual: '',
    open: 'later, from SENTRY_PROJECT',
    check: checkSlug,
  });
  const count = await ask({
    why: 'Scenarios are taken in turn; more than 25 webhooks ask first.',
    what: 'Webhooks a run',
    usual: isRecipe(recipe) ? '' : '5',
    open: 'as the recipe says',
    check: checkCount,
  });
  return {
    ...{ url: url || null, recipe: isRecipe(recipe) ? recipe : null },
    ...{ sender: whose.sender, signing: whose.signing, signatureHeader: whose.signatureHeader },
    ...{ secretEnv: nullIfNone(secretEnv), dsnEnv: nullIfNone(dsnEnv), tokenEnv: nullIfNone(tokenEnv) },
    ...{ org: org || null, project: project || null, count: count === '' ? null : Number(count) },
  };
}

async function askWhose(ask: (question: Question) => Promise<string>) {
  const sender = await ask({
    why: 'The manner of a provider: its headers, signature and patience.',
    what: 'Sender',
    usual: NONE,
    choices: [NONE, ...SENDER_NAMES],
  });
  const signatureHeader = USUAL_SIGNATURE_HEADER;
  if (isSender(sender)) {
    return { sender, signing: null, signatureHeader, signs: SENDER_SCHEME[sender] !== null };
  }
  const scheme = await ask({
    why: 'How your endpoint verifies that a webhook is genuine; hmac is any other HMAC in a header.',
    what: 'Signature',
    usual: NONE,
    choices: [NONE, ...SIGNING_SCHEMES],
  });
  const signing = isScheme(scheme) ? scheme : null;
  if (signing !== 'hmac') return { sender: null, signing, signatureHeader, signs: signing !== null };
  const header = await ask({
    why: 'The signature is the hex HMAC-SHA256 of the body; other forms: docs/signing.md.',
    what: 'Header of the signature',
    usual: signatureHeader,
    check: checkHeader,
  });
  return { sender: null, signing, signatureHeader: header, signs: true };
}

/** Asks until the answer is valid. */
async function askOne({ screen, stop, write }: Prompt, question: Question): Promise<string> {
  const { why, what, usual, open, choices = [] } = question;
  const numbered = choices.map((choice, at) => `${at + 1} ${choice}`).join(', ');
  const lines = [
    ...layOut([{ text: why, style: 'dim' }], { indent: 0, hang: 0 }, screen),
    ...(numbered === '' ? [] : layOut([{ text: numbered }], { indent: 2, hang: 2 }, screen)),
  ];
  write(`\n${lines.join('\n')}\n`);
  for (;;) {
    const typed = await promptLine(`${what} [${usual || open}]: `, { stop, choices });
    if (typed === null) throw interrupted(write, stop);
    const answer = choices[Number(typed.trim()) - 1] ?? (typed.trim() || usual);
    const problem = answer === '' ? null : checkAnswer(answer, question);
    if (problem === null) return answer;
    write(`${layOut([{ text: problem, style: 'red' }], { indent: 2, hang: 2 }, screen).join('\n')}\n`);
  }
}

function checkAnswer(answer: string, { choices = [], check }: Question): Problem {
  if (choices.length === 0) return check?.(answer) ?? null;
  return choices.includes(answer) ? null : `Choose one of ${choices.join(', ')}, or its number.`;
}

function interrupted(write: (text: string) => void, stop: AbortSignal): ProdE2eError {
  // Ends the line of the question.
  write('\n');
  return new ProdE2eError('Interrupted; nothing was written.', {
    code: 'INTERRUPTED',
    hints: ['Without questions: prod-e2e init --no-input, or a flag for each answer (prod-e2e init --help).'],
    exit: stop.aborted ? stoppedExit(stop.reason) : EXIT.interrupted,
  });
}
