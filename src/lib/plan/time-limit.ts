/** Calls the user's code, which may never return: until it does, the process handles no timer and no signal. */
import vm from 'node:vm';
import { codeOf } from '../errors.ts';

/** Wall time of one call, in milliseconds: the first one may start a program that gets a token. */
const CALL_LIMIT_MS = 10_000;

export class CallTimeout extends Error {
  constructor(limitMs: number) {
    super(`did not return within ${limitMs / 1_000} s`);
  }
}

// V8 ends a script after its time, and every function that the script calls, wherever it was written.
const script = new vm.Script('call()');
const place: { call: (() => void) | null } = { call: null };
let context: vm.Context | null = null;

/** Calls that did not return in time: a config of many scenarios makes the same call for each of them. */
const endless = new WeakMap<object, CallTimeout>();

type Outcome<Result> = { readonly value: Result } | { readonly thrown: unknown };

/**
 * @param code the function that is called; if it does not return in time, it is never called again
 * @param call calls it
 * @throws CallTimeout, and what the call throws
 */
export function withinLimit<Result>(code: object, call: () => Result, limitMs = CALL_LIMIT_MS): Result {
  const known = endless.get(code);
  if (known !== undefined) throw known;
  // Made for the first call: most configs have no functions.
  context ??= vm.createContext(place);
  const { outcome, ran } = outcomeOf(call);
  place.call = ran;
  try {
    script.runInContext(context, { timeout: limitMs });
  } catch (thrown) {
    if (codeOf(thrown) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw thrown;
    const timeout = new CallTimeout(limitMs);
    endless.set(code, timeout);
    throw timeout;
  } finally {
    place.call = null;
  }
  const done = outcome();
  if ('thrown' in done) throw done.thrown;
  return done.value;
}

/** Errors of the call are caught inside, since they may look like the error of a script that ran out of time. */
function outcomeOf<Result>(call: () => Result) {
  let done: Outcome<Result> = { thrown: new Error('was not called') };
  const ran = () => {
    try {
      done = { value: call() };
    } catch (thrown) {
      done = { thrown };
    }
  };
  return { outcome: () => done, ran };
}
