/** Asks on a terminal; refuses without one. */
import { createInterface } from 'node:readline/promises';
import { ProdE2eError } from '../errors.ts';
import type { Terminal } from '../terminal/capabilities.ts';

/**
 * @returns true once the person agreed
 * @throws ProdE2eError `NOT_AGREED`
 */
export async function agree(options: {
  readonly questions: readonly string[];
  readonly terminal: Terminal;
}): Promise<true> {
  const { questions, terminal } = options;
  const asked = questions.join('; ');
  if (!terminal.interactive || !process.stdin.isTTY) {
    throw new ProdE2eError(`This run needs a yes: ${asked}.`, {
      code: 'NOT_AGREED',
      hints: ['Add --yes when that is what you want, or send less: --count, --rate.'],
    });
  }
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`This will send ${asked}.\nGo on? [y/N] `);
    if (/^y(es)?$/i.test(answer.trim())) return true;
  } finally {
    prompt.close();
  }
  throw new ProdE2eError('Nothing was sent.', { code: 'NOT_AGREED', hints: ['Send less: --count, --rate.'] });
}
