/**
 * Decides which idle connections may carry another request. A request that is written to a connection the server is closing
 * may or may not have been read, and is never sent again for that, so connections are retired before it can happen:
 * - They are idle for less time than the server keeps them, by its `Keep-Alive` header or by {@link UNANNOUNCED_IDLE_MS}, and
 *   for no more than half of the time after which it was seen to close one.
 * - Nothing arrived on them unasked, such as a second response to the last request, or the 408 of a server that closes.
 *   It would be taken for the response to the next request (RFC 9112, 9.2: such a connection is closed).
 */
import type { Agent, ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

/** Announced timeouts are whole seconds, and some servers wait a second or two, so half a second is safe for all others. */
const UNANNOUNCED_IDLE_MS = 500;
/** What is subtracted from an announced timeout: the way there and back, and timers that fire late. */
const MARGIN_MS = 1_000;
/** Even if the server announces more: a proxy in between may close idle connections sooner. */
const LONGEST_IDLE_MS = 4_000;

interface IdleSocket {
  readonly sinceMs: number;
  readonly limitMs: number;
}

/** Node calls these, and uses what the first one returns; @types/node declares neither. */
interface AgentInternals {
  keepSocketAlive: (socket: Socket) => unknown;
  addRequest: (request: ClientRequest, ...rest: readonly unknown[]) => void;
}

/** Changes the agent so that it never reuses a connection that may be stale. */
export function guardIdle(agent: Agent): void {
  const internals = agent as unknown as AgentInternals;
  const keep = internals.keepSocketAlive.bind(agent);
  const reuse = agent.reuseSocket.bind(agent);
  const add = internals.addRequest.bind(agent);
  const limits = new WeakMap<Socket, number>();
  const idle = new WeakMap<Socket, IdleSocket>();
  let seenLimitMs = Number.POSITIVE_INFINITY;
  function closedByServer(this: Socket): void {
    const idleSocket = idle.get(this);
    if (idleSocket !== undefined)
      seenLimitMs = Math.min(seenLimitMs, (performance.now() - idleSocket.sinceMs) / 2);
    this.destroy();
  }
  const canBeReused = (socket: Socket) => {
    const idleSocket = idle.get(socket);
    const inTime =
      idleSocket !== undefined &&
      performance.now() - idleSocket.sinceMs < Math.min(idleSocket.limitMs, seenLimitMs);
    return inTime && !socket.destroyed && socket.readable && socket.writable;
  };
  internals.keepSocketAlive = (socket) => {
    const limitMs = Math.min(limits.get(socket) ?? UNANNOUNCED_IDLE_MS, seenLimitMs);
    if (limitMs === 0 || !keep(socket)) return false;
    idle.set(socket, { sinceMs: performance.now(), limitMs });
    socket.once('data', giveUp);
    socket.once('end', closedByServer);
    socket.once('error', closedByServer);
    socket.setTimeout(limitMs, giveUp);
    return true;
  };
  agent.reuseSocket = (socket, request) => {
    const reused = socket as Socket;
    reused.off('data', giveUp);
    reused.off('timeout', giveUp);
    reused.off('end', closedByServer);
    reused.off('error', closedByServer);
    reused.setTimeout(0);
    reuse(socket, request);
  };
  internals.addRequest = (request, ...rest) => {
    request.once('response', ({ socket, headers }: IncomingMessage) =>
      limits.set(socket, idleLimitMs(String(headers['keep-alive'] ?? ''))),
    );
    // By the clock, not by the timers alone: while this program is busy they are late.
    const stale = Object.values(agent.freeSockets).flatMap((sockets = []) =>
      sockets.filter((socket) => !canBeReused(socket)),
    );
    for (const socket of stale) {
      // What Node documents for taking a connection away from its agent.
      socket.emit('agentRemove');
      socket.destroy();
    }
    add(request, ...rest);
  };
}

/**
 * How long a connection may be idle and still be reused, in milliseconds; 0 for never.
 * @param keepAlive the server's `Keep-Alive` header, such as `timeout=5, max=100`; empty without one
 */
export function idleLimitMs(keepAlive: string): number {
  const seconds = parameterOf(keepAlive, 'timeout');
  if (parameterOf(keepAlive, 'max') === 0) return 0;
  if (seconds === null) return UNANNOUNCED_IDLE_MS;
  return Math.min(Math.max(0, seconds * 1_000 - MARGIN_MS), LONGEST_IDLE_MS);
}

function parameterOf(header: string, name: string): number | null {
  const value = new RegExp(`(?:^|[\\s,;])${name}\\s*=\\s*"?(\\d+)`, 'i').exec(header)?.[1];
  return value === undefined ? null : Number(value);
}

function giveUp(this: Socket): void {
  this.destroy();
}

/** Two turns of the event loop: the first may be in the middle of reading. What has arrived until now is read then. */
export async function arrivalsRead(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
