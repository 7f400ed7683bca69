/** Serving a fetch-style handler on 127.0.0.1, and only there. */
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer, type HttpBindings } from '@hono/node-server';

export const LOOPBACK = '127.0.0.1';

/** Longer than clients keep idle connections, so that none is closed under a request on its way. */
const KEEP_ALIVE_MS = 65_000;

export interface LoopbackServer {
  readonly port: number;
  /** Stops listening; connections go on until {@link LoopbackServer.cut}. */
  refuseMore(): void;
  /** Ends all connections, in the middle of a response, too. */
  cut(): void;
}

export interface ServeOptions {
  readonly handler: (request: Request, bindings: HttpBindings) => Response | Promise<Response>;
  /** 0 for a free one. */
  readonly port: number;
}

function isHttpServer(server: object): server is Server {
  return 'closeAllConnections' in server;
}

/** Listens. @throws Node's own error (`EADDRINUSE`, `EACCES`) when the port cannot be had. */
export async function serveOnLoopback({ handler, port }: ServeOptions): Promise<LoopbackServer> {
  const server = createAdaptorServer({
    // Without http2 options the bindings are those of HTTP/1.
    fetch: (request, bindings) => handler(request, bindings as HttpBindings),
  });
  if (!isHttpServer(server)) throw new TypeError('an HTTP/1 server was expected');
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: LOOPBACK, port }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  // A TCP server's address is never a path or null while it listens.
  const address = server.address() as AddressInfo;
  return {
    port: address.port,
    refuseMore: () => void server.close(),
    cut: () => server.closeAllConnections(),
  };
}
