/** Strips of runs: one row for all webhooks, one per scenario and stage, one cell per run, the newest at the right. */
import { countOf, numberText } from '../../terminal/quantities.ts';
import { breakable, type Html, html, trusted } from '../formatters/html/text.ts';
import type { TargetHistory } from '../history/histories.ts';
import type { ScenarioState, StageStripState, TimelineRun } from '../history/timeline.ts';
import { dayText, runText } from './words.ts';

/** Cells per strip, and strips of scenarios and of stages. The JSON document has all of them. */
export const RUNS_DRAWN = 500;
const ROWS_DRAWN = 50;

/** The style has the glyph of each; the script has the words. */
type Cell = 'w' | 's' | 'b' | 'u' | 'n';

const SCENARIO_CELLS: Readonly<Record<ScenarioState, Cell>> = { working: 'w', broken: 'b', 'not-run': 'n' };
const STAGE_CELLS: Readonly<Record<StageStripState, Cell>> = {
  ...{ ok: 'w', slow: 's', unverified: 'u' },
  ...{ broken: 'b', 'not-run': 'n' },
};

export const CELL_WORDS: Readonly<Record<Cell, string>> = {
  w: 'working',
  s: 'slow or with warnings',
  b: 'broken',
  u: 'interrupted or unverified',
  n: 'not run',
};

export function stripsPart(history: TargetHistory): Html {
  const runs = history.runs.slice(-RUNS_DRAWN);
  const scenarios = history.scenarios.slice(0, ROWS_DRAWN);
  const stages = history.stages.slice(0, ROWS_DRAWN);
  const hidden = history.scenarios.length - scenarios.length + history.stages.length - stages.length;
  return html`<div class="strips" tabindex="0" role="group" aria-label="Strips of runs, the newest at the right"><div class="rows">
<div class="row axis" aria-hidden="true"><span class="name"></span><div class="cells">${axis(runs)}</div></div>
${row({ name: 'All webhooks', cells: runs.map(cellOf), kind: 'all', titles: runs.map(titleOf) })}${
  scenarios.length === 0 ? html`` : html`<p class="kind"><span>Scenarios</span></p>\n`
}${scenarios.map(({ name, states }) =>
  row({ name, cells: states.slice(-RUNS_DRAWN).map((state) => SCENARIO_CELLS[state]), kind: '' }),
)}${stages.length === 0 ? html`` : html`<p class="kind"><span>Stages</span></p>\n`}${stages.map(
  ({ name, states }) =>
    row({ name, cells: states.slice(-RUNS_DRAWN).map((state) => STAGE_CELLS[state]), kind: '' }),
)}</div></div>
<p class="legend muted">${legend()}</p>
${history.runs.length > runs.length ? html`<p class="note muted">The newest ${numberText(runs.length)} of ${numberText(history.runs.length)} runs.</p>\n` : html``}${hidden > 0 ? html`<p class="note muted">${countOf(hidden, 'further strip')} in the JSON document.</p>\n` : html``}`;
}

/** A run with a broken webhook is marked like a broken run. */
export function cellOf({ status, total, working }: TimelineRun): Cell {
  if (status === 'interrupted') return 'u';
  if (status === 'broken' || working < total) return 'b';
  return status === 'healthy' ? 'w' : 's';
}

/** Replaced by the script for the other rows, up to the last colon. */
function titleOf(run: TimelineRun): string {
  return `${runText(run)}: ${numberText(run.working)} of ${countOf(run.total, 'webhook')} worked`;
}

interface Row {
  readonly name: string;
  readonly cells: readonly Cell[];
  readonly kind: 'all' | '';
  readonly titles?: readonly string[];
}

function row({ name, cells, kind, titles }: Row): Html {
  const known = cells.filter((cell) => cell !== 'n' && cell !== 'u');
  const broken = known.filter((cell) => cell === 'b').length;
  const newest = cells.at(-1) ?? 'n';
  const label = `${name}: broken in ${numberText(broken)} of ${countOf(known.length, 'run')}; newest run: ${CELL_WORDS[newest]}`;
  // Thousands of cells: as short as they can be.
  const marks = cells.map((cell, at) => {
    const title = titles?.[at];
    return title === undefined
      ? trusted(`<i class=${cell}></i>`)
      : html`<i class=${cell} title="${title}"></i>`;
  });
  return html`<div class="row ${kind}"><span class="name"><span>${breakable(name)}</span> <small>${broken === 0 ? '' : `${numberText(broken)} broken`}</small></span><div class="cells" role="img" aria-label="${label}">${marks}</div></div>
`;
}

/** Cells between two dates, so that they do not touch. */
const DATE_CELLS = 5;

/** The day (UTC) of the first run of a day, where there is room for it. */
function axis(runs: readonly TimelineRun[]): readonly Html[] {
  const dates: Html[] = [];
  let [last, lastDay] = [-DATE_CELLS, ''];
  for (const [at, { startedAt }] of runs.entries()) {
    const day = startedAt.slice(0, 10);
    const fits = at - last >= DATE_CELLS && (at === 0 || runs.length - at >= DATE_CELLS - 1);
    if (day === lastDay || !fits) continue;
    [last, lastDay] = [at, day];
    dates.push(html`<span style="--at:${at}">${dayText(startedAt)}</span>`);
  }
  return dates;
}

function legend(): readonly Html[] {
  return Object.entries(CELL_WORDS).map(
    ([cell, words]) => html`<span><i class="${cell}"></i> ${words}</span> `,
  );
}
