/** Problems, what to try, and regressions: what someone on call wants to read first. */
import type { ReportHead } from '../../../model/report.ts';
import { countOf } from '../../../terminal/quantities.ts';
import { worseThan } from '../../compare/comparison.ts';
import type { Group } from '../pretty/groups.ts';
import { message, stuckPlace } from '../pretty/page.ts';
import { advised, brokenSinceTexts } from '../words.ts';
import type { Overview } from './fold.ts';
import { findingItem, findingList, leading, type Section, signOf } from './parts.ts';
import { advice, type Html, html, isolated, joined } from './text.ts';

const SCENARIOS_NAMED = 5;
const SINCE_SHOWN = 20;

/** Findings that compare with another run; shown below the run's own findings. */
const COMPARING = new Set(['regression', 'baseline-differs']);

/** The run's findings, and each kind of failure and warning once, with a link to its first test. */
export function problemsSection(head: ReportHead, seen: Overview): Section | null {
  const { kinds, more } = seen;
  const ofRun = head.findings.filter(({ code }) => !COMPARING.has(code));
  if (kinds.length + ofRun.length === 0) return null;
  const errors = ofRun.filter(({ severity }) => severity === 'error');
  const warnings = ofRun.filter(({ severity }) => severity === 'warning');
  const broken = kinds.filter(({ urgency }) => urgency === 'broken');
  const withWarnings = kinds.filter(({ urgency }) => urgency !== 'broken');
  const items = [
    ...errors.map((finding) => findingItem(finding)),
    ...broken.map((group) => groupItem(group, seen)),
    ...warnings.map((finding) => findingItem(finding)),
    ...withWarnings.map((group) => groupItem(group, seen)),
  ];
  const body = html`<ul class="findings wide">
${items}</ul>
${
  more > 0
    ? html`<p class="muted">and ${countOf(more, 'more test')}</p>
`
    : html``
}${sinceLines(head)}`;
  return {
    ...{ id: 'wrong', body },
    title: errors.length + broken.length > 0 ? 'What is wrong' : 'What is doubtful',
  };
}

function sinceLines(head: ReportHead): Html {
  const texts = brokenSinceTexts(head);
  const hidden = texts.length - SINCE_SHOWN;
  return html`${texts.slice(0, SINCE_SHOWN).map(
    (text) => html`<p class="anywhere">${text}</p>
`,
  )}${hidden > 0 ? html`<p class="muted">and ${countOf(hidden, 'more scenario')}</p>` : html``}`;
}

function groupItem(group: Group, { kinds }: Overview): Html {
  const { urgency, message: said, varied, count, scenarios, first } = group;
  const names = [...scenarios.keys()];
  const others = names.length - SCENARIOS_NAMED;
  const named = joined(names.slice(0, SCENARIOS_NAMED).map(isolated), ', ');
  const stuck = stuckPlace(first);
  const number = kinds.indexOf(group) + 1;
  const sign = urgency === 'broken' ? signOf('error', 'broken') : signOf('warning', 'doubtful');
  const tests = leading({ kind: String(number) }, countOf(count, 'test'));
  return html`<li>${sign}<div><b id="kind-${number}" class="anywhere">${message(said)}</b>${varied ? ' (and alike)' : ''}
<div class="muted anywhere">${tests} of ${named}${others > 0 ? ` and ${others} more` : ''}${stuck === null ? '' : `, stuck ${stuck}`}. <a href="#t-${first.index}">${count === 1 ? 'See it' : 'See the first'}<span class="skip">: ${first.name}</span></a></div></div></li>
`;
}

/** Regressions; the heading names the baseline once. */
export function comparedSection({ findings }: ReportHead): Section | null {
  const comparing = findings.filter(({ code }) => COMPARING.has(code));
  if (comparing.length === 0) return null;
  const baseline = comparing.find((finding) => finding.baseline !== undefined)?.baseline;
  const title = baseline === undefined ? 'Compared with another run' : worseThan(baseline);
  const shorter = comparing.map((finding) => ({ ...finding, message: finding.change ?? finding.message }));
  return { id: 'worse', title, short: 'Worse than before', body: findingList(shorter) };
}

export function nextSection(head: ReportHead, { digest }: Overview): Section | null {
  const steps = advised(head, digest);
  if (steps.length === 0) return null;
  const body = html`<ol class="steps">
${steps.map(
  ({
    title,
    solutions,
  }) => html`<li>${title}<ul>${solutions.map((text) => html`<li>${advice(text)}</li>`)}</ul></li>
`,
)}</ol>
`;
  return { id: 'next', title: 'Next steps', body };
}
