/** How long an idle connection is reused: always for less time than the server keeps it. */
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { idleLimitMs } from '../../src/lib/send/idle-guard.ts';
import { afterRequest, withFaultyServer } from '../support/faulty-server.ts';
import { aPlannedTest, sendOne, withSender } from '../support/sending.ts';
import { withStillClock } from '../support/still-clock.ts';

const ok = (header: string) => `HTTP/1.1 200 OK\r\n${header}content-length: 2\r\n\r\n{}`;

describe('an idle connection', () => {
  it.each([
    ['', 499, 1],
    ['', 500, 2],
    ['keep-alive: timeout=5\r\n', 3_999, 1],
    ['keep-alive: timeout=5\r\n', 4_000, 2],
    ['Keep-Alive: timeout=2, max=100\r\n', 999, 1],
    ['Keep-Alive: timeout=2, max=100\r\n', 1_000, 2],
    ['keep-alive: timeout=1\r\n', 0, 2],
    ['keep-alive: timeout=0\r\n', 0, 2],
    ['keep-alive: timeout=600\r\n', 3_999, 1],
    ['keep-alive: timeout=600\r\n', 4_000, 2],
    ['keep-alive: timeout=5, max=0\r\n', 0, 2],
    ['connection: close\r\n', 0, 2],
    ['Connection: Keep-Alive, Close\r\n', 0, 2],
  ])('of a server with %j, after %i ms: the next webhook makes connection %i', (header, idleMs, made) =>
    withFaultyServer(
      afterRequest((socket) => socket.write(ok(header))),
      ({ port, connections }) => {
        const url = `http://127.0.0.1:${port}/webhook`;
        return withStillClock((clock) =>
          withSender({ url }, async (sender) => {
            await sendOne(sender, aPlannedTest(url));
            await clock.pass(idleMs);
            const { response, attempts } = await sendOne(sender, aPlannedTest(url, { index: 2 }));
            expect(response?.status).toBe(200);
            expect(attempts).toHaveLength(1);
            expect(connections()).toBe(made);
          }),
        );
      },
    ),
  );

  it('is closed automatically', async () => {
    const closed: Promise<unknown>[] = [];
    const server = afterRequest((socket) => {
      closed.push(once(socket, 'close'));
      socket.write(ok(''));
    });
    await withFaultyServer(server, ({ port }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withSender({ url }, async (sender) => {
        await sendOne(sender, aPlannedTest(url));
        await Promise.all(closed);
        expect(closed).toHaveLength(1);
      });
    });
  });

  it('that the server has closed is not reused, however short it was idle', () => {
    const sockets: Socket[] = [];
    const server = afterRequest((socket) => {
      sockets.push(socket);
      socket.write(ok('keep-alive: timeout=60\r\n'));
    });
    return withFaultyServer(server, ({ port, connections }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withStillClock(() =>
        withSender({ url }, async (sender) => {
          await sendOne(sender, aPlannedTest(url));
          sockets[0]?.end();
          // The server got the response to its close: the sender has read it.
          await once(sockets[0] ?? expect.fail(), 'close');
          const { response, attempts } = await sendOne(sender, aPlannedTest(url, { index: 2 }));
          expect(response?.status).toBe(200);
          expect(attempts).toHaveLength(1);
          expect(connections()).toBe(2);
        }),
      );
    });
  });

  it.each([
    ['ends', (socket: Socket) => void socket.end()],
    ['resets', (socket: Socket) => void socket.resetAndDestroy()],
  ])('that the server %s after 0.2 s, unannounced, makes 0.1 s the limit for all others', (_, close) => {
    const sockets: Socket[] = [];
    const server = afterRequest((socket) => {
      sockets.push(socket);
      socket.write(ok('keep-alive: timeout=5\r\n'));
    });
    return withFaultyServer(server, ({ port, connections }) => {
      const url = `http://127.0.0.1:${port}/webhook`;
      return withStillClock((clock) =>
        withSender({ url }, async (sender) => {
          const webhook = (index: number) => sendOne(sender, aPlannedTest(url, { index }));
          await Promise.all([webhook(1), webhook(2)]);
          await clock.pass(200);
          const closing = sockets[0] ?? expect.fail();
          close(closing);
          await once(closing, 'close');
          // The other one has been idle for as long by now.
          await webhook(3);
          expect(connections()).toBe(3);
          await clock.pass(99);
          await webhook(4);
          expect(connections()).toBe(3);
          await clock.pass(100);
          const { attempts } = await webhook(5);
          expect(connections()).toBe(4);
          expect(attempts).toHaveLength(1);
        }),
      );
    });
  });

  it('of several is reused only within its limit', () =>
    withFaultyServer(
      afterRequest((socket) => socket.write(ok(''))),
      ({ port, connections }) => {
        const url = `http://127.0.0.1:${port}/webhook`;
        const send =
          (...indexes: readonly number[]) =>
          (sender: Parameters<typeof sendOne>[0]) =>
            Promise.all(indexes.map((index) => sendOne(sender, aPlannedTest(url, { index }))));
        return withStillClock((clock) =>
          withSender({ url }, async (sender) => {
            await send(1, 2, 3)(sender);
            await clock.pass(300);
            // Keeps one of them fresh.
            await send(4)(sender);
            await clock.pass(300);
            await send(5, 6)(sender);
            expect(connections()).toBe(4);
          }),
        );
      },
    ));
});

it.each([
  ['', 500],
  ['timeout=5', 4_000],
  ['timeout=5, max=1000', 4_000],
  ['max=100, timeout=3', 2_000],
  ['TIMEOUT = "3"', 2_000],
  ['timeout=1', 0],
  ['timeout=0', 0],
  ['timeout=99999999999999999999999', 4_000],
  ['timeout=soon', 500],
  ['timeout=-5', 500],
  ['mytimeout=9', 500],
  ['max=1', 500],
  ['max=0', 0],
])('Keep-Alive: %s allows %i ms', (header, ms) => {
  expect(idleLimitMs(header)).toBe(ms);
});
