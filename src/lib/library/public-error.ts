/** Errors of the library, without the secrets that they may quote. */

import { secretsInEnvironment } from '../cli/known-secrets.ts';
import { ProdE2eError } from '../errors.ts';
import { createRedactor, ofSentences } from '../secrets/redact.ts';

/** Errors of other code, such as a payload function, are not changed. */
export function publicError(thrown: unknown, secrets: readonly string[]): unknown {
  if (!(thrown instanceof ProdE2eError)) return thrown;
  const redact = ofSentences(createRedactor([...secrets, ...secretsInEnvironment(process.env)]));
  const { code, suggestions, oclif } = thrown;
  // Without the cause: messages of other code quote files and addresses unmasked.
  return new ProdE2eError(redact(thrown.message), {
    code,
    hints: suggestions.map((hint) => redact(hint)),
    exit: oclif.exit,
  });
}
