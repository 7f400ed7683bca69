/** Every run of a target, the newest first, with its page or the command that opens it. */
import { countOf, durationText, numberText } from '../../terminal/quantities.ts';
import { type Html, html, timeTag } from '../formatters/html/text.ts';
import type { TargetHistory } from '../history/histories.ts';
import type { TimelineRun } from '../history/timeline.ts';
import type { PageOf } from './incidents.ts';
import { cellOf, RUNS_DRAWN } from './strips.ts';

/** Shown at once; older ones are in a fold. */
const RUNS_UNFOLDED = 20;

const TONES = { w: 'ok', s: 'warn', b: 'bad', u: 'warn', n: 'muted' } as const;
const SIGNS = { w: '✓', s: '⚠', b: '✗', u: '?', n: '·' } as const;

export function runsPart({ runs }: TargetHistory, pageOf: PageOf): Html {
  const shown = runs.toReversed().slice(0, RUNS_DRAWN);
  const older = shown.slice(RUNS_UNFOLDED);
  const fold = html`<details class="rest"><summary>${countOf(older.length, 'older run')}</summary>
${table(older, pageOf)}</details>
`;
  return html`${table(shown.slice(0, RUNS_UNFOLDED), pageOf)}${older.length === 0 ? html`` : fold}`;
}

function table(runs: readonly TimelineRun[], pageOf: PageOf): Html {
  return html`<table class="runs">
<thead><tr><th scope="col">Run</th><th scope="col">Result</th><th scope="col">Working</th><th scope="col">Median</th><th scope="col">p95</th><th scope="col">Took</th><th scope="col">Report</th></tr></thead>
<tbody>
${runs.map((run) => runRow(run, pageOf(run.runId)))}</tbody></table>
`;
}

function runRow(run: TimelineRun, page: string | null): Html {
  const { runId, startedAt, status, total, working, p50Ms, p95Ms, durationMs } = run;
  const cell = cellOf(run);
  const report =
    page === null ? html`<code>prod-e2e report open ${runId}</code>` : html`<a href="${page}">${runId}</a>`;
  // The style labels the cells on a phone.
  return html`<tr id="run-${runId}"><th scope="row">${timeTag(startedAt)}</th><td class="${TONES[cell]}">${SIGNS[cell]} ${status}</td><td>${numberText(working)} of ${numberText(total)}</td><td>${ms(p50Ms)}</td><td>${ms(p95Ms)}</td><td>${ms(durationMs)}</td><td>${report}</td></tr>
`;
}

function ms(value: number | null): string {
  return value === null ? '-' : durationText(value);
}
