/** Entry of the Sentry-compatible server's process; apart from the target's, whose SDK would trace it. */
import { serveParent } from '../child-lifecycle.ts';
import { type SentrySettings, startSentryServer } from './sentry-server.ts';

serveParent<SentrySettings>(async (settings, notify) => {
  const server = await startSentryServer(settings, notify);
  return {
    port: server.port,
    async stop() {
      server.refuseMore();
      server.cut();
    },
  };
});
