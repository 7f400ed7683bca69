/** How an error leaves the library: as it is, without the secrets that it may quote. */

import { secretsInEnvironment } from '../cli/known-secrets.ts';
import { ProdE2eError } from '../errors.ts';
import { createRedactor, ofSentences } from '../secrets/redact.ts';

/** Errors of others, such as those of a payload function, are theirs to word. */
export function publicError(thrown: unknown, secrets: readonly string[]): unknown {
  if (!(thrown instanceof ProdE2eError)) return thrown;
  const redact = ofSentences(createRedactor([...secrets, ...secretsInEnvironment(process.env)]));
  const { code, suggestions, oclif } = thrown;
  // Not its cause: what others say of a file or an address quotes it as it is.
  return new ProdE2eError(redact(thrown.message), {
    code,
    hints: suggestions.map((hint) => redact(hint)),
    exit: oclif.exit,
  });
}
