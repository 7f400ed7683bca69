/** Asks the user for one line at a terminal, on stderr. */
import { once } from 'node:events';
import { createInterface, type Interface } from 'node:readline/promises';
import type { Terminal } from '../terminal/capabilities.ts';

/** Whether a user can be asked. @param terminal that of stderr, where questions are shown */
export function canPrompt(terminal: Terminal): boolean {
  return terminal.interactive && process.stdin.isTTY;
}

/** @returns null without an answer */
export async function promptLine(
  question: string,
  { stop }: { readonly stop: AbortSignal },
): Promise<string | null> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  // While it reads, the terminal sends Ctrl-C as a key instead of a signal.
  prompt.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await answerTo(question, prompt, stop);
  } finally {
    prompt.close();
  }
}

/** Null without an answer: after a signal, or at the end of the input (Ctrl-D, a closed terminal). */
async function answerTo(question: string, prompt: Interface, stop: AbortSignal): Promise<string | null> {
  const ended = Promise.race([once(prompt, 'close'), once(prompt, 'error')]).then(() => null);
  const answer = prompt.question(question, { signal: stop }).catch(() => null);
  return Promise.race([answer, ended.catch(() => null)]);
}
