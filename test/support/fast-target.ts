/** The target of bench/: in a process of its own, fast enough not to be what is measured, counting what it did. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { ROOT } from './cli.ts';

/** Webhooks by what was done with them; `requests` counts those that came twice as two. */
export interface FastTargetLog {
  readonly requests: number;
  readonly webhooks: number;
  readonly fine: number;
  readonly status: number;
  readonly reset: number;
  readonly timeout: number;
  readonly malformed: number;
  readonly slow: number;
}

export interface FastTarget {
  readonly url: string;
  /** Ends it. */
  readonly log: () => Promise<FastTargetLog>;
}

/** @param options.faultyEvery one of so many webhooks goes wrong, in five ways in turn */
export async function withFastTarget<Result>(
  options: { readonly faultyEvery: number },
  use: (target: FastTarget) => Promise<Result>,
): Promise<Result> {
  const script = path.join(ROOT, 'bench', 'support', 'fast-target.mjs');
  const args = [script, '--faulty-every', String(options.faultyEvery), '--slow-ms', '100'];
  // It ends by itself with its standard input, also when this process is killed.
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => JSON.parse(String((await lines.next()).value));
  try {
    const { url } = await next();
    return await use({
      url,
      log: () => {
        child.stdin.end();
        return next();
      },
    });
  } finally {
    child.stdin.end();
    await closed;
  }
}
