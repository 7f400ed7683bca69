/** The top of the page: the status and the facts of the run. */
import type { ReportHead } from '../../../model/report.ts';
import { durationText, numberText, timeText } from '../../../terminal/quantities.ts';
import { deliveryText } from '../pretty/sentry.ts';
import { statusText, statusWords } from '../words.ts';
import type { Section } from './parts.ts';
import { type Html, html } from './text.ts';

export function headPart(head: ReportHead): Html {
  const { skippedBecause } = head;
  return html`<header>
<h1>prod-e2e <span class="pill ${head.status}">${statusWords(head)}</span></h1>
<p>${statusText(head)}</p>
<p class="where"><code>${head.target}</code>, ${timeText(head.startedAt)}, exit code ${head.exitCode}</p>
<ul class="tiles" aria-label="Counts">
${tiles(head)}</ul>
${
  skippedBecause === null
    ? html``
    : html`<p class="warn">Not sent: ${skippedBecause}</p>
`
}</header>
`;
}

function tiles({ summary }: ReportHead): readonly Html[] {
  const always: readonly Tile[] = [
    ['test', 'tests', summary.total, ''],
    ['working', 'working', summary.successful, 'ok'],
    ['broken', 'broken', summary.failed, 'bad'],
    ['with a warning', 'with warnings', summary.warnings, 'warn'],
    ['missing field', 'missing fields', summary.missing, 'warn'],
  ];
  const rare: readonly Tile[] = [
    ['flaky', 'flaky', summary.flaky, 'warn'],
    ['unverified trace', 'unverified traces', summary.unverified, 'warn'],
    ['not sent', 'not sent', summary.skipped, 'warn'],
  ];
  return [...always, ...rare.filter(([, , count]) => count > 0)].map(
    ([one, many, count, tone]) =>
      html`<li><b class="${count > 0 ? tone : 'muted'}">${numberText(count)}</b> ${count === 1 ? one : many}</li>
`,
  );
}

type Tile = readonly [one: string, many: string, count: number, tone: string];

export function runSection(head: ReportHead): Section {
  const { shard, durationMs, profile, sentry } = head;
  const took = durationMs === null ? '' : `, took ${durationText(durationMs)}`;
  const rows: readonly (readonly [string, Html])[] = [
    ['Target', html`<code>${head.target}</code>`],
    [
      'Run',
      html`<code>${head.runId}</code>, ${timeText(head.startedAt)}${took}${shard === null ? '' : `, shard ${shard.index} of ${shard.total}`}`,
    ],
    ['Environment', html`${head.environment}${profile === null ? '' : `, profile ${profile}`}`],
    ['Seed', html`<code>${head.seed}</code>`],
    [
      'Ended',
      html`${head.endedAt === null ? 'cut off' : timeText(head.endedAt)}, exit code ${head.exitCode}`,
    ],
    ...(sentry.enabled ? [['Traces', html`${deliveryText(sentry)}`] as const] : []),
  ];
  return { id: 'run', title: 'The run', body: factList(rows) };
}

export function factList(rows: readonly (readonly [term: string, text: Html])[]): Html {
  return html`<dl class="facts">
${rows.map(
  ([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>
`,
)}</dl>
`;
}
