/** The top of the history page: how the target is doing, since when, and its availability. */
import { countOf, numberText } from '../../terminal/quantities.ts';
import { hostOf, namesText } from '../formatters/headline.ts';
import { type Html, html, joined, timeTag } from '../formatters/html/text.ts';
import type { TargetHistory } from '../history/histories.ts';
import { shareText, spanText } from './words.ts';

const PILLS = {
  healthy: ['healthy', '✓', 'Healthy'],
  degraded: ['degraded', '⚠', 'Degraded'],
  broken: ['broken', '✗', 'Broken'],
  unknown: ['interrupted', '?', 'Unknown'],
} as const;

export function headPart(history: TargetHistory): Html {
  const [tone, sign, word] = PILLS[history.current.status ?? 'unknown'];
  return html`<header>
<p class="over"><span class="pill ${tone}"><span aria-hidden="true">${sign}</span> ${word}</span> prod-e2e history</p>
<h1>${titleOf(history)}</h1>
<p class="lead">${leadOf(history)}</p>
<p class="where">${wherePart(history)}</p>
${availabilityPart(history)}</header>
`;
}

/** For the browser's tab. */
export function windowTitle(history: TargetHistory): string {
  const [, sign] = PILLS[history.current.status ?? 'unknown'];
  return `${sign} ${titleOf(history)} | ${hostOf(history.target)}`;
}

/** `Healthy for 3 days`, `CHOP has been broken for 2 days`, `CHOP and TREND are broken`. */
export function titleOf({ current, runs }: TargetHistory): string {
  const { status, broken, durationMs } = current;
  const [first] = broken;
  if (first !== undefined) {
    if (broken.length > 1)
      return `${namesText([...new Set(broken.map(({ scenario }) => scenario))])} are broken`;
    return first.runs === 1 && first.firstRun === runs.at(-1)?.runId
      ? `${first.scenario} is newly broken`
      : `${first.scenario} has been broken for ${spanText(durationMs)}`;
  }
  if (status === null) return 'No run has finished yet';
  const text = { healthy: 'Healthy', degraded: 'Working, with warnings,', broken: 'Broken' }[status];
  if (current.runs > 1) return `${text} for ${spanText(durationMs)}`;
  return text.replace(/,$/, '');
}

function leadOf({ current }: TargetHistory): Html {
  const { since, broken, runs } = current;
  const [oldest] = broken;
  if (oldest !== undefined) {
    const name = broken.length > 1 ? `${oldest.scenario} since ` : 'Since ';
    const cause = oldest.cause === null ? '' : `: ${oldest.cause}`;
    return html`${name}${timeTag(oldest.startedAt)}, in ${countOf(oldest.runs, 'run')}${cause}`;
  }
  if (since === null) return html``;
  if (runs === 1) return html`In the run of ${timeTag(since)}`;
  return html`In the last ${countOf(runs, 'run')}, since ${timeTag(since)}`;
}

export function wherePart({ target, sandbox, environment, profile, shard, runs }: TargetHistory): Html {
  const latest = runs.at(-1);
  const parts = [
    html`<code>${hostOf(target)}</code>${sandbox ? ' (sandbox)' : ''}`,
    html`${environment}`,
    ...(profile === null ? [] : [html`profile ${profile}`]),
    ...(shard === null ? [] : [html`shard ${shard.index} of ${shard.total}`]),
    ...(latest === undefined
      ? []
      : [
          html`last run ${timeTag(latest.startedAt)}<span data-age="${latest.startedAt}"></span>${latest.status === 'interrupted' ? ', interrupted' : ''}`,
        ]),
  ];
  return joined(
    parts.map((part) => html`<span>${part}</span>`),
    ' ',
  );
}

export function availabilityPart({ availability, runs }: TargetHistory): Html {
  // In a short history the longer period has the same runs.
  const periods = availability.filter((each, at) => each.runs !== availability[at - 1]?.runs);
  const items = periods.map(({ days, total, working, runs: counted }) => {
    const share = shareText(working, total);
    const tone = share === null ? 'muted' : working === total ? 'ok' : 'bad';
    const text = share === null ? `no webhooks in ${days} days` : `of webhooks worked in ${days} days`;
    const of =
      share === null ? '' : ` (${numberText(working)} of ${numberText(total)}, ${countOf(counted, 'run')})`;
    return html`<li><b class="${tone}">${share ?? '-'}</b> ${text}<span class="of">${of}</span></li>
`;
  });
  return html`<ul class="counts" aria-label="Availability">
${items}<li><b class="">${numberText(runs.length)}</b> saved ${runs.length === 1 ? 'run' : 'runs'}</li>
</ul>
`;
}
