/** A server on loopback that responds as a test says and records the requests. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Asked {
  readonly path: string;
  readonly params: URLSearchParams;
  readonly headers: http.IncomingHttpHeaders;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: http.OutgoingHttpHeaders;
  /** Sent as it is when a text or bytes, else as JSON. */
  readonly body?: unknown;
}

/** Hands a running server to `use` and stops it afterwards. */
export async function withApiServer<T>(
  respond: (asked: Asked) => Reply | Promise<Reply>,
  use: (server: {
    readonly url: string;
    readonly port: number;
    readonly asked: readonly Asked[];
  }) => Promise<T>,
): Promise<T> {
  const asked: Asked[] = [];
  const server = http.createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    const seen = { path: pathname, params: searchParams, headers: request.headers };
    asked.push(seen);
    const { status = 200, headers = {}, body = [] } = await respond(seen);
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await use({ url: `http://127.0.0.1:${port}`, port, asked });
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
