/** Asks on a terminal; refuses without one. */
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline/promises';
import { ProdE2eError } from '../errors.ts';
import type { SafetyQuestion } from '../run/safety.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { terminalText } from '../terminal/text.ts';
import { stoppedExit } from './signals.ts';

/**
 * Resolves once the person agreed; at once where there is nothing to ask.
 * @throws ProdE2eError `NOT_AGREED`, `INTERRUPTED`
 */
export async function agree(options: {
  readonly questions: readonly SafetyQuestion[];
  /** Where questions are asked. */
  readonly terminal: Terminal;
  /** Aborted by a signal, which leaves the question unanswered. */
  readonly stop: AbortSignal;
}): Promise<void> {
  const { questions, terminal, stop } = options;
  if (questions.length === 0) return;
  const asked = terminalText(questions.map(({ asks }) => asks).join('; '));
  const otherwise = questions.map((question) => question.otherwise).join(', ');
  if (!terminal.interactive || !process.stdin.isTTY) {
    throw new ProdE2eError(`This run needs a yes: ${asked}.`, {
      code: 'NOT_AGREED',
      hints: [`Add --yes when that is what you want, or ${otherwise}.`, ...deafVariable()],
    });
  }
  const said = await ask(`This will send ${asked}.\nGo on? [y/N] `, stop);
  if (/^y(es)?$/i.test(said.trim())) return;
  // The line of the question is still open where nothing was typed to its end.
  if (said === NOTHING_SAID) process.stderr.write('\n');
  if (stop.aborted) {
    throw new ProdE2eError('Interrupted; nothing was sent.', {
      code: 'INTERRUPTED',
      hints: [],
      exit: stoppedExit(stop.reason),
    });
  }
  throw new ProdE2eError('Nothing was sent.', {
    code: 'NOT_AGREED',
    hints: [`Say y when that is what you want, or ${otherwise}.`],
  });
}

const NOTHING_SAID = '';

async function ask(question: string, stop: AbortSignal): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  // While it reads, the terminal gives Ctrl-C as a key.
  prompt.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await answerTo(question, prompt, stop);
  } finally {
    prompt.close();
  }
}

/** Empty where the question was left unanswered: by a signal, or by the end of the input (Ctrl-D, a closed terminal). */
async function answerTo(question: string, prompt: Interface, stop: AbortSignal): Promise<string> {
  const ended = Promise.race([once(prompt, 'close'), once(prompt, 'error')]).then(() => NOTHING_SAID);
  const answer = prompt.question(question, { signal: stop }).catch(() => NOTHING_SAID);
  return Promise.race([answer, ended.catch(() => NOTHING_SAID)]);
}

/** Whoever sets it believes that it counts. */
function deafVariable(): readonly string[] {
  if (process.env.PROD_E2E_YES === undefined) return [];
  return ['PROD_E2E_YES does not count: a yes is given on the command line, for one run.'];
}
