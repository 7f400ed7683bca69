/** Asks for a confirmation on a terminal; refuses without one. */

import { canPrompt, promptLine } from '../cli/question.ts';
import { stoppedExit } from '../cli/signals.ts';
import { stderrText } from '../cli/stderr-text.ts';
import { ProdE2eError } from '../errors.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { terminalText } from '../terminal/text.ts';
import { otherwiseText, questionsText, type SafetyQuestion } from './safety.ts';

/**
 * Resolves once the user confirmed; at once if there is nothing to confirm.
 * @throws ProdE2eError `NOT_AGREED`, `INTERRUPTED`
 */
export async function confirm(options: {
  readonly questions: readonly SafetyQuestion[];
  /** Where the question is shown. */
  readonly terminal: Terminal;
  /** Aborted by a signal, which leaves the question unanswered. */
  readonly stop: AbortSignal;
}): Promise<void> {
  const { questions, terminal, stop } = options;
  if (questions.length === 0) return;
  const asked = terminalText(questionsText(questions, '--yes'));
  const otherwise = otherwiseText(questions);
  if (!canPrompt(terminal)) {
    throw new ProdE2eError(`Confirmation required: ${asked}.`, {
      code: 'NOT_AGREED',
      hints: [`Pass --yes to confirm, or ${otherwise}.`, ...ignoredYesHint()],
    });
  }
  const reply = await promptLine(stderrText(`This will send ${asked}.\nContinue? [y/N] `), { stop });
  if (/^y(es)?$/i.test(reply?.trim() ?? '')) return;
  // Without a complete line of input, the cursor is still on the line of the question.
  if (reply === null) process.stderr.write('\n');
  if (stop.aborted) {
    throw new ProdE2eError('Interrupted; nothing was sent.', {
      code: 'INTERRUPTED',
      hints: [],
      exit: stoppedExit(stop.reason),
    });
  }
  throw new ProdE2eError('Nothing was sent.', {
    code: 'NOT_AGREED',
    hints: [`Answer y to confirm, or ${otherwise}.`],
  });
}

/** Users who set PROD_E2E_YES expect it to work; the error explains why it does not. */
function ignoredYesHint(): readonly string[] {
  if (process.env.PROD_E2E_YES === undefined) return [];
  return ['PROD_E2E_YES has no effect: confirm each run with --yes.'];
}
