/** How long the spans of a target usually take, from the runs that are kept. */
import { keptPaths } from '../trace/span-path.ts';
import { readKeptRuns } from './history.ts';
import { readRunResults } from './results-file.ts';

/** Older runs tell about an older system. */
const RUNS_READ = 5;
/** Of each run; the first ones are as good as any. */
const RESULTS_READ = 200;
/** Fewer measurements than these make nothing usual. */
const LEAST_MEASUREMENTS = 5;

/** Path of a span → median duration in milliseconds, of spans that did not fail; empty without a history of this target. */
export async function usualDurations(options: {
  readonly dataDir: string;
  readonly target: string;
}): Promise<ReadonlyMap<string, number>> {
  const measured = new Map<string, number[]>();
  let runs = 0;
  for await (const { head, folder } of readKeptRuns(options.dataDir)) {
    if (head.target !== options.target || head.endedAt === null) continue;
    let read = 0;
    for await (const { trace } of readRunResults(folder)) {
      if (++read > RESULTS_READ) break;
      if (trace.state !== 'verified') continue;
      for (const { span, path } of keptPaths(trace.spans)) {
        if (span.status === 'error') continue;
        const known = measured.get(path);
        if (known === undefined) measured.set(path, [span.durationMs]);
        else known.push(span.durationMs);
      }
    }
    if (++runs === RUNS_READ) break;
  }
  const usual = [...measured].filter(([, values]) => values.length >= LEAST_MEASUREMENTS);
  return new Map(usual.map(([path, values]) => [path, median(values)]));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
