/** Entry of the webhook target's process. */
import { codeOf, messageOf } from '../../lib/errors.ts';
import { serveParent } from '../child-lifecycle.ts';
import type { TargetSettings } from '../child-messages.ts';
import { DATABASE_FAILED } from '../child-messages.ts';
import { isSampledOut } from '../faults/span-faults.ts';
import { flushInstrumentation, startInstrumentation } from './instrumentation.ts';
import { createSignalStore, type SignalStore } from './signal-store.ts';
import { startTarget } from './target.ts';

/** How long the last spans may take to the Sentry server, in milliseconds. */
const FLUSH_LIMIT_MS = 2_000;

/** @throws an error with the code {@link DATABASE_FAILED} */
async function openDatabase(url: string): Promise<SignalStore> {
  const { createPostgresSignalStore } = await import('./postgres-signal-store.ts');
  return createPostgresSignalStore(url).catch((thrown: unknown) => {
    throw Object.assign(new Error(messageOf(thrown) || (codeOf(thrown) ?? 'no connection')), {
      code: DATABASE_FAILED,
    });
  });
}

serveParent<TargetSettings>(async ({ dsn, release, faults, port, database }) => {
  startInstrumentation({ dsn, release, isSampledOut: (scenario) => isSampledOut(faults, scenario) });
  const store = database === null ? createSignalStore() : await openDatabase(database);
  const target = await startTarget({ port, faults, store });
  return {
    port: target.port,
    async stop() {
      await target.stop();
      await flushInstrumentation(FLUSH_LIMIT_MS);
    },
  };
});
