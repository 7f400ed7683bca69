/** The incidents of a target: what broke, when, for how long, and why. */
import { countOf, numberText } from '../../terminal/quantities.ts';
import { copyable } from '../formatters/html/parts.ts';
import { breakable, type Html, html, timeTag } from '../formatters/html/text.ts';
import type { TargetHistory } from '../history/histories.ts';
import type { Incident } from '../history/timeline.ts';
import { spanText } from './words.ts';

/** Newest first; the JSON document has all of them. */
const INCIDENTS_SHOWN = 100;

export type PageOf = (runId: string) => string | null;

export function incidentsPart({ incidents, runs }: TargetHistory, pageOf: PageOf): Html {
  if (incidents.length === 0)
    return html`<p>No scenario was broken in ${runs.length === 1 ? 'this run' : 'these runs'}.</p>\n`;
  const saved = new Set(runs.map(({ runId }) => runId));
  const shown = incidents.toReversed().slice(0, INCIDENTS_SHOWN);
  const hidden = incidents.length - shown.length;
  return html`<table class="incidents">
<thead><tr><th scope="col">Incident</th><th scope="col">Started</th><th scope="col">Ended</th><th scope="col">First run</th></tr></thead>
<tbody>
${shown.map((incident) => incidentRow(incident, { page: pageOf(incident.firstRun), isSaved: saved.has(incident.firstRun), latest: runs.at(-1)?.startedAt ?? '' }))}</tbody></table>
${hidden > 0 ? html`<p class="note muted">${numberText(hidden)} older incidents are in the JSON document.</p>\n` : html``}`;
}

interface FirstRun {
  /** Address of its page; null without a page. */
  readonly page: string | null;
  readonly isSaved: boolean;
}

function incidentRow(
  incident: Incident,
  { page, isSaved, latest }: FirstRun & { readonly latest: string },
): Html {
  const { scenario, startedAt, endedAt, durationMs, runs, cause, changed } = incident;
  const ended = endedAt === null ? html`<span class="bad">✗ still broken</span>` : timeTag(endedAt);
  const lastedMs = durationMs ?? Date.parse(latest) - Date.parse(startedAt);
  const lasted = `${lastedMs > 0 ? `${spanText(lastedMs)}${endedAt === null ? ' so far' : ''}, ` : ''}${countOf(runs, 'run')}`;
  return html`<tr><th scope="row"><b class="${endedAt === null ? 'bad' : ''}">${breakable(scenario)}</b>${
    cause === null ? html`` : html`<span class="line anywhere">${cause}</span>`
  }${changed === null ? html`` : html`<span class="line muted anywhere">Changed: ${changed}</span>`}</th><td data-label="Started">${timeTag(startedAt)}</td><td data-label="Ended">${ended}<span class="line muted">${lasted}</span></td><td data-label="First run">${firstRun(incident, { page, isSaved })}</td></tr>
`;
}

/** A command only if it finds the run. */
function firstRun({ firstRun: runId, traceId }: Incident, { page, isSaved }: FirstRun): Html {
  const trace =
    traceId === null ? html`` : html`<span class="line muted anywhere">Trace <code>${traceId}</code></span>`;
  if (page !== null) return html`<a href="${page}">${runId}</a>${trace}`;
  if (!isSaved) return html`<code>${runId}</code> (no longer saved)${trace}`;
  const test = traceId === null ? '' : ` ${traceId}`;
  return copyable(html`<code>prod-e2e report open ${runId}${test}</code>`, 'the command that opens it');
}
