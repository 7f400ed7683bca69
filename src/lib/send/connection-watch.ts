/** How far the connection of one request has come: its failures are classified by it. */
import type { EventEmitter } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionWatch {
  readonly begun: () => boolean;
  readonly resolving: () => boolean;
  readonly connected: () => boolean;
  readonly reused: () => boolean;
  /** The response, if it was complete before the connection failed because of bytes after its end. */
  readonly completed: () => CompletedResponse | null;
}

export interface CompletedResponse {
  readonly response: IncomingMessage;
  /** The part of the body that was not read yet. */
  readonly unread: Uint8Array;
  /** That is all of it. */
  readonly untouched: boolean;
}

/**
 * got's own points in time do not distinguish a tunnel, or a second request on a TLS connection, from a new connection.
 * @param stream got's, of which `request` events with the request of Node come
 */
export function watchConnection(stream: EventEmitter): ConnectionWatch {
  let socket: Socket | null = null;
  let reused = false;
  let resolving = false;
  let connected = false;
  let response: IncomingMessage | null = null;
  let completed: CompletedResponse | null = null;
  const onSocket = (assigned: Socket) => {
    socket = assigned;
    const secure = 'encrypted' in assigned;
    resolving = assigned.connecting;
    connected = reused || !(assigned.connecting || assigned.destroyed || secure);
    if (connected) return;
    assigned.once('lookup', () => {
      resolving = false;
    });
    assigned.once(secure ? 'secureConnect' : 'connect', () => {
      connected = true;
    });
  };
  stream.on('request', (request: ClientRequest) => {
    reused = request.reusedSocket;
    request.once('response', (received: IncomingMessage) => {
      response = received;
    });
    // First of all listeners: got throws away what it has not read.
    request.prependOnceListener('error', () => {
      if (!response?.complete) return;
      const untouched = !response.readableDidRead;
      completed = { response, unread: response.read() ?? new Uint8Array(), untouched };
    });
    if (request.socket === null) request.once('socket', onSocket);
    else onSocket(request.socket);
  });
  return {
    begun: () => socket !== null,
    resolving: () => resolving,
    connected: () => connected,
    reused: () => reused,
    completed: () => completed,
  };
}
