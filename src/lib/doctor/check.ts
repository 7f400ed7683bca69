/** One thing that was looked at, and what to do about it. */

export type CheckState = 'ok' | 'warn' | 'fail';

export interface Check {
  /** Stable, lower kebab case: `tls`, `trace-continued`. */
  readonly name: string;
  readonly state: CheckState;
  /** One sentence, without its end. */
  readonly message: string;
  /** What to try, the likeliest first; one may be several lines of code. Empty when all is well. */
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
