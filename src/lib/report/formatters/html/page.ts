/** The sections of the page that are about all tests together. */
import type { ReportHead } from '../../../model/report.ts';
import type { StageState } from '../../../model/stage.ts';
import { countOf, durationText, numberText } from '../../../terminal/quantities.ts';
import { leftoverText } from '../../store/cleanup/leftover-text.ts';
import { extentText, measuredText, stateText } from '../words.ts';
import { latencyDistribution, latencyOverTime } from './charts.ts';
import type { Overview, StageCounts } from './fold.ts';
import { leading, type Section } from './parts.ts';
import { breakable, type Html, html, joined } from './text.ts';

/** Rows per table. */
const ROWS_SHOWN = 200;
/** Left-overs listed; the JSON report has more. */
const LEFT_OVERS_SHOWN = 50;

export function chartSection({ latency }: ReportHead, { points, bars, everyNth }: Overview): Section | null {
  if (latency.count === 0) return null;
  const stats = [
    ['p50', latency.p50Ms],
    ['p90', latency.p90Ms],
    ['p95', latency.p95Ms],
    ['p99', latency.p99Ms],
    ['max', latency.maxMs],
  ] as const;
  const statsText = stats.map(([name, ms]) => `${name} ${ms === null ? '-' : durationText(ms)}`).join(', ');
  const sampled = everyNth === 1 ? '' : ` Every ${numberText(everyNth)}th test, and broken ones.`;
  const body = html`<p>${statsText} (${countOf(latency.count, 'test')})</p>
<div class="charts">
<figure><div role="img" aria-label="Time to the answer of each test, over the run: ${statsText}">${latencyOverTime(points, 'time')}</div>
<figcaption>Over the run. <span class="ok">● working</span>, <span class="warn">▲ doubtful</span>, <span class="bad">◆ broken</span>.${sampled}</figcaption></figure>
<figure><div role="img" aria-label="How many tests were answered how fast: ${statsText}">${latencyDistribution(bars, 'bars')}</div>
<figcaption>Distribution: tests by the time to the answer, on a logarithmic scale.</figcaption></figure>
</div>
`;
  return { id: 'latency', title: 'Latency', body };
}

export function scenarioSection({ scenarios }: Overview): Section | null {
  if (scenarios.length === 0) return null;
  const ms = (value: number | null) =>
    html`<td class="num">${value === null ? '' : durationText(value)}</td>`;
  const rows = scenarios.slice(0, ROWS_SHOWN).map(({ name, tests, working, withWarnings, latency }) => {
    const tone = working < tests ? 'bad' : withWarnings > 0 ? 'warn' : 'ok';
    const sign = working < tests ? '✗' : withWarnings > 0 ? '⚠' : '✓';
    return html`<tr><th scope="row">${leading({ scenario: name }, breakable(name))}</th><td class="${tone}">${sign} ${numberText(working)} of ${numberText(tests)}</td>${ms(latency.p50Ms)}${ms(latency.p95Ms)}${ms(latency.maxMs)}</tr>
`;
  });
  const body = html`<div class="scroll" tabindex="0" role="group" aria-label="Scenarios"><table class="scenarios">
<thead><tr><th scope="col">Scenario</th><th scope="col">Working</th><th scope="col" class="num">p50</th><th scope="col" class="num">p95</th><th scope="col" class="num">max</th></tr></thead>
<tbody>
${rows}</tbody></table></div>
`;
  return { id: 'scenarios', title: 'Scenarios', body };
}

/** Worst first: the worst test decides a cell's color. */
const STATES: readonly (readonly [StageState, sign: string, tone: string])[] = [
  ['failed', '✗', 's-bad'],
  ['missing', '○', 's-bad'],
  ['slow', '⚠', 's-warn'],
  ['unverified', '?', 's-warn'],
  ['not-reached', '·', 's-warn'],
  ['ok', '✓', 's-ok'],
];

export function matrixSection({ matrix: { stages, rows } }: Overview): Section | null {
  if (rows.size === 0) return null;
  const row = ([scenario, states]: readonly [string, ReadonlyMap<string, StageCounts>]) =>
    html`<tr><th scope="row">${leading({ scenario }, breakable(scenario))}</th>${stages.map((stage) => matrixCell({ scenario, stage }, states.get(stage)))}</tr>
`;
  const legend = STATES.toReversed().map(([state, sign]) => `${sign} ${stateText(state)}`);
  const body = html`<div class="scroll" tabindex="0" role="group" aria-label="Stages by scenario"><table class="matrix">
<thead><tr><th scope="col">Scenario</th>${stages.map((stage) => html`<th scope="col">${breakable(stage)}</th>`)}</tr></thead>
<tbody>
${[...rows].map(row)}</tbody></table></div>
<p class="muted">${legend.join(', ')}; a number where it is more than one test.</p>
`;
  return { id: 'stages', title: 'Stages', body };
}

function matrixCell(
  { scenario, stage }: { readonly scenario: string; readonly stage: string },
  counts: StageCounts | undefined,
): Html {
  if (counts === undefined) return html`<td><span class="muted">–</span></td>`;
  const there = STATES.filter(([state]) => counts[state] > 0);
  const each = there.map(([state, sign]) => {
    const text = `${sign} ${counts[state] === 1 ? '' : `${numberText(counts[state])} `}${stateText(state)}`;
    return state === 'ok' ? html`${text}` : leading({ scenario, stage: `${stage}:${state}` }, text);
  });
  return html`<td class="${there[0]?.[2] ?? 's-ok'}">${joined(each, ', ')}</td>`;
}

export function missingSection({ missingData, summary }: ReportHead): Section | null {
  if (missingData.length === 0) return null;
  const items = missingData.slice(0, ROWS_SHOWN).map(
    (
      entry,
    ) => html`<li><code class="${entry.level === 'required' ? 'bad' : 'warn'}">${entry.field}</code> (${extentText(entry, summary.total)})</li>
`,
  );
  return { id: 'missing', title: 'Missing data', body: html`<ul class="plain">${items}</ul>` };
}

export function thresholdSection({ thresholds }: ReportHead): Section | null {
  if (thresholds.length === 0) return null;
  const items = thresholds.map(
    (
      each,
    ) => html`<li>${each.ok ? html`<span class="ok">✓ held</span>` : html`<span class="bad">✗ broken</span>`}: <code>${each.expression}</code> (${measuredText(each)})</li>
`,
  );
  return { id: 'thresholds', title: 'Thresholds', body: html`<ul class="plain">${items}</ul>` };
}

/** What tests left at the target, with the commands that remove it. */
export function cleanupSection(head: ReportHead): Section | null {
  const { cleanup } = head;
  if (cleanup === null) return null;
  const { done, failed, unknown, leftOvers } = cleanup;
  const counts = [
    `${countOf(done, 'call')} succeeded`,
    ...(failed === 0 ? [] : [`${numberText(failed)} left over`]),
    ...(unknown === 0 ? [] : [`${numberText(unknown)} possibly left over`]),
  ];
  const shown = leftOvers.slice(0, LEFT_OVERS_SHOWN);
  const hidden = failed + unknown - shown.length;
  const items = shown.map(
    ({
      name,
      testId,
      reason,
      certain,
      call,
      command,
    }) => html`<li>${name}: ${reason}${certain ? '' : '; nobody knows whether anything is left'}
<br><code class="muted">${testId}</code>
<pre tabindex="0">${command ?? call}</pre></li>
`,
  );
  const later = leftoverText(head);
  const body = html`<p>${counts.join(', ')}.</p>
${later === null ? html`` : html`<p>${later.text}: <code>${later.command}</code></p>\n`}${items.length === 0 ? html`` : html`<ul class="plain">${items}</ul>`}${hidden > 0 ? html`<p class="muted">and ${numberText(hidden)} more: --reporter json</p>` : html``}`;
  return { id: 'cleanup', title: failed + unknown === 0 && later === null ? 'Clean-up' : 'Left over', body };
}
