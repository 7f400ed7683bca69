/** Entry of the webhook target's process. */
import { serveParent } from './child-lifecycle.ts';
import type { TargetSettings } from './child-messages.ts';
import { flushInstrumentation, startInstrumentation } from './instrumentation.ts';
import { isSampledOut } from './span-faults.ts';
import { startTarget } from './target.ts';

/** How long the last spans may take to the Sentry server, in milliseconds. */
const FLUSH_LIMIT_MS = 2_000;

serveParent<TargetSettings>(async ({ dsn, faults, port }) => {
  startInstrumentation({ dsn, isSampledOut: (scenario) => isSampledOut(faults, scenario) });
  const target = await startTarget({ port, faults });
  return {
    port: target.port,
    async stop() {
      await target.stop();
      await flushInstrumentation(FLUSH_LIMIT_MS);
    },
  };
});
