/** A real HTTP server for one test, on a free port of the loopback interface. */
import { once } from 'node:events';
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import https, { type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import { ownId } from './own-ids.ts';

export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  /** Names and values as they came, repeated ones included. */
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** 1 for the first connection of the server. */
  readonly connection: number;
}

export interface Target {
  readonly url: string;
  readonly port: number;
  /** In order of arrival, complete requests only. */
  readonly requests: readonly ReceivedRequest[];
}

export type Handler = (request: ReceivedRequest, response: ServerResponse) => void | Promise<void>;

/** The response of a healthy target. */
export const accept: Handler = (_request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ status: 'ACCEPTED', signal_id: ownId('sig_1') }));
};

/** @param options.tls serves https with it */
export async function withTarget<Result>(
  handler: Handler,
  use: (target: Target) => Promise<Result>,
  options: { readonly tls?: ServerOptions } = {},
): Promise<Result> {
  const requests: ReceivedRequest[] = [];
  const connections = new WeakMap<object, number>();
  let opened = 0;
  const listener: RequestListener = async (incoming, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of incoming) chunks.push(chunk);
    } catch {
      // The client went away within its request: nothing was received.
      return;
    }
    const request = {
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      headers: incoming.headers,
      rawHeaders: incoming.rawHeaders,
      body: Buffer.concat(chunks),
      connection: connections.get(incoming.socket) ?? 0,
    };
    requests.push(request);
    await handler(request, response);
  };
  const server =
    options.tls === undefined ? http.createServer(listener) : https.createServer(options.tls, listener);
  server.on(options.tls === undefined ? 'connection' : 'secureConnection', (socket: object) => {
    connections.set(socket, ++opened);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const scheme = options.tls === undefined ? 'http' : 'https';
  try {
    return await use({ url: `${scheme}://127.0.0.1:${port}/webhook`, port, requests });
  } finally {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }
}
