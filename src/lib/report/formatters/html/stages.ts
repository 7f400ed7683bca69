/** The stages of one test, with what each kind of evidence says. */
import type { TestResult } from '../../../model/result.ts';
import type { StageResult } from '../../../model/stage.ts';
import { durationText } from '../../../terminal/quantities.ts';
import { stateText } from '../words.ts';
import { breakable, type Html, html } from './text.ts';

const KINDS = [
  ['response', 'response'],
  ['trace', 'trace'],
  ['http', 'HTTP'],
  ['sql', 'SQL'],
] as const;

export function stageTable({ stages }: TestResult): Html {
  if (stages.length === 0) return html``;
  return html`<h3>Stages</h3>
<div class="scroll" tabindex="0" role="group" aria-label="Stages of the test"><table class="evidence">
<thead><tr><th scope="col">Stage</th><th scope="col">State</th><th scope="col">Evidence</th><th scope="col" class="num">Duration</th></tr></thead>
<tbody>
${stages.map(row)}</tbody></table></div>
`;
}

/** What was seen in the words of the evidence stands below, over the whole width: on a phone no column would hold it. */
function row({ name, state, evidence, durationMs, detail }: StageResult): Html {
  const seen = KINDS.flatMap(([kind, word]) =>
    evidence[kind] === null ? [] : [`${word} ${evidence[kind]}`],
  );
  const tone = stateTone(state);
  const why =
    detail === null
      ? html``
      : html`<tr class="why"><td colspan="4">${detail}</td></tr>
`;
  return html`<tr><th scope="row">${breakable(name)}</th><td class="${tone}">${stateText(state)}</td><td>${seen.join(', ')}</td><td class="num">${durationMs === null ? '' : durationText(durationMs)}</td></tr>
${why}`;
}

function stateTone(state: string): 's-ok' | 's-warn' | 's-bad' {
  if (state === 'ok') return 's-ok';
  return state === 'failed' || state === 'missing' ? 's-bad' : 's-warn';
}
