/** The parts of the page that are about the whole run. */
import type { ReportHead } from '../../model/report.ts';
import type { StageState } from '../../model/stage.ts';
import { countOf, durationText, numberText, timeText } from '../../terminal/quantities.ts';
import { latencyDistribution, latencyOverTime } from './html-charts.ts';
import type { Overview, StageCounts } from './html-fold.ts';
import { findingList } from './html-test.ts';
import { type Html, html } from './html-text.ts';
import type { Group } from './pretty-groups.ts';
import { message, stuckAt } from './pretty-page.ts';
import { deliveryText } from './pretty-sentry.ts';
import { advised, extentText, measuredText, statusText } from './words.ts';

/** Kinds of failure and doubt. */
const GROUPS_SHOWN = 20;
const SCENARIOS_NAMED = 5;
/** Rows of a table. */
const ROWS_SHOWN = 200;

export function headPart(head: ReportHead): Html {
  const { summary } = head;
  const tile = (
    name: string,
    count: number,
    tone: string,
  ) => html`<li><b class="${count > 0 ? tone : 'muted'}">${numberText(count)}</b>${name}</li>
`;
  const optional = (name: string, count: number) => (count > 0 ? tile(name, count, 'warn') : html``);
  const took = head.durationMs === null ? '' : `, took ${durationText(head.durationMs)}`;
  const { shard } = head;
  return html`<header>
<h1>prod-e2e <span class="pill ${head.status}">${head.status}</span></h1>
<p>${statusText(head)}</p>
<ul class="tiles" aria-label="Counts">
${tile('tests', summary.total, '')}${tile('working', summary.successful, 'ok')}${tile('broken', summary.failed, 'bad')}${tile('with warnings', summary.warnings, 'warn')}${tile('missing fields', summary.missing, 'warn')}${optional('flaky', summary.flaky)}${optional('unverified traces', summary.unverified)}${optional('not sent', summary.skipped)}</ul>
<dl class="facts">
<dt>Target</dt><dd><code>${head.target}</code></dd>
<dt>Run</dt><dd><code>${head.runId}</code>, ${timeText(head.startedAt)}${took}${shard === null ? '' : `, shard ${shard.index} of ${shard.total}`}</dd>
<dt>Environment</dt><dd>${head.environment}${head.profile === null ? '' : `, profile ${head.profile}`}, seed ${head.seed}, prod-e2e ${head.tool.version}, exit code ${head.exitCode}</dd>
${
  head.sentry.enabled
    ? html`<dt>Traces</dt><dd>${deliveryText(head.sentry)}</dd>
`
    : html``
}${
  head.skippedBecause === null
    ? html``
    : html`<dt>Not sent</dt><dd>${head.skippedBecause}</dd>
`
}</dl>
${findingList(head.findings)}</header>
`;
}

/** What failed alike, or is doubtful alike, is told once, with a way to the first test of it. */
export function wrongPart({ digest: { groups, ungrouped } }: Overview): Html {
  if (groups.length === 0) return html``;
  const shown = groups.slice(0, GROUPS_SHOWN);
  const hidden = groups.slice(GROUPS_SHOWN).reduce((sum, { count }) => sum + count, ungrouped);
  return html`<section aria-labelledby="wrong"><h2 id="wrong">What is wrong</h2>
<ul class="findings">
${shown.map(groupItem)}</ul>
${hidden > 0 ? html`<p class="muted">and ${countOf(hidden, 'more test')}</p>` : html``}</section>
`;
}

function groupItem({ urgency, message: said, varied, count, scenarios, first }: Group): Html {
  const names = [...scenarios.keys()];
  const others = names.length - SCENARIOS_NAMED;
  const named = names.slice(0, SCENARIOS_NAMED).join(', ') + (others > 0 ? ` and ${others} more` : '');
  const stage = stuckAt(first);
  const sign =
    urgency === 'broken'
      ? html`<span class="bad" role="img" aria-label="broken">✗</span>`
      : html`<span class="warn" role="img" aria-label="doubtful">⚠</span>`;
  return html`<li>${sign} <b>${message(said)}</b>${varied ? ' (and alike)' : ''}: ${countOf(count, 'test')} of ${named}${stage === null ? '' : `, stuck at ${stage.name}`}, <a href="#t-${first.index}">${count === 1 ? 'see' : 'see the first'}<span class="skip"> ${first.name}</span></a></li>
`;
}

export function chartPart({ latency }: ReportHead, { points, bars, everyNth }: Overview): Html {
  if (latency.count === 0) return html``;
  const stats = [
    ['p50', latency.p50Ms],
    ['p90', latency.p90Ms],
    ['p95', latency.p95Ms],
    ['p99', latency.p99Ms],
    ['max', latency.maxMs],
  ] as const;
  const told = stats.map(([name, ms]) => `${name} ${ms === null ? '-' : durationText(ms)}`).join(', ');
  const sampled = everyNth === 1 ? '' : ` Every ${numberText(everyNth)}th test, and broken ones.`;
  return html`<section aria-labelledby="latency"><h2 id="latency">Latency</h2>
<p>${told} (${countOf(latency.count, 'test')})</p>
<div class="charts">
<figure><div class="scroll" tabindex="0" role="img" aria-label="Time to the answer of each test, over the run: ${told}">${latencyOverTime(points, 'time')}</div>
<figcaption>Over the run. <span class="ok">● working</span>, <span class="warn">▲ doubtful</span>, <span class="bad">◆ broken</span>.${sampled}</figcaption></figure>
<figure><div class="scroll" tabindex="0" role="img" aria-label="How many tests were answered how fast: ${told}">${latencyDistribution(bars, 'bars')}</div>
<figcaption>Distribution: tests by the time to the answer, on a logarithmic scale.</figcaption></figure>
</div></section>
`;
}

export function scenarioPart({ scenarios }: Overview): Html {
  if (scenarios.length === 0) return html``;
  const ms = (value: number | null) => (value === null ? '' : durationText(value));
  return html`<section aria-labelledby="scenarios"><h2 id="scenarios">Scenarios</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Scenarios"><table>
<thead><tr><th scope="col">Scenario</th><th scope="col">Working</th><th scope="col" class="num">p50</th><th scope="col" class="num">p95</th><th scope="col" class="num">max</th></tr></thead>
<tbody>
${scenarios.slice(0, ROWS_SHOWN).map(({ name, tests, working, doubtful, latency }) => {
  const tone = working < tests ? 'bad' : doubtful > 0 ? 'warn' : 'ok';
  const sign = working < tests ? '✗' : doubtful > 0 ? '⚠' : '✓';
  return html`<tr><th scope="row">${name}</th><td class="${tone}">${sign} ${numberText(working)} of ${numberText(tests)}</td><td class="num">${ms(latency.p50Ms)}</td><td class="num">${ms(latency.p95Ms)}</td><td class="num">${ms(latency.maxMs)}</td></tr>
`;
})}</tbody></table></div></section>
`;
}

/** Worst first: a cell is coloured by the worst of its tests. */
const STATES: readonly (readonly [StageState, sign: string, tone: string])[] = [
  ['failed', '✗', 's-bad'],
  ['missing', '○', 's-bad'],
  ['slow', '⚠', 's-warn'],
  ['unverified', '?', 's-warn'],
  ['ok', '✓', 's-ok'],
];

export function matrixPart({ matrix: { stages, rows } }: Overview): Html {
  if (rows.size === 0) return html``;
  return html`<section aria-labelledby="stages"><h2 id="stages">Stages</h2>
<div class="scroll" tabindex="0" role="group" aria-label="Stages by scenario"><table class="matrix">
<thead><tr><th scope="col">Scenario</th>${stages.map((stage) => html`<th scope="col">${stage}</th>`)}</tr></thead>
<tbody>
${[...rows].map(
  ([
    scenario,
    states,
  ]) => html`<tr><th scope="row">${scenario}</th>${stages.map((stage) => matrixCell(states.get(stage)))}</tr>
`,
)}</tbody></table></div>
<p class="muted">${STATES.toReversed()
    .map(([state, sign]) => `${sign} ${state}`)
    .join(', ')}; a number where it is more than one test.</p></section>
`;
}

function matrixCell(counts: StageCounts | undefined): Html {
  if (counts === undefined) return html`<td><span class="muted">–</span></td>`;
  const there = STATES.filter(([state]) => counts[state] > 0);
  const text = there
    .map(([state, sign]) => `${sign} ${counts[state] === 1 ? '' : `${numberText(counts[state])} `}${state}`)
    .join(', ');
  return html`<td class="${there[0]?.[2] ?? 's-ok'}">${text}</td>`;
}

export function missingPart({ missingData, summary }: ReportHead): Html {
  if (missingData.length === 0) return html``;
  return html`<section aria-labelledby="missing"><h2 id="missing">Missing data</h2>
<ul>
${missingData.slice(0, ROWS_SHOWN).map(
  (
    entry,
  ) => html`<li><code class="${entry.level === 'required' ? 'bad' : 'warn'}">${entry.field}</code> (${extentText(entry, summary.total)})</li>
`,
)}</ul></section>
`;
}

export function thresholdPart({ thresholds }: ReportHead): Html {
  if (thresholds.length === 0) return html``;
  return html`<section aria-labelledby="thresholds"><h2 id="thresholds">Thresholds</h2>
<ul>
${thresholds.map(
  (
    each,
  ) => html`<li>${each.ok ? html`<span class="ok">✓ held</span>` : html`<span class="bad">✗ broken</span>`}: <code>${each.expression}</code> (${measuredText(each)})</li>
`,
)}</ul></section>
`;
}

export function nextPart(head: ReportHead, { digest }: Overview): Html {
  const steps = advised(head, digest.findings);
  if (steps.length === 0) return html``;
  return html`<section aria-labelledby="next"><h2 id="next">Next steps</h2>
<ol class="steps">
${steps.map(
  ({ title, solutions }) => html`<li>${title}<ul>${solutions.map((text) => html`<li>${text}</li>`)}</ul></li>
`,
)}</ol></section>
`;
}
