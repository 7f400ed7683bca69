/** One check of `prod-e2e doctor`: its result, and what to do about it. */
import type { ProdE2eError } from '../errors.ts';
import { EXPOSURE_HINT, exposureMessage } from '../secrets/flags.ts';

export type CheckState = 'ok' | 'warn' | 'fail';

export interface Check {
  /** Stable, lower kebab case: `tls`, `trace-continued`. */
  readonly name: string;
  readonly state: CheckState;
  /** One sentence, without the period. */
  readonly message: string;
  /** Several problems of one check, such as config errors. */
  readonly problems?: readonly string[];
  /** What to try, most likely first; an entry may be several lines of code. Empty if nothing is wrong. */
  readonly advice: readonly string[];
}

export function ok(name: string, message: string): Check {
  return { name, state: 'ok', message, advice: [] };
}

export function warn(name: string, message: string, advice: readonly string[]): Check {
  return { name, state: 'warn', message, advice };
}

export function fail(name: string, message: string, advice: readonly string[]): Check {
  return { name, state: 'fail', message, advice };
}

export function configCheck(found: {
  /** Null without a config file. */
  readonly file: string | null;
  readonly profile: string | null;
}): Check {
  if (found.file === null) {
    return ok('config', 'No config file; flags and environment are valid');
  }
  const profile = found.profile === null ? '' : `, profile ${found.profile}`;
  return ok('config', `Valid: ${found.file}${profile}`);
}

/** A setting that looks active but is not: `~/.sentryclirc: the section [default] is ignored`. */
export function ignored(warning: string): Check {
  return warn('settings', warning, []);
}

/** Null where no flag holds a secret. */
export function exposureCheck(flags: readonly string[]): Check | null {
  return flags.length === 0 ? null : warn('flags', exposureMessage(flags), [EXPOSURE_HINT]);
}

/** The check is named after what could not be used; an error message lists one problem per line below its first line. */
export function unusable(name: string, error: ProdE2eError): Check {
  const [head = '', ...problems] = error.message.split('\n').map((line) => line.trim());
  const check = fail(name, head.replace(/\.$/, ''), error.suggestions);
  return problems.length === 0 ? check : { ...check, problems };
}
