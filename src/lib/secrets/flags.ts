/** Finds the flags that were passed with a secret: every user of the machine can read the command line. */
import { canParseUrl } from '../http/url.ts';
import { isSecretHeaderName } from './collect.ts';
import { secretsInUrl } from './urls.ts';

/** @param flags by name, as parsed @returns `--header authorization`, `--url`, `--sentry-dsn`: never a value */
export function flagsWithSecrets(flags: Readonly<Record<string, unknown>>): readonly string[] {
  const { url, header, 'sentry-dsn': dsn } = flags;
  const names = [header].flat().map((line) =>
    String(line ?? '')
      .replace(/:.*$/s, '')
      .trim(),
  );
  const headers = new Set(names.filter(isSecretHeaderName).map((name) => `--header ${name.toLowerCase()}`));
  return [
    ...(typeof url === 'string' && secretsInUrl(url).length > 0 ? ['--url'] : []),
    ...headers,
    // The public key alone is in every page that reports to Sentry.
    ...(typeof dsn === 'string' && canParseUrl(dsn) && new URL(dsn).password !== '' ? ['--sentry-dsn'] : []),
  ];
}

/** @param flags not empty */
export function exposureMessage(flags: readonly string[]): string {
  return `A secret was passed on the command line (${flags.join(', ')}): it stays in the shell history, and other users may see it`;
}

export const EXPOSURE_HINT = 'Set it in the environment, or in the config file as ${env:NAME}';
