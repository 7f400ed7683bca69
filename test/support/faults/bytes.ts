/** Responses as bytes, and ways to put them on the wire. */
import type { Socket } from 'node:net';

/** The response of a healthy target to the built-in scenarios. It is the same for all: a list is not an id, so none is a duplicate. */
export const HEALTHY_BODY =
  '{"status":"ACCEPTED","signal_id":["sig_1"],"enrichment":{"gex":1},"variant":"A"}';

/** An HTTP/1.1 response with the length of its body; a `content-length` given takes its place. */
export function httpResponse(
  status: string,
  body: string | Buffer = '',
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Buffer {
  const all = { 'content-length': String(Buffer.byteLength(body)), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join('')}\r\n`), Buffer.from(body)]);
}

export const HEALTHY = httpResponse('200 OK', HEALTHY_BODY);

/** The beginning of a response of JSON, its framing headers still open. */
export const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

export function says(...parts: readonly (string | Buffer)[]): (socket: Socket) => void {
  return (socket) => {
    for (const part of parts) socket.write(part);
  };
}

export function saysAndCloses(...parts: readonly (string | Buffer)[]): (socket: Socket) => void {
  return (socket) => {
    for (const part of parts) socket.write(part);
    socket.end();
  };
}

export function saysAndResets(...parts: readonly (string | Buffer)[]): (socket: Socket) => void {
  return (socket) => {
    socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))), () => socket.resetAndDestroy());
  };
}

/** The same bytes again and again, as fast as they are taken, until the other side has had enough. */
export function saysWithoutEnd(begin: string | Buffer, again: string | Buffer): (socket: Socket) => void {
  return (socket) => {
    const more = () => {
      if (socket.writable) socket.write(again, more);
    };
    socket.write(begin, more);
  };
}

/** One part after another, so many milliseconds apart; the last one is repeated for ever if `endless`. */
export function saysSlowly(
  parts: readonly string[],
  { everyMs, endless = false }: { readonly everyMs: number; readonly endless?: boolean },
): (socket: Socket) => void {
  return (socket) => {
    let at = 0;
    const timer = setInterval(() => {
      const part = parts[endless ? Math.min(at, parts.length - 1) : at];
      at++;
      if (part === undefined || !socket.writable) clearInterval(timer);
      else socket.write(part);
    }, everyMs);
    socket.once('close', () => clearInterval(timer));
  };
}
