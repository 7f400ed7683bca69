/**
 * Watches kept connections while nobody waits for an answer on them. What comes then was not asked for: a second answer to
 * the last webhook, or the 408 of a server that closes. Left on the connection it would be taken for the answer of the
 * next webhook, and each one after it for the next (RFC 9112, 9.2: such a connection is closed).
 */
import type { Agent } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';

/** Changes the agent: its kept connections are given up as soon as something comes on them unasked. */
export function guardIdle(agent: Agent): void {
  const keep = agent.keepSocketAlive.bind(agent);
  const reuse = agent.reuseSocket.bind(agent);
  // Node calls this with a socket, and heeds what it returns; @types/node says neither.
  const keepGuarded = (socket: Socket) => {
    const kept: unknown = (keep as (socket: Socket) => unknown)(socket);
    if (kept) socket.once('data', giveUp);
    return kept;
  };
  agent.keepSocketAlive = keepGuarded;
  agent.reuseSocket = (socket, request) => {
    (socket as Socket).off('data', giveUp);
    reuse(socket, request);
  };
}

function giveUp(this: Socket): void {
  this.destroy();
}

/** Two turns of the event loop: the first may be in the middle of reading. What has arrived until now is read then. */
export async function arrivalsRead(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
