/** A trace as rows of spans on one time axis. */
import type { SavedSpan, TraceResult } from '../../../model/result.ts';
import { countOf, durationText } from '../../../terminal/quantities.ts';
import { type Html, html } from './text.ts';

/** Deeper spans are indented as far as this level. */
const MAX_DEPTH = 12;
/** Units of the axis. */
const WIDTH = 1_000;
/** Minimum width, so that the shortest span is visible. */
const MIN_WIDTH = 4;

export function waterfall(trace: TraceResult): Html {
  if (trace.spans.length === 0) return html``;
  return html`<h3>Trace</h3>
${spanTable(trace)}`;
}

export function spanTable({ traceId, spans, spanCount }: TraceResult): Html {
  const end = Math.max(...spans.map(({ startMs, durationMs }) => startMs + durationMs), 0.001);
  const hidden = (spanCount ?? spans.length) - spans.filter(({ followed }) => !followed).length;
  return html`<div class="scroll" tabindex="0" role="group" aria-label="Spans of the trace"><table class="waterfall">
<thead><tr><th scope="col">Span</th><th scope="col" class="svc">Service</th><th scope="col" class="num">Duration</th><th scope="col" class="bar">${durationText(end)} total</th></tr></thead>
<tbody>
${spans.map((span) => row(span, end))}</tbody></table></div>
${hidden > 0 ? html`<p class="muted">and ${countOf(hidden, 'more span')}: <code>prod-e2e trace show ${traceId}</code></p>` : html``}`;
}

function row(
  { name, op, service, depth, startMs, durationMs, status, followed }: SavedSpan,
  end: number,
): Html {
  const from = Math.min(WIDTH - MIN_WIDTH, Math.max(0, (startMs / end) * WIDTH));
  const width = Math.min(WIDTH - from, Math.max(MIN_WIDTH, (durationMs / end) * WIDTH));
  const kind = status === 'error' ? 'bad' : followed ? 'work' : 'own';
  return html`<tr><td class="d${Math.min(Math.max(0, Math.round(depth)), MAX_DEPTH)}">${status === 'error' ? html`<span class="bad">✗ failed: </span>` : html``}${name}${op === null || op === name ? html`` : html` <span class="muted">${op}</span>`}${followed && depth === 0 ? html` <span class="muted">(followed)</span>` : html``}</td><td class="svc">${service}</td><td class="num">${durationText(durationMs)}</td><td class="bar"><svg viewBox="0 0 ${WIDTH} 10" preserveAspectRatio="none" aria-hidden="true" focusable="false"><rect class="${kind}" x="${from.toFixed(1)}" y="1" width="${width.toFixed(1)}" height="8"/></svg></td></tr>
`;
}
