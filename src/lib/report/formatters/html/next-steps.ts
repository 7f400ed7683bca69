/** Further advice, and what got worse since another run. */
import type { ReportHead } from '../../../model/report.ts';
import { worseThan } from '../../compare/comparison.ts';
import { advised } from '../words.ts';
import type { Overview } from './fold.ts';
import { findingList, type Section } from './parts.ts';
import { adviceFor } from './problem.ts';
import { COMPARING } from './problems.ts';
import { advice, html } from './text.ts';

/** Regressions; the heading names the baseline once. */
export function comparedSection({ findings }: ReportHead): Section | null {
  const comparing = findings.filter(({ code }) => COMPARING.has(code));
  if (comparing.length === 0) return null;
  const baseline = comparing.find((finding) => finding.baseline !== undefined)?.baseline;
  const title = baseline === undefined ? 'Compared with another run' : worseThan(baseline);
  const shorter = comparing.map((finding) => ({ ...finding, message: finding.change ?? finding.message }));
  return { id: 'worse', title, short: 'Worse than before', body: findingList(shorter) };
}

/** The advice that the problems do not show, or only in part. */
export function nextSection(head: ReportHead, seen: Overview): Section | null {
  const shown = new Set(seen.kinds.flatMap((group) => adviceFor(group, { head, seen })));
  const steps = advised(head, seen.digest).filter(({ solutions }) =>
    solutions.some((text) => !shown.has(text)),
  );
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
  return { id: 'next', title: 'Further advice', body };
}
