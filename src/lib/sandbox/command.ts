/** `prod-e2e sandbox`: starts, prints its addresses, serves until stopped. */
import { once } from 'node:events';
import path from 'node:path';
import type { IngestNotice } from '../../sandbox/notices.ts';
import { watchSignals } from '../cli/signals.ts';
import { type SandboxInfo, startSandbox } from './sandbox.ts';

export async function serveSandbox(options: {
  /** Folder of the installed package. */
  readonly root: string;
  readonly faults: readonly string[];
  readonly port: number | undefined;
  readonly sentryPort: number | undefined;
  readonly database: string | undefined;
  /** Called once both processes are ready. */
  readonly say: (info: SandboxInfo) => Promise<void>;
  /** Called afterward with what Sentry would refuse or drop. */
  readonly notice: (notice: IngestNotice) => void;
}): Promise<void> {
  const signals = watchSignals();
  const sandbox = await startSandbox({
    entryFolder: path.join(options.root, 'dist', 'sandbox'),
    faults: options.faults,
    ...(options.port === undefined ? {} : { port: options.port }),
    ...(options.database === undefined ? {} : { database: options.database }),
    ...(options.sentryPort === undefined ? {} : { sentryPort: options.sentryPort }),
    onNotice: options.notice,
  });
  try {
    await options.say(sandbox.info);
    const stopped = signals.stop.aborted ? null : once(signals.stop, 'abort').then(() => null);
    const failure = await Promise.race([stopped, sandbox.failed]);
    if (failure !== null) throw failure;
  } finally {
    await sandbox.stop();
    signals.unwatch();
  }
}
