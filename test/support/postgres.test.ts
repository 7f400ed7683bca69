/** What the tests' PostgreSQL leaves behind: nothing, however its test ends. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ROOT } from './cli.ts';
import { eventually } from './eventually.ts';
import { startPostgres } from './postgres.ts';
import { childrenOf, isAlive } from './processes.ts';
import { tempFolder } from './temp-folder.ts';

interface Held {
  /** The worker of vitest. */
  readonly worker: number;
  readonly started: readonly number[];
  readonly data: string;
}

/** A vitest of its own, whose worker has started PostgreSQL and waits. */
async function startHolder(): Promise<Held> {
  const folder = tempFolder();
  const [config, held] = [path.join(folder, 'vitest.config.mjs'), path.join(folder, 'held.json')];
  const test = { include: ['test/support/postgres-holder.ts'], testTimeout: 300_000 };
  writeFileSync(config, `export default ${JSON.stringify({ root: ROOT, test })};`);
  const vitest = path.join(ROOT, 'node_modules', 'vitest', 'vitest.mjs');
  const runner = spawn(process.execPath, [vitest, 'run', '--root', ROOT, '--config', config], {
    cwd: ROOT,
    env: { ...process.env, HELD_FILE: held },
    stdio: 'ignore',
  });
  onTestFinished(async () => {
    if (runner.exitCode !== null || runner.signalCode !== null) return;
    runner.kill('SIGKILL');
    await once(runner, 'exit');
  });
  return eventually(async () => {
    if (runner.exitCode !== null) throw new Error('vitest ended before it held a PostgreSQL');
    return existsSync(held) ? (JSON.parse(readFileSync(held, 'utf8') || 'null') as Held | null) : null;
  });
}

it('ends and is removed when its test is killed', async () => {
  const { worker, started, data } = await startHolder();
  expect(started.length).toBeGreaterThan(0);
  expect([existsSync(data), ...started.map(isAlive)]).not.toContain(false);
  process.kill(worker, 'SIGKILL');
  await eventually(async () => (started.some(isAlive) || existsSync(path.dirname(data)) ? null : true));
});

it('has no process left when it was stopped', async () => {
  const before = childrenOf(process.pid);
  const { stop } = await startPostgres();
  const started = childrenOf(process.pid).filter((pid) => !before.includes(pid));
  await stop();
  expect(started.length).toBeGreaterThan(0);
  await eventually(async () => (started.some(isAlive) ? null : true));
});
