/** Draws the events of a run on stderr: a live list on a terminal, plain lines elsewhere. */
import type { Terminal } from '../terminal/capabilities.ts';
import { plainProgress } from './plain-progress.ts';
import type { Progress } from './progress-lines.ts';
import { callEvery } from './wait-lines.ts';

export async function createProgress(terminal: Terminal): Promise<Progress> {
  const write = (line: string) => process.stderr.write(`${line}\n`);
  const monotonicMs = () => performance.now();
  if (!terminal.interactive) return plainProgress({ write, terminal, monotonicMs, every: callEvery });
  const { liveProgress } = await import('./live-progress.ts');
  return liveProgress({ stream: process.stderr, terminal, monotonicMs, every: callEvery });
}
