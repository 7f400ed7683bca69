/**
 * The secrets that this process knows, to mask errors, stacks and DEBUG output. These may be printed before the
 * configuration is read, so secrets are taken from the environment and the command line too.
 */

import { isSecretVariable } from '../secrets/collect.ts';
import { createRedactor, type Redact } from '../secrets/redact.ts';
import { secretsInUrl } from '../secrets/urls.ts';
import { secretsInArguments } from './command-line.ts';

const remembered = new Set<string>();
let redactor: Redact | null = null;

/** Call this as soon as a configuration is read. */
export function rememberSecrets(secrets: readonly string[]): void {
  for (const secret of secrets) remembered.add(secret);
  redactor = null;
}

export const redactKnown: Redact = (text, kind) => {
  redactor ??= createRedactor([
    ...remembered,
    ...secretsInArguments(process.argv.slice(2)),
    ...secretsInEnvironment(process.env),
  ]);
  return redactor(text, kind);
};

/** Variables with the name of a secret, the credentials in URLs, and the headers of PROD_E2E_HEADER. */
export function secretsInEnvironment(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return Object.entries(env).flatMap(([name, value = '']) => [
    ...(isSecretVariable(name) ? [value] : []),
    ...(value.includes('://') ? secretsInUrl(value) : []),
    ...(name === 'PROD_E2E_HEADER'
      ? secretsInArguments(value.split('\n').flatMap((line) => ['-H', line]))
      : []),
  ]);
}
