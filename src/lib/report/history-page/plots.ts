/** Response times and durations over all runs of a target. */
import { durationText } from '../../terminal/quantities.ts';
import { linesOverTime } from '../formatters/html/charts.ts';
import { type Html, html } from '../formatters/html/text.ts';
import type { TargetHistory } from '../history/histories.ts';
import type { TimelineRun } from '../history/timeline.ts';
import { RUNS_DRAWN } from './strips.ts';
import { axisTime } from './words.ts';

/** Null with fewer than two runs with a response: there is no line. @param id prefix of ids, unique on the page */
export function plotsPart(history: TargetHistory, id: string): Html | null {
  const runs = history.runs.slice(-RUNS_DRAWN);
  const responded = runs.filter(({ p50Ms }) => p50Ms !== null);
  if (responded.length < 2) return null;
  const line = (of: keyof Pick<TimelineRun, 'p50Ms' | 'p95Ms' | 'durationMs'>) =>
    runs.map((run) => [run.startedAt, run[of]] as const);
  const [oldest, newest] = [runs[0], runs.at(-1)].map((run) => Date.parse(run?.startedAt ?? ''));
  const label = axisTime((newest ?? 0) - (oldest ?? 0));
  const latest = responded.at(-1);
  const text = (ms: number | null | undefined) => (ms === null || ms === undefined ? '-' : durationText(ms));
  const times = `newest run: median ${text(latest?.p50Ms)}, p95 ${text(latest?.p95Ms)}`;
  const took = `newest run: ${text(runs.findLast(({ durationMs }) => durationMs !== null)?.durationMs)}`;
  const latency = linesOverTime(
    [
      { points: line('p95Ms'), color: 'var(--warn)', dashed: true },
      { points: line('p50Ms'), color: 'var(--accent)', dashed: false },
    ],
    { id: `${id}-latency`, name: 'response time', label },
  );
  const durations = linesOverTime([{ points: line('durationMs'), color: 'var(--accent)', dashed: false }], {
    id: `${id}-duration`,
    name: 'duration of the run',
    label,
  });
  return html`<div class="charts">
<figure><div role="img" aria-label="Response times over the runs; ${times}">${latency}</div>
<figcaption><span class="key p50">━ median</span>, <span class="key p95">╍ 95th percentile</span>; ${times}</figcaption></figure>
<figure><div role="img" aria-label="Duration of the runs; ${took}">${durations}</div>
<figcaption>From the start of a run to its verdict; ${took}</figcaption></figure>
</div>
`;
}
