/** Servers that break the rules: raw sockets, so that every fault can be produced. */
import { once } from 'node:events';
import net, { type AddressInfo, type Server, type Socket } from 'node:net';
import tls, { type TlsOptions } from 'node:tls';
import { Worker } from 'node:worker_threads';
import { freePort } from './free-port.ts';

export interface FaultyServer {
  readonly port: number;
  readonly connections: () => number;
}

/** What a connection does; called once for each, with its number from 1. */
export type Fault = (socket: Socket, connection: number) => void;

/** @param options.tls speaks TLS before the fault */
export async function withFaultyServer<Result>(
  fault: Fault,
  use: (server: FaultyServer) => Promise<Result>,
  options: { readonly tls?: TlsOptions } = {},
): Promise<Result> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const connected = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    // A fault often ends in a reset of the other side's making.
    socket.on('error', () => {});
    fault(socket, ++connections);
  };
  const server: Server =
    options.tls === undefined ? net.createServer(connected) : tls.createServer(options.tls, connected);
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await use({ port: (server.address() as AddressInfo).port, connections: () => connections });
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  }
}

/** Waits for a whole request (head and body of its content-length) before each call; then again for the next one. */
export function afterRequest(respond: (socket: Socket, request: string, number: number) => void): Fault {
  return (socket) => {
    let received = '';
    let number = 0;
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      const head = received.indexOf('\r\n\r\n');
      if (head === -1) return;
      const length = Number(/^content-length: *(\d+)/im.exec(received.slice(0, head))?.[1] ?? 0);
      if (received.length < head + 4 + length) return;
      const request = received;
      received = '';
      respond(socket, request, ++number);
    });
  };
}

/** Responses every request with these bytes. */
export function respondingWith(...parts: readonly (string | Buffer)[]): Fault {
  return afterRequest((socket) => {
    for (const part of parts) socket.write(part);
  });
}

/** Responses every request with these bytes and then ends the connection in order. */
export function respondingAndClosing(...parts: readonly (string | Buffer)[]): Fault {
  return afterRequest((socket) => {
    for (const part of parts) socket.write(part);
    socket.end();
  });
}

/** A port that refuses connections. */
export const closedPort = freePort;

/** Listens with the smallest queue and never takes a connection out of it, as its thread is busy. */
const BUSY_LISTENER = `
  const { parentPort } = require('node:worker_threads');
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** More than the queue holds (its backlog and one). */
const FILLING_CONNECTIONS = 4;

/** Hands in a port where a further connection is neither taken nor refused. */
export async function withFullBacklog<Result>(use: (port: number) => Promise<Result>): Promise<Result> {
  const worker = new Worker(BUSY_LISTENER, { eval: true });
  const [port]: [number] = (await once(worker, 'message')) as [number];
  const fillers = Array.from({ length: FILLING_CONNECTIONS }, () => {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    return socket;
  });
  try {
    await Promise.all(fillers.slice(0, 2).map((socket) => once(socket, 'connect')));
    return await use(port);
  } finally {
    for (const socket of fillers) socket.destroy();
    await worker.terminate();
  }
}
