/** A backend as somebody else's: the real SDK with its defaults, the DSN from SENTRY_DSN, one step in a span of its own. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import * as Sentry from '@sentry/node';

Sentry.init({ tracesSampleRate: 1, release: 'backend@1' });

const server = createServer(async (incoming, outgoing) => {
  incoming.resume();
  await once(incoming, 'end');
  await Sentry.startSpan({ name: 'place-order', op: 'function' }, async (span) => {
    if (incoming.url !== '/fails') return;
    Sentry.captureException(new Error('no broker'));
    span.setStatus({ code: 2, message: 'internal_error' });
  });
  outgoing.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ACCEPTED"}');
}).listen(0, '127.0.0.1');
await once(server, 'listening');
process.stdout.write(`${server.address().port}\n`);
