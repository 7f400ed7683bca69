/** Which process is at a run, as long as it is going on: kept in `run.json` until the whole head takes its place. */
import { hostname } from 'node:os';
import { codeOf } from '../errors.ts';

export interface RunOwner {
  readonly pid: number;
  readonly host: string;
}

export function thisProcess(): RunOwner {
  return { pid: process.pid, host: hostname() };
}

/** False where it cannot be seen from here: another machine's, or ended. Another process may have its number by now. */
export function isAlive({ pid, host }: RunOwner): boolean {
  if (host !== hostname()) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return codeOf(thrown) === 'EPERM';
  }
}
