/** Identifies the process that owns a run, and whether it is still running. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { codeOf } from '../../errors.ts';
import { fields, isNumber, isText, orNull } from './saved-shape.ts';

export interface RunOwner {
  readonly pid: number;
  readonly host: string;
  /** When it started, in clock ticks since boot (Linux); null elsewhere. */
  readonly started: string | null;
}

const hasShape = fields<RunOwner>({ pid: isNumber, host: isText, started: orNull(isText) });

export function isRunOwner(value: unknown): value is RunOwner {
  return hasShape(value);
}

export function thisProcess(): RunOwner {
  const { pid } = process;
  return { pid, host: hostname(), started: statOf(pid)?.started ?? null };
}

/** Also false if it is not visible from here, because it is on another machine. */
export function isAlive({ pid, host, started }: RunOwner): boolean {
  if (host !== hostname() || !exists(pid)) return false;
  const now = statOf(pid);
  if (now === null) return true;
  // Process ids are reused, and a killed process stays visible until its parent has read its exit status.
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

/** Fields 3 and 22 of proc_pid_stat(5), counted from the end of the name, which may contain anything; null without /proc. */
function statOf(pid: number): { readonly isZombie: boolean; readonly started: string | null } | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return { isZombie: fields[0] === 'Z', started: fields[19] ?? null };
  } catch {
    return null;
  }
}
