/**
 * Every other host there is, for programs that are not to leave this machine: an HTTP proxy that ends all tunnels at a
 * server of its own, and notes who was asked for what.
 */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { withOwnId } from './own-ids.ts';

export interface Visit {
  /** `host:port` */
  readonly host: string;
  readonly method: string;
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
}

export interface Internet {
  /** `host:port` of the proxy. */
  readonly proxy: string;
  /** Variables that lead a program here. */
  readonly env: Readonly<Record<string, string>>;
  /** `host:port` of each connection that was wanted. */
  readonly wanted: readonly string[];
  /** Complete requests, in order of arrival. */
  readonly visits: readonly Visit[];
}

export interface Reply {
  readonly status: number;
  readonly json: unknown;
}

export async function withInternet<Result>(
  reply: (visit: Visit) => Reply | Promise<Reply>,
  use: (internet: Internet) => Promise<Result>,
): Promise<Result> {
  const wanted: string[] = [];
  const visits: Visit[] = [];
  const sockets = new Set<Socket>();
  const hosts = new WeakMap<object, string>();
  const hostOf = (socket: object) => hosts.get(socket) ?? '';
  const everywhere = http.createServer(async (request, response) => {
    for await (const _ of request);
    const { method = '', url = '', headers } = request;
    const visit = { host: hostOf(request.socket), method, url, headers };
    visits.push(visit);
    const { status, json } = await reply(visit);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(withOwnId(json)));
  });
  const proxy = http.createServer((request, response) => {
    wanted.push(`${request.method} ${request.url}`);
    response.writeHead(405).end();
  });
  proxy.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
  });
  proxy.on('connect', ({ url = '' }, socket: Socket) => {
    wanted.push(url);
    hosts.set(socket, url);
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    everywhere.emit('connection', socket);
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const host = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const url = `http://${host}`;
  try {
    return await use({ proxy: host, env: { http_proxy: url, https_proxy: url }, wanted, visits });
  } finally {
    for (const socket of sockets) socket.destroy();
    proxy.close();
    await once(proxy, 'close');
  }
}
