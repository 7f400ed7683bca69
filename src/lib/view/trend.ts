/** How runs against a target went, in a line: oldest first, a mark a run. */
import type { Latency, Summary } from '../model/report.ts';
import { targetKey } from '../same-target.ts';
import { countOf, durationText } from '../terminal/quantities.ts';
import { terminalText } from '../terminal/text.ts';
import { textWidth } from '../terminal/width.ts';

/** Runs of a target in a line; targets. */
const RUNS_SHOWN = 20;
const TARGETS_SHOWN = 5;

const UNICODE = '▁▂▃▄▅▆▇█';
const ASCII = '_.-=+*#@';

export interface ListedRun {
  readonly runId: string;
  readonly target: string;
  readonly summary: Summary | null;
  readonly latency: Latency | null;
}

export interface Trend {
  readonly target: string;
  /** Oldest first, as are the others. */
  readonly runIds: readonly string[];
  /** Of 100; null where nothing was sent, or it is not known. */
  readonly workingPercent: readonly (number | null)[];
  readonly p95Ms: readonly (number | null)[];
}

/** Of targets with more than one run, that of the latest run first. @param runs newest first */
export function trendsOf(runs: readonly ListedRun[]): readonly Trend[] {
  const byTarget = new Map<string, ListedRun[]>();
  for (const run of runs) {
    const key = targetKey(run.target);
    byTarget.set(key, [...(byTarget.get(key) ?? []), run]);
  }
  return [...byTarget.values()]
    .filter((of) => of.length > 1)
    .slice(0, TARGETS_SHOWN)
    .map((of) => {
      const oldestFirst = of.slice(0, RUNS_SHOWN).toReversed();
      return {
        // Of the latest run.
        target: of[0]?.target ?? '',
        runIds: oldestFirst.map(({ runId }) => runId),
        workingPercent: oldestFirst.map(({ summary }) =>
          summary === null || summary.total === 0 ? null : (100 * summary.successful) / summary.total,
        ),
        p95Ms: oldestFirst.map(({ latency }) => latency?.p95Ms ?? null),
      };
    });
}

/** `Trend of 12 runs against https://…: working ███▅█ 80 %, p95 ▁▁▂▇ 1.24 s`; in two lines where one is too long. */
export function trendLines(
  trends: readonly Trend[],
  screen: { readonly unicode: boolean; readonly columns: number },
): readonly string[] {
  return trends.flatMap(({ target, runIds, workingPercent, p95Ms }) => {
    const slowest = Math.max(...p95Ms.map((ms) => ms ?? 0));
    const [percent, ms] = [workingPercent.at(-1) ?? null, p95Ms.at(-1) ?? null];
    const parts = [
      `working ${marks(workingPercent, { most: 100, screen })} ${percent === null ? '-' : `${Math.floor(percent)} %`}`,
      // Where nothing ever answered there is none.
      ...(slowest === 0
        ? []
        : [`p95 ${marks(p95Ms, { most: slowest, screen })} ${ms === null ? '-' : durationText(ms)}`]),
    ];
    const head = `Trend of ${countOf(runIds.length, 'run')} against ${terminalText(target)}:`;
    const line = `${head} ${parts.join(', ')}`;
    return textWidth(line) <= screen.columns ? [line] : [head, `  ${parts.join(', ')}`];
  });
}

/** All heights are parts of the most. */
function marks(
  values: readonly (number | null)[],
  { most, screen }: { readonly most: number; readonly screen: { readonly unicode: boolean } },
): string {
  const signs = screen.unicode ? UNICODE : ASCII;
  return values
    .map((value) => {
      if (value === null) return ' ';
      const height = most <= 0 ? 0 : Math.round((value / most) * (signs.length - 1));
      return signs[Math.min(Math.max(0, height), signs.length - 1)] ?? ' ';
    })
    .join('');
}
