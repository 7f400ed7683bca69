/**
 * A process of its own that ends a server when the process that started both is gone, however it went: the pipe of its
 * stdin is closed then, also after SIGKILL. Usage: end-with-parent.mjs <pid of the server> <folder to remove>
 */
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** For a server that hangs. */
const LIMIT_MS = 120_000;
const LOOK_MS = 50;
const [, , pid, folder] = process.argv;

// What ends a terminal's whole group is not meant for it: it has work to do then.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
process.stdin.on('error', () => {});
process.stdin.resume().on('close', async () => {
  // PostgreSQL's immediate shutdown: it ends its children, too.
  send('SIGQUIT');
  for (let waitedMs = 0; waitedMs < LIMIT_MS && send(0); waitedMs += LOOK_MS) await sleep(LOOK_MS);
  send('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  process.exit();
});

/** Whether it was there. */
function send(signal) {
  try {
    return process.kill(Number(pid), signal);
  } catch {
    return false;
  }
}
