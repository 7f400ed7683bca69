/** Asks on a terminal; refuses without one. */
import { createInterface } from 'node:readline';
import { EXIT, ProdE2eError } from '../errors.ts';
import type { SafetyQuestion } from '../run/safety.ts';
import type { Terminal } from '../terminal/capabilities.ts';

/**
 * Resolves once the person agreed; at once where there is nothing to ask.
 * @throws ProdE2eError `NOT_AGREED`, `INTERRUPTED`
 */
export async function agree(options: {
  readonly questions: readonly SafetyQuestion[];
  /** Where questions are asked. */
  readonly terminal: Terminal;
}): Promise<void> {
  const { questions, terminal } = options;
  if (questions.length === 0) return;
  const asked = questions.map(({ asks }) => asks).join('; ');
  const otherwise = questions.map((question) => question.otherwise).join(', ');
  if (!terminal.interactive || !process.stdin.isTTY) {
    throw new ProdE2eError(`This run needs a yes: ${asked}.`, {
      code: 'NOT_AGREED',
      hints: [`Add --yes when that is what you want, or ${otherwise}.`, ...deafVariable()],
    });
  }
  const answer = await ask(`This will send ${asked}.\nGo on? [y/N] `);
  if (answer === INTERRUPTED) {
    throw new ProdE2eError('Interrupted; nothing was sent.', {
      code: 'INTERRUPTED',
      hints: [],
      exit: EXIT.interrupted,
    });
  }
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new ProdE2eError('Nothing was sent.', {
    code: 'NOT_AGREED',
    hints: [`Say y when that is what you want, or ${otherwise}.`],
  });
}

const INTERRUPTED = Symbol('Ctrl-C');

/** The end of the input (Ctrl-D) is an empty answer. */
function ask(question: string): Promise<string | typeof INTERRUPTED> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  const answer = new Promise<string | typeof INTERRUPTED>((resolve) => {
    const unanswered = (what: string | typeof INTERRUPTED) => {
      prompt.off('close', ended);
      process.stderr.write('\n');
      resolve(what);
    };
    const ended = () => unanswered('');
    prompt.once('close', ended);
    prompt.once('SIGINT', () => unanswered(INTERRUPTED));
    prompt.question(question, (text) => {
      prompt.off('close', ended);
      resolve(text);
    });
  });
  return answer.finally(() => prompt.close());
}

/** Whoever sets it believes that it counts. */
function deafVariable(): readonly string[] {
  if (process.env.PROD_E2E_YES === undefined) return [];
  return ['PROD_E2E_YES does not count: a yes is given on the command line, for one run.'];
}
