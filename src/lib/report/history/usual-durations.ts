/** Usual durations of a target's spans, from saved runs. */
import type { SavedSpan } from '../../model/result.ts';
import { median } from '../../trace/spans/median.ts';
import { pathsOfSpans } from '../../trace/spans/span-path.ts';
import { readRunResults } from '../store/results-file.ts';
import { readSavedRuns } from './history.ts';

/** Runs read: older ones describe an older system. */
const RUNS_READ = 5;
/** Results read per run; the first ones are as good as any. */
const RESULTS_READ = 200;
/** Fewer measurements than this are not enough. */
const MIN_MEASUREMENTS = 5;

interface History {
  readonly dataDir: string;
  readonly target: string;
}

/** Span path → median duration in milliseconds, without failed spans; empty if the target has no saved runs. */
export async function usualDurations(history: History): Promise<ReadonlyMap<string, number>> {
  return durationsOf(await usualSpans(history));
}

export function durationsOf(
  usual: ReadonlyMap<string, Pick<SavedSpan, 'durationMs'>>,
): ReadonlyMap<string, number> {
  return new Map([...usual].map(([path, { durationMs }]) => [path, durationMs]));
}

/** The spans with their paths, in the order in which they begin. */
export async function usualSpans(
  options: History,
): Promise<ReadonlyMap<string, SavedSpan & { readonly parentPath: string | null }>> {
  const measured = new Map<
    string,
    { span: SavedSpan; parentPath: string | null; durations: number[]; starts: number[] }
  >();
  let runs = 0;
  for await (const { head, folder } of readSavedRuns(options.dataDir)) {
    if (head.target !== options.target || head.endedAt === null) continue;
    let read = 0;
    for await (const { trace } of readRunResults(folder)) {
      if (++read > RESULTS_READ) break;
      if (trace.state !== 'verified') continue;
      for (const { span, path, parentPath } of pathsOfSpans(trace.spans)) {
        if (span.status === 'error') continue;
        const known = measured.get(path) ?? { span, parentPath, durations: [], starts: [] };
        measured.set(path, known);
        known.durations.push(span.durationMs);
        known.starts.push(span.startMs);
      }
    }
    if (++runs === RUNS_READ) break;
  }
  return new Map(
    [...measured]
      .filter(([, { durations }]) => durations.length >= MIN_MEASUREMENTS)
      .map(([path, { span, parentPath, durations, starts }]) => {
        const usual = { ...span, parentPath, durationMs: median(durations), startMs: median(starts) };
        return [path, usual] as const;
      })
      .sort(([, a], [, b]) => a.startMs - b.startMs),
  );
}
