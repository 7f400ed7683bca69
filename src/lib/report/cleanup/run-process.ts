/** Whether the process of a run still works: nobody may remove what its probes are about to look for. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from '../../errors.ts';
import type { ProcessRecord } from './records.ts';

export function thisProcess(): ProcessRecord {
  const { pid } = process;
  return { type: 'process', pid, host: hostname(), started: statOf(pid)?.started ?? null };
}

/** False also where nobody can tell: on another machine. */
export function isRunning({ pid, host, started }: ProcessRecord): boolean {
  if (host !== hostname() || pid === process.pid || !exists(pid)) return false;
  const now = statOf(pid);
  if (now === null) return true;
  // Process ids are used again, and a process that was killed stays until its parent has read how it ended.
  return !now.isZombie && (started === null || now.started === started);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return codeOf(thrown) === 'EPERM';
  }
}

/** Fields 3 and 22 of proc_pid_stat(5), counted behind the name, which may hold anything; null where there is no /proc. */
function statOf(pid: number): { readonly isZombie: boolean; readonly started: string | null } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { isZombie: fields[0] === 'Z', started: fields[19] ?? null };
  } catch {
    return null;
  }
}
