/** The top of the page: the outcome in words, the target, the time and the counts. */
import type { ReportHead } from '../../../model/report.ts';
import { durationText, numberText } from '../../../terminal/quantities.ts';
import { type Headline, hostOf, leadText, sentenceCase, standaloneTitle } from '../headline.ts';
import { deliveryText } from '../pretty/sentry.ts';
import { statusWords } from '../words.ts';
import type { Section } from './parts.ts';
import { advice, type Html, html, joined, timeTag } from './text.ts';

const SIGNS: Readonly<Record<ReportHead['status'], string>> = {
  healthy: '✓',
  degraded: '⚠',
  interrupted: '⚠',
  broken: '✗',
};

export function headPart(head: ReportHead, verdict: Headline): Html {
  const { status, skippedBecause, durationMs, sandbox } = head;
  const where = [
    html`<code>${hostOf(head.target)}</code>${sandbox === true ? ' (sandbox)' : ''}`,
    timeTag(head.startedAt),
    ...(durationMs === null ? [] : [html`took ${durationText(durationMs)}`]),
    html`exit code ${head.exitCode}`,
  ];
  return html`<header>
<p class="over"><span class="pill ${status}"><span aria-hidden="true">${SIGNS[status]}</span> ${sentenceCase(statusWords(head))}</span> prod-e2e</p>
<h1>${standaloneTitle(head, verdict)}</h1>
<p class="lead">${leadText(head, verdict)}</p>
<p class="where">${joined(
    where.map((part) => html`<span>${part}</span>`),
    ' ',
  )}</p>
<ul class="counts" aria-label="Counts">
${counts(head)}</ul>
${
  skippedBecause === null
    ? html``
    : html`<p class="note warn">Not sent: ${advice(skippedBecause)}</p>
`
}</header>
`;
}

/** For the browser's tab and its history. */
export function windowTitle(head: ReportHead, verdict: Headline): string {
  return `${SIGNS[head.status]} ${standaloneTitle(head, verdict)} | ${hostOf(head.target)}`;
}

function counts({ summary }: ReportHead): readonly Html[] {
  const always: readonly Count[] = [
    ['test', 'tests', summary.total, ''],
    ['working', 'working', summary.successful, 'ok'],
    ['broken', 'broken', summary.failed, 'bad'],
    ['with a warning', 'with warnings', summary.warnings, 'warn'],
    ['missing field', 'missing fields', summary.missing, 'warn'],
  ];
  const rare: readonly Count[] = [
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

type Count = readonly [one: string, many: string, count: number, tone: string];

export function runSection(head: ReportHead): Section {
  const { shard, durationMs, profile, sentry } = head;
  const took = durationMs === null ? '' : `, took ${durationText(durationMs)}`;
  const rows: readonly (readonly [string, Html])[] = [
    ['Target', html`<code>${head.target}</code>`],
    [
      'Run',
      html`<code>${head.runId}</code>, ${timeTag(head.startedAt)}${took}${shard === null ? '' : `, shard ${shard.index} of ${shard.total}`}`,
    ],
    ['Environment', html`${head.environment}${profile === null ? '' : `, profile ${profile}`}`],
    ['Seed', html`<code>${head.seed}</code>`],
    ['Ended', html`${head.endedAt === null ? 'cut off' : timeTag(head.endedAt)}, exit code ${head.exitCode}`],
    ...(sentry.enabled ? [['Traces', html`${deliveryText(sentry)}`] as const] : []),
  ];
  return { id: 'run', title: 'The run', body: factList(rows) };
}

export function factList(rows: readonly (readonly [term: string, text: Html])[]): Html {
  if (rows.length === 0) return html``;
  return html`<dl class="facts">
${rows.map(
  ([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>
`,
)}</dl>
`;
}
