/** Scenarios and stages in one table: how each scenario did, where its tests got stuck, and how long they took. */
import type { ReportHead } from '../../../model/report.ts';
import type { StageState } from '../../../model/stage.ts';
import { countOf, durationText, numberText } from '../../../terminal/quantities.ts';
import type { LatencyStats } from '../../digest/latency.ts';
import type { ScenarioSummary } from '../../digest/scenario-fold.ts';
import { stateText } from '../words.ts';
import type { Overview, StageCounts } from './fold.ts';
import { leading, type Section } from './parts.ts';
import { breakable, type Html, html, joined } from './text.ts';

const ROWS_SHOWN = 200;

/** From this many tests on, percentiles and plots say more than one duration. */
export const MANY_TESTS = 20;

/** Worst first: the worst test decides a cell's color. */
const STATES: readonly (readonly [StageState, sign: string, tone: string])[] = [
  ['failed', '✗', 's-bad'],
  ['missing', '○', 's-bad'],
  ['slow', '⚠', 's-warn'],
  ['unverified', '?', 's-warn'],
  ['not-reached', '·', 's-none'],
  ['ok', '✓', 's-ok'],
];

export function matrixSection(head: ReportHead, seen: Overview): Section | null {
  const { scenarios, matrix } = seen;
  if (scenarios.length === 0) return null;
  const { stages, rows } = matrix;
  const many = head.summary.total >= MANY_TESTS;
  const isTimed = scenarios.some(({ latency }) => latency.p50Ms !== null);
  const times = !isTimed ? [] : many ? ['p50', 'p95', 'max'] : ['Time'];
  const ids = stageIds(stages);
  const row = (scenario: ScenarioSummary) => {
    const { name, latency } = scenario;
    const states = rows.get(name);
    const cells = stages.map((stage) => cell({ scenario: name, stage }, states?.get(stage)));
    return html`<tr><th scope="row">${leading({ scenario: name }, breakable(name))}</th>${resultCell(scenario)}${cells}${timesOf(
      latency,
      many,
    )
      .slice(0, times.length)
      .map((ms) => html`<td class="num">${ms === null ? '' : durationText(ms)}</td>`)}</tr>
`;
  };
  const hidden = scenarios.length - ROWS_SHOWN;
  const body = html`<div class="scroll" tabindex="0" role="group" aria-label="Scenarios and their stages"><table class="matrix">
<thead><tr><th scope="col">Scenario</th><th scope="col" class="works"><span>Working</span></th>${stages.map((stage, at) => html`<th scope="col" class="stage" id="${ids[at] ?? ''}"><span>${breakable(stage)}</span></th>`)}${times.map((name) => html`<th scope="col" class="num">${name}</th>`)}</tr></thead>
<tbody>
${scenarios.slice(0, ROWS_SHOWN).map(row)}</tbody></table></div>
${hidden > 0 ? html`<p class="muted">and ${countOf(hidden, 'more scenario')}</p>` : html``}${stages.length === 0 ? html`` : legend(head, seen)}`;
  return { id: 'scenarios', title: stages.length === 0 ? 'Scenarios' : 'Scenarios and stages', body };
}

function timesOf({ p50Ms, p95Ms, maxMs }: LatencyStats, many: boolean): readonly (number | null)[] {
  return many ? [p50Ms, p95Ms, maxMs] : [p50Ms];
}

/** `stage-data-enrichment`; an id has no spaces, and no two stages have the same. */
function stageIds(stages: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return stages.map((stage) => {
    const wanted = `stage-${stage.replace(/\s+/g, '-')}`;
    let id = wanted;
    for (let copy = 2; taken.has(id); copy += 1) id = `${wanted}-${copy}`;
    taken.add(id);
    return id;
  });
}

function resultCell({ tests, working, withWarnings }: ScenarioSummary): Html {
  const [tone, sign] = working < tests ? ['bad', '✗'] : withWarnings > 0 ? ['warn', '⚠'] : ['ok', '✓'];
  return html`<td class="works ${tone}"><span class="sign">${sign}</span> <span class="word">${numberText(working)} of ${numberText(tests)}</span></td>`;
}

/** The sign and the color of a state. */
export function signOfState(state: StageState): { readonly sign: string; readonly tone: string } {
  const [, sign = '', tone = ''] = STATES.find(([each]) => each === state) ?? [];
  return { sign, tone };
}

/** On a wide screen a problem is in words as well; the legend explains the other signs. */
const QUIET: ReadonlySet<StageState> = new Set(['ok', 'not-reached']);

/** A sign for each state, with the number of tests where there are several; screen readers read the state in words. */
function cell(
  { scenario, stage }: { readonly scenario: string; readonly stage: string },
  counts: StageCounts | undefined,
): Html {
  if (counts === undefined)
    return html`<td class="s-none"><span aria-hidden="true">–</span><span class="skip">not checked</span></td>`;
  const there = STATES.filter(([state]) => counts[state] > 0);
  const tests = there.reduce((sum, [state]) => sum + counts[state], 0);
  const each = there.map(([state, sign]) => {
    const number =
      tests === 1 || (state === 'ok' && there.length === 1) ? '' : ` ${numberText(counts[state])}`;
    const words = html`<span class="sign" aria-hidden="true">${sign}</span>${number === '' ? html`` : html`<span class="count">${number}</span>`}<span class="${QUIET.has(state) ? 'skip' : 'word'}"> ${stateText(state)}</span>`;
    return state === 'ok' ? words : leading({ scenario, stage: `${stage}:${state}` }, words);
  });
  return html`<td class="${there[0]?.[2] ?? 's-ok'}">${joined(each, ' ')}</td>`;
}

function legend({ summary }: ReportHead, { matrix, counts }: Overview): Html {
  const signs = STATES.toReversed().map(
    ([state, sign]) => html`<span><b aria-hidden="true">${sign}</b> ${stateText(state)}</span>`,
  );
  const all = counts.broken + counts.warning + counts.passed;
  const checked =
    matrix.tests === all || summary.total === 0
      ? ''
      : `Stages were checked in ${numberText(matrix.tests)} of ${countOf(all, 'test')}.`;
  return html`<p class="legend muted">${joined([...signs, html`<span><b aria-hidden="true">–</b> not checked</span>`], ' ')} ${checked}</p>
`;
}
