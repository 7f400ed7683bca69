/** Waits for something that another process or server does. */
import { setTimeout as pause } from 'node:timers/promises';

/** Ends a test that would hang. It measures nothing: a busy machine may need most of it. */
const LIMIT_MS = 120_000;

/** Calls `check` until it returns something other than null, and returns that. */
export async function eventually<Result>(
  check: () => Promise<Result | null>,
  limitMs = LIMIT_MS,
): Promise<Result> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const result = await check();
    if (result !== null) return result;
    if (performance.now() > deadline) throw new Error(`did not happen within ${limitMs} ms`);
    await pause(25);
  }
}
