/** Draws the events of a run on stderr: a live frame on a terminal, plain lines elsewhere. */
import type { Terminal } from '../terminal/capabilities.ts';
import { wrapped } from '../terminal/wrapped.ts';
import { plainProgress } from './plain-progress.ts';
import type { Progress } from './progress-lines.ts';
import { callEvery } from './wait-lines.ts';

/** @param isShared stdout gets lines while the run works, on the same screen */
export async function createProgress(terminal: Terminal, isShared: boolean): Promise<Progress> {
  const monotonicMs = () => performance.now();
  if (!terminal.interactive || isShared) {
    const { stderr } = process;
    const write = (line: string) =>
      stderr.write(`${wrapped(line, stderr.isTTY ? terminal.columns : null)}\n`);
    return plainProgress({ write, terminal, monotonicMs, every: callEvery });
  }
  const { liveProgress } = await import('./live-progress.ts');
  return liveProgress({ stream: process.stderr, terminal, monotonicMs });
}
