/** Looks at other processes: who is alive, whose child it is. */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** A zombie (one whose new parent has not collected it, as in a container without init) has ended. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  return ![null, 'Z'].includes(statusOf(pid, /^State:\s+(\w)/m));
}

/** Whether a SIGSTOP holds it. */
export function isStopped(pid: number): boolean {
  if (process.platform === 'linux') return statusOf(pid, /^State:\s+(\w)/m) === 'T';
  return spawnSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).stdout.startsWith('T');
}

/** Pids of the processes that this one started and that have not ended. */
export function childrenOf(pid: number): readonly number[] {
  return pairs()
    .filter(([child, parent]) => parent === pid && isAlive(child))
    .map(([child]) => child);
}

/** Every process and its parent; `ps` is not everywhere on Linux. */
function pairs(): readonly (readonly [pid: number, parent: number])[] {
  if (process.platform === 'linux') {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map((name) => [Number(name), Number(statusOf(name, /^PPid:\s+(\d+)/m))]);
  }
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  return stdout
    .trim()
    .split('\n')
    .map((line) => {
      const [pid, parent] = line.trim().split(/\s+/).map(Number);
      return [pid ?? 0, parent ?? 0];
    });
}

/** A field of what Linux says of a process; null once it has gone. */
function statusOf(pid: number | string, field: RegExp): string | null {
  try {
    return field.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? null;
  } catch {
    return null;
  }
}
