/** How often webhooks reach a target that closes, crashes or asks to wait, counted there, and what the report says. */
import { writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/lib/model/report.ts';
import { withCli } from '../support/cli.ts';
import { afterRequest, type Fault, withFaultyServer } from '../support/faulty-server.ts';

interface Delivered {
  readonly report: Report;
  readonly exitCode: number | null;
  /** Method and idempotency key (or path) of every request, in order of arrival. */
  readonly received: readonly string[];
  /** When each came, in milliseconds. */
  readonly atMs: readonly number[];
  readonly connections: number;
}

let ids = 0;
/** An accepted webhook; its id belongs to it alone. */
function ok(headers = ''): string {
  ids += 1;
  const body = JSON.stringify({ status: 'ACCEPTED', signal_id: `sig-${ids}` });
  return `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${headers}content-length: ${body.length}\r\n\r\n${body}`;
}

/** @param total of all connections so far */
type Acts = (socket: Socket, number: number, total: number) => void;

async function delivered(
  acts: Acts,
  args: readonly string[],
  config: Readonly<Record<string, unknown>> = {},
  onRequest: (total: number, end: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Delivered> {
  const received: string[] = [];
  const atMs: number[] = [];
  let end: (signal: NodeJS.Signals) => void = () => {};
  const server: Fault = afterRequest((socket, request, number) => {
    const [, method = '', target = ''] = /^(\w+) (\S+)/.exec(request) ?? [];
    received.push(`${method} ${/^idempotency-key: *(.*)\r$/im.exec(request)?.[1] ?? target}`);
    atMs.push(performance.now());
    acts(socket, number, received.length);
    onRequest(received.length, end);
  });
  return withFaultyServer(server, ({ port, connections }) =>
    withCli(async ({ home, run }) => {
      const file = path.join(home, 'prod-e2e.config.json');
      const scenarios = [
        { name: 'PUSH', payload: { id: '{{testId}}' }, expect: { required: ['signal_id'] } },
      ];
      await writeFile(
        file,
        JSON.stringify({ url: `http://127.0.0.1:${port}/webhook`, scenarios, ...config }),
      );
      const { stdout, stderr, exitCode } = await run(['run', '--json', ...args], {
        running: (child) => {
          end = (signal) => child.kill(signal);
        },
      });
      expect(stdout, stderr).not.toBe('');
      return { report: JSON.parse(stdout), exitCode, received, atMs, connections: connections() };
    }),
  );
}

/** Accepts, and closes connections that are idle for so long. */
function closingIdle(idleMs: number, headers: string, how: 'end' | 'reset'): Acts {
  const timers = new WeakMap<Socket, NodeJS.Timeout>();
  return (socket, number) => {
    clearTimeout(timers.get(socket));
    if (number === 1) socket.on('data', () => clearTimeout(timers.get(socket)));
    socket.write(ok(headers));
    const close = () => (how === 'end' ? socket.end() : socket.resetAndDestroy());
    timers.set(socket, setTimeout(close, idleMs));
  };
}

describe.concurrent('without --retries', () => {
  it.each<[string, Acts, readonly string[]]>([
    [
      'resets at once',
      (socket, number) => void (number % 2 === 1 ? socket.write(ok()) : socket.resetAndDestroy()),
      [],
    ],
    ['ends at once', (socket, number) => void (number % 2 === 1 ? socket.write(ok()) : socket.end()), []],
    [
      'resets within a second',
      (socket, number) =>
        void (number % 2 === 1 ? socket.write(ok()) : setTimeout(() => socket.resetAndDestroy(), 300)),
      [],
    ],
    [
      'resets, three in flight,',
      (socket, number) => void (number % 2 === 1 ? socket.write(ok()) : socket.resetAndDestroy()),
      ['-c', '3'],
    ],
  ])(
    'a target that %s after reading from a reused connection gets every webhook once',
    async (_, acts, args) => {
      const { report, exitCode, received } = await delivered(acts, ['-n', '6', ...args]);
      expect(received).toHaveLength(6);
      expect(new Set(received).size).toBe(6);
      expect(report.status).not.toBe('healthy');
      expect(exitCode).toBe(1);
      expect(report.summary).toMatchObject({ total: 6, flaky: 0 });
      expect(report.summary.failed).toBeGreaterThan(0);
      expect(report.results.map(({ attempts }) => attempts.length)).toEqual([1, 1, 1, 1, 1, 1]);
    },
  );

  it.each<[string, Acts, readonly string[]]>([
    ['closes after 1 s, unannounced', closingIdle(1_000, '', 'end'), ['-n', '5', '--rate', '1']],
    ['closes after 1 s, a little later', closingIdle(1_000, '', 'end'), ['-n', '5', '--rate', '0.99']],
    ['resets after 1 s, unannounced', closingIdle(1_000, '', 'reset'), ['-n', '5', '--rate', '1']],
    [
      'closes after 1 s, announced',
      closingIdle(1_000, 'keep-alive: timeout=1\r\n', 'end'),
      ['-n', '5', '--rate', '1'],
    ],
    [
      'closes after 2 s, announced',
      closingIdle(2_000, 'keep-alive: timeout=2\r\n', 'end'),
      ['-n', '4', '--rate', '0.5'],
    ],
    ['closes after 5 s, unannounced', closingIdle(5_000, '', 'end'), ['-n', '3', '--rate', '0.2']],
    [
      'closes after 5 s, announced',
      closingIdle(5_000, 'keep-alive: timeout=5\r\n', 'end'),
      ['-n', '3', '--rate', '0.2'],
    ],
    [
      'closes after 1 s, several in flight',
      closingIdle(1_000, '', 'end'),
      ['-n', '12', '--rate', '3', '-c', '4'],
    ],
    [
      'takes three webhooks a connection, announced',
      (socket, number) => void (number === 3 ? socket.end(ok('connection: close\r\n')) : socket.write(ok())),
      ['-n', '12'],
    ],
    [
      'closes each connection',
      (socket) => void socket.end(ok('connection: close\r\n')),
      ['-n', '6', '-c', '2'],
    ],
  ])('a server that %s causes no false alarm', async (_, acts, args) => {
    const { report, exitCode, received } = await delivered(acts, args);
    const planned = Number(args[1]);
    expect(received).toHaveLength(planned);
    expect(new Set(received).size).toBe(planned);
    expect([report.status, exitCode]).toEqual(['healthy', 0]);
  });

  it('a resend that crashes the target is sent once, as planned', async () => {
    const { report, received } = await delivered(
      (socket, _number, total) => void (total === 1 ? socket.write(ok()) : socket.resetAndDestroy()),
      ['-n', '1'],
      { repeat: 1 },
    );
    expect(received).toHaveLength(2);
    expect(new Set(received).size).toBe(1);
    expect(report.results[0]?.repeat?.sends.map(({ attempts }) => attempts.length)).toEqual([1]);
    expect(report.results[0]?.verdict).toBe('broken');
  });

  it('a clean-up call that crashes the target is made once, and listed', async () => {
    const { report, received } = await delivered(
      (socket, _number, total) => void (total === 1 ? socket.write(ok()) : socket.resetAndDestroy()),
      ['-n', '1'],
      { cleanup: { url: '{{origin}}/orders/{{response.signal_id}}' } },
    );
    expect(received).toHaveLength(2);
    expect(received[1]).toMatch(/^DELETE \/orders\/sig-\d+$/);
    expect(report.cleanup?.leftOvers).toMatchObject([
      { certain: true, reason: 'Connection reset before a response' },
    ]);
  });
});

describe.concurrent('with --retries', () => {
  it('a webhook that may have been delivered twice is flaky', async () => {
    const { report, received, exitCode } = await delivered(
      (socket, _number, total) => void (total === 1 ? socket.resetAndDestroy() : socket.write(ok())),
      ['-n', '2', '--retries', '2', '--fail-on', 'flaky'],
    );
    expect(received).toHaveLength(3);
    expect(report.summary).toMatchObject({ total: 2, successful: 2, flaky: 1 });
    expect(exitCode).toBe(1);
    expect(report.results.map(({ flaky }) => flaky)).toEqual([true, false]);
  });

  it('a retry waits for the time in Retry-After', async () => {
    const { report, received, atMs } = await delivered(
      (socket, _number, total) =>
        void socket.write(
          total === 1 ? 'HTTP/1.1 503 Busy\r\nretry-after: 2\r\ncontent-length: 0\r\n\r\n' : ok(),
        ),
      ['-n', '1', '--retries', '1'],
    );
    expect(received).toHaveLength(2);
    expect((atMs[1] ?? 0) - (atMs[0] ?? 0)).toBeGreaterThanOrEqual(2_000);
    expect(report.results[0]).toMatchObject({ verdict: 'working', flaky: true });
  });

  it('a Retry-After longer than 60 s is not waited for, and a hint explains it', async () => {
    const { report, received } = await delivered(
      (socket) => void socket.write('HTTP/1.1 503 Busy\r\nretry-after: 3600\r\ncontent-length: 0\r\n\r\n'),
      ['-n', '1', '--retries', '3'],
    );
    expect(received).toHaveLength(1);
    expect(report.results[0]?.errors).toMatchObject([
      {
        code: 'http-5xx',
        hint: 'Wait 3600 s before the next run. Not retried: retries wait up to 60 s for Retry-After',
      },
    ]);
  });

  it('Ctrl-C ends the wait, and the retry is not sent', async () => {
    const { report, received, exitCode } = await delivered(
      (socket) => void socket.write('HTTP/1.1 429 Slow down\r\nretry-after: 50\r\ncontent-length: 0\r\n\r\n'),
      ['-n', '1', '--retries', '1'],
      {},
      (_total, end) => setTimeout(() => end('SIGINT'), 500),
    );
    expect(exitCode).toBe(130);
    expect(received).toHaveLength(1);
    expect(report.results[0]?.attempts.map(({ status }) => status)).toEqual([429]);
  });
});
