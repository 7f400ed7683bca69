/** The problems of the run: each cause once, with what is known about it and what to try. */
import type { Finding } from '../../../model/finding.ts';
import type { ReportHead } from '../../../model/report.ts';
import { countOf } from '../../../terminal/quantities.ts';
import type { Overview } from './fold.ts';
import { findingItem, type Section } from './parts.ts';
import { problemItem } from './problem.ts';
import { type Html, html } from './text.ts';

/** The rest are in a fold, so that the tests come within two screens of a phone. */
const LISTED = 4;
/** Causes whose facts and advice are unfolded. */
const UNFOLDED = 2;

/** Findings that compare with another run; shown in a section of their own. */
export const COMPARING: ReadonlySet<string> = new Set(['regression', 'baseline-differs']);

/** The run's findings, and each kind of failure and warning once, with a link to its first test. */
export function problemsSection(head: ReportHead, seen: Overview): Section | null {
  const { kinds, more } = seen;
  const ofRun = head.findings.filter(({ code }) => !COMPARING.has(code));
  if (kinds.length + ofRun.length === 0) return null;
  const found = (severity: Finding['severity']) =>
    alike(ofRun.filter((finding) => finding.severity === severity)).map(runItem);
  const broken = kinds.filter(({ urgency }) => urgency === 'broken').length;
  const groups = kinds.map((group, at) =>
    problemItem(group, {
      ...{ head, seen, number: at + 1 },
      unfolded: at < UNFOLDED && (group.urgency === 'broken' || broken === 0),
    }),
  );
  const errors = found('error');
  const items = [...groups.slice(0, broken), ...errors, ...found('warning'), ...groups.slice(broken)];
  const [listed, folded] = [items.slice(0, LISTED), items.slice(LISTED)];
  const hidden = more > 0 ? html`<p class="muted">and ${countOf(more, 'more test')}</p>\n` : html``;
  const body = html`<ul class="problems">
${listed}</ul>
${folded.length === 0 ? hidden : foldedPart(folded, hidden)}`;
  return { id: 'problems', body, title: errors.length + broken > 0 ? 'Problems' : 'Warnings' };
}

function foldedPart(items: readonly Html[], hidden: Html): Html {
  return html`<details class="rest"><summary>${countOf(items.length, 'more problem')}</summary>
<ul class="problems">
${items}</ul>
${hidden}</details>
`;
}

/** Findings that only differ in what they name share their hint, and an item. */
function alike(findings: readonly Finding[]): readonly (readonly Finding[])[] {
  const byHint = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = `${finding.code} ${finding.hint}`;
    byHint.set(key, [...(byHint.get(key) ?? []), finding]);
  }
  return [...byHint.values()];
}

function runItem(findings: readonly Finding[]): Html {
  const items = findings.map((finding, at) =>
    findingItem(at === findings.length - 1 ? finding : { ...finding, hint: null }),
  );
  return html`<li class="problem ${findings[0]?.severity === 'error' ? 'is-bad' : 'is-warn'}"><ul class="findings">
${items}</ul></li>
`;
}
