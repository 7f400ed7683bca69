/** The target is on stderr before anything leaves. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, openSync, readSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { type Cli, ROOT, withCli } from '../support/cli.ts';
import { onTerminal } from '../support/pseudo-terminal.ts';

/** Writes each contact to stderr itself, so that the order there is the order in which things happened. */
const RECORDER = `${pathToFileURL(path.join(ROOT, 'test', 'support', 'record-contacts.mjs')).href}?log=2`;

interface RawTarget {
  /** With a password in it. */
  readonly url: string;
  readonly shown: string;
}

/** @param onFirstBytes called with what came first on a connection, before anything else happens here */
async function withRawTarget(
  onFirstBytes: (bytes: string) => void,
  use: (target: RawTarget) => Promise<void>,
): Promise<void> {
  let connections = 0;
  const server = net.createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (bytes) => {
      onFirstBytes(bytes.toString('latin1'));
      const body = JSON.stringify({ signal_id: `s${++connections}` });
      socket.end(`HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const at = `127.0.0.1:${(server.address() as AddressInfo).port}/webhook?key=`;
  try {
    await use({ url: `http://me:hunter2@${at}hunter3`, shown: `http://***:***@${at}***` });
  } finally {
    server.close();
    await once(server, 'close');
  }
}

/** A pipe with a name, of which can be read at any moment what has been written into it by then. */
async function withPipe(
  { home }: Cli,
  use: (pipe: { readonly writeEnd: number; readonly writtenByNow: () => string }) => Promise<void>,
): Promise<void> {
  const file = path.join(home, 'stderr.pipe');
  await promisify(execFile)('mkfifo', [file]);
  const readEnd = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(file, constants.O_WRONLY);
  let text = '';
  const writtenByNow = () => {
    const buffer = Buffer.alloc(65_536);
    try {
      for (let length = -1; length !== 0; ) {
        length = readSync(readEnd, buffer);
        text += buffer.toString('utf8', 0, length);
      }
    } catch {
      // EAGAIN: that is all for now.
    }
    return text;
  };
  try {
    await use({ writeEnd, writtenByNow });
  } finally {
    closeSync(readEnd);
    closeSync(writeEnd);
  }
}

it.concurrent.each([{ args: [] }, { args: ['--json'] }, { args: ['--rate', '5', '-r', 'ndjson'] }])(
  'in a pipe, with $args, credentials are masked',
  ({ args }) =>
    withCli((cli) =>
      withPipe(cli, async ({ writeEnd, writtenByNow }) => {
        const firstBytes: string[] = [];
        const toldBefore: string[] = [];
        await withRawTarget(
          (bytes) => {
            firstBytes.push(bytes);
            toldBefore.push(writtenByNow());
          },
          async ({ url, shown }) => {
            const command = ['run', '-n', '2', '--url', url, ...args];
            const { exitCode } = await cli.run(command, {
              nodeArgs: ['--import', RECORDER],
              stderr: writeEnd,
            });
            expect(exitCode).toBe(0);
            expect(firstBytes[0]).toMatch(/^POST \/webhook\?key=hunter3 HTTP\/1\.1\r\n/);
            expect(toldBefore[0]).toContain(`Sending 2 webhooks to ${shown}\n`);
            const all = writtenByNow();
            expect(all).not.toContain('hunter');
            const [target, contact] = [all.indexOf('Sending 2 webhooks'), all.indexOf('contact connect')];
            expect(target).toBeGreaterThanOrEqual(0);
            expect(contact).toBeGreaterThan(target);
          },
        );
      }),
    ),
);

it.concurrent('on a terminal', () =>
  withCli((cli) =>
    withRawTarget(
      () => {},
      async ({ url, shown }) => {
        const { text, exit } = await onTerminal(cli, ['run', '-n', '2', '--url', url], {
          env: { NODE_OPTIONS: `--import ${RECORDER}` },
          steps: [],
        });
        expect(exit).toBe(0);
        const [target, contact] = [
          text.indexOf(`Sending 2 webhooks to ${shown}\n`),
          text.indexOf('contact connect'),
        ];
        expect(target).toBeGreaterThanOrEqual(0);
        expect(contact).toBeGreaterThan(target);
      },
    ),
  ));
