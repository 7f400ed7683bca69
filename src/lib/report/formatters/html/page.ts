/** The sections of the page that are about all tests together. */
import type { ReportHead } from '../../../model/report.ts';
import { countOf, durationText, numberText } from '../../../terminal/quantities.ts';
import { leftoverText } from '../../store/cleanup/leftover-text.ts';
import { extentText, measuredText } from '../words.ts';
import { latencyDistribution, latencyOverTime } from './charts.ts';
import type { Overview } from './fold.ts';
import { MANY_TESTS } from './matrix.ts';
import type { Section } from './parts.ts';
import { html } from './text.ts';

/** Rows per table. */
const ROWS_SHOWN = 200;
/** Left-overs listed; the JSON report has more. */
const LEFT_OVERS_SHOWN = 50;

export function chartSection({ latency }: ReportHead, { points, bars, everyNth }: Overview): Section | null {
  if (latency.count < MANY_TESTS) return null;
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
<figure><div role="img" aria-label="Response time of each test, over the run: ${statsText}">${latencyOverTime(points, 'time')}</div>
<figcaption>Over the run. <span class="ok">● working</span>, <span class="warn">▲ with a warning</span>, <span class="bad">◆ broken</span>.${sampled}</figcaption></figure>
<figure><div role="img" aria-label="Tests by response time: ${statsText}">${latencyDistribution(bars, 'bars')}</div>
<figcaption>Distribution: tests by response time, on a logarithmic scale.</figcaption></figure>
</div>
`;
  return { id: 'latency', title: 'Latency', body };
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
    }) => html`<li>${name}: ${reason}${certain ? '' : '; it is unknown whether anything is left'}
<br><code class="muted">${testId}</code>
<pre tabindex="0">${command ?? call}</pre></li>
`,
  );
  const later = leftoverText(head);
  const body = html`<p>${counts.join(', ')}.</p>
${later === null ? html`` : html`<p>${later.text}: <code>${later.command}</code></p>\n`}${items.length === 0 ? html`` : html`<ul class="plain">${items}</ul>`}${hidden > 0 ? html`<p class="muted">and ${numberText(hidden)} more: --reporter json</p>` : html``}`;
  return { id: 'cleanup', title: failed + unknown === 0 && later === null ? 'Clean-up' : 'Left over', body };
}
