// Loaded into the program with --import: notes whom it contacts, below all libraries. Every socket, look-up, datagram and
// process of Node has one of these resources, whichever module asked for it. The processes it starts are told on, too.
// `?log=FILE` of its URL says where a line each goes; `?log=2` is stderr, among what the program writes there.
import { createHook } from 'node:async_hooks';
import childProcess from 'node:child_process';
import { appendFileSync, writeSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const log = new URL(import.meta.url).searchParams.get('log') ?? '2';

function note(kind, what) {
  const line = `contact ${kind} ${what}\n`;
  if (log === '2') writeSync(2, line);
  else appendFileSync(log, line);
}

const NOTED = {
  TCPCONNECTWRAP: ['connect', ({ address, port }) => `${address}:${port}`],
  PIPECONNECTWRAP: ['connect', ({ address }) => `pipe ${address}`],
  GETADDRINFOREQWRAP: ['lookup', ({ hostname }) => hostname],
  GETNAMEINFOREQWRAP: ['lookup', ({ host }) => host],
  QUERYWRAP: ['resolve', ({ hostname }) => hostname],
  UDPWRAP: ['udp', () => 'socket'],
  TCPSERVERWRAP: ['listen', () => 'tcp'],
  PIPESERVERWRAP: ['listen', () => 'pipe'],
};

createHook({
  init(_id, type, _trigger, resource) {
    const noted = NOTED[type];
    if (noted !== undefined) note(noted[0], noted[1](resource));
  },
}).enable();

const spawn = childProcess.ChildProcess.prototype.spawn;
childProcess.ChildProcess.prototype.spawn = function (options) {
  const isNode = options.file === process.execPath;
  note('spawn', isNode ? `node ${options.args.slice(1).join(' ')}` : options.args.join(' '));
  const args = isNode
    ? [options.args[0], '--import', import.meta.url, ...options.args.slice(1)]
    : options.args;
  return spawn.call(this, { ...options, args });
};
for (const name of ['spawnSync', 'execSync', 'execFileSync']) {
  const real = childProcess[name];
  childProcess[name] = (...args) => {
    note('spawn', `${name} ${String(args[0])}`);
    return real(...args);
  };
}
syncBuiltinESMExports();
