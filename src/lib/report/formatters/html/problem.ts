/** One problem on the page: its cause, its tests, since when, issue, trace, advice and waterfall. */
import type { BrokenSince, ReportHead } from '../../../model/report.ts';
import type { TestResult } from '../../../model/result.ts';
import { countOf, durationText } from '../../../terminal/quantities.ts';
import { nextSteps } from '../../advice/advice.ts';
import { causeBehind } from '../../cause-text.ts';
import { isUsable } from '../../store/unsaved.ts';
import { changesFor } from '../facts.ts';
import { namesText } from '../headline.ts';
import { findingsOf } from '../pretty/digest.ts';
import type { Group } from '../pretty/groups.ts';
import { message, stuckPlace } from '../pretty/page.ts';
import type { Overview } from './fold.ts';
import { factList } from './head.ts';
import { copyable, leading, signOf } from './parts.ts';
import { advice, type Html, html, isolated, timeTag, webLink } from './text.ts';
import { spanTable } from './waterfall.ts';

/** Scenarios shown with since when they are broken, and with what changed. */
const SINCE_SHOWN = 3;
const ADVICE_SHOWN = 3;

export interface Placed {
  readonly head: ReportHead;
  readonly seen: Overview;
  /** In the list of problems, from 1 on. */
  readonly number: number;
  /** Its facts are shown, not folded. */
  readonly unfolded: boolean;
}

export function problemItem(group: Group, placed: Placed): Html {
  const { urgency, message: said, varied, count, scenarios, first } = group;
  const isBroken = urgency === 'broken';
  const stuck = stuckPlace(first);
  const tests = leading({ kind: String(placed.number) }, countOf(count, 'test'));
  const facts = html`${factList(factsOf(group, placed))}${advicePart(group, placed)}${tracePart(group, placed.seen)}`;
  const folded =
    facts.markup === ''
      ? html``
      : html`<details class="facts"><summary>Details and advice</summary>
${facts}</details>`;
  return html`<li class="problem ${isBroken ? 'is-bad' : 'is-warn'}">
<h3 id="problem-${placed.number}">${signOf(isBroken ? 'error' : 'warning', isBroken ? 'broken' : 'warning')} <span class="anywhere">${message(said)}</span></h3>
<p class="tests anywhere">${tests}${varied ? ' with similar messages' : ''}: ${isolated(namesText([...scenarios.keys()]))}${stuck === null ? '' : `, stuck ${stuck}`}. <a href="#test-${first.index}">Open test ${first.index}</a></p>
${placed.unfolded ? facts : folded}</li>
`;
}

type Row = readonly [term: string, text: Html];

function factsOf(group: Group, { head, seen }: Placed): readonly Row[] {
  const { first, scenarios } = group;
  const { cause } = first;
  const broken = group.urgency === 'broken';
  const [found] = findingsOf(first);
  // A finding about a stage repeats its cause.
  const symptom = causeBehind(first) === null || found?.stage !== undefined ? null : found?.message;
  const since = broken ? head.brokenSince.filter(({ scenario }) => scenarios.has(scenario)) : [];
  const { trace } = exampleOf(group, seen);
  const issue = cause?.issue;
  // The sandbox's Sentry ends with its run.
  const isOpen = head.sandbox !== true;
  return [
    ...(symptom == null ? [] : [['Symptom', html`${message(symptom)}`] as const]),
    ...(cause?.row === undefined ? [] : [['Probe read', html`${cause.row}`] as const]),
    ...sinceRow(since, scenarios.size),
    ...(broken ? changedRow(first, { head, scenarios: [...scenarios.keys()] }) : []),
    ...(issue === undefined
      ? []
      : [['Issue', webLink(html`${issue.shortId ?? issue.url ?? ''}`, isOpen ? issue.url : null)] as const]),
    [
      'Trace',
      copyable(webLink(html`<code>${trace.traceId}</code>`, isOpen ? trace.url : null), 'the trace id'),
    ],
  ];
}

/** @param scenarios how many the problem has */
function sinceRow(entries: readonly BrokenSince[], scenarios: number): readonly Row[] {
  const texts = entries.flatMap((entry) => {
    const text = sinceText(entry);
    return text === null ? [] : [scenarios > 1 ? html`${entry.scenario}: ${text}` : text];
  });
  return texts.length === 0 ? [] : [['Since', linesPart(texts)]];
}

function changedRow(first: TestResult, options: Parameters<typeof changesFor>[1]): readonly Row[] {
  const texts = changesFor(first, options);
  return texts.length === 0 ? [] : [['Changed', linesPart(texts.map((text) => html`${text}`))]];
}

/** The first ones; the others are counted. */
function linesPart(texts: readonly Html[]): Html {
  const hidden = texts.length - SINCE_SHOWN;
  const lines = [
    ...texts.slice(0, SINCE_SHOWN),
    ...(hidden > 0 ? [html`and ${countOf(hidden, 'more scenario')}`] : []),
  ];
  return html`${lines.map((line) => html`<span class="line">${line}</span>`)}`;
}

/** Null if no earlier run is known. */
function sinceText({ since, runs, lastWorked }: BrokenSince): Html | null {
  const worked =
    lastWorked === null ? null : html`last worked ${timeTag(lastWorked.at)} (run ${lastWorked.runId})`;
  if (runs === 1) return worked === null ? null : html`this run; ${worked}`;
  return worked === null
    ? html`${timeTag(since)} or earlier, for at least ${countOf(runs, 'run')}`
    : html`${timeTag(since)}, for ${countOf(runs, 'run')}; ${worked}`;
}

/** The first of its tests whose spans are saved, else its first test. */
function exampleOf({ kind, first }: Group, { traced }: Overview): TestResult {
  return traced.get(kind) ?? first;
}

function advicePart(group: Group, { head, seen }: Placed): Html {
  const texts = adviceFor(group, { head, seen });
  if (texts.length === 0) return html``;
  return html`<div class="try"><b>What to try</b><ul>${texts.map((text) => html`<li>${advice(text)}</li>`)}</ul></div>
`;
}

/** For the finding that explains the problem: where a stage failed, the one about the stage. */
export function adviceFor(
  { first }: Group,
  { head, seen }: Pick<Placed, 'head' | 'seen'>,
): readonly string[] {
  const { cause } = first;
  const findings = findingsOf(first);
  const stage = cause?.stage ?? null;
  const main = findings.find((each) => stage !== null && each.stage === stage) ?? findings[0];
  const retried = { severity: 'warning', code: 'flaky' } as const;
  const steps = nextSteps({
    findings: main === undefined ? [retried] : [main],
    missing: main === undefined ? first.missingData : [],
  });
  const url = cause?.issue?.url ?? null;
  const own = main?.hint ?? null;
  return [...new Set([...(own === null ? [] : [own]), ...steps.flatMap(({ solutions }) => solutions)])]
    .filter((text) => isUsable(text, { savedAs: seen.digest.savedAs, head }))
    .filter((text) => url === null || !text.includes(url))
    .slice(0, ADVICE_SHOWN);
}

function tracePart(group: Group, seen: Overview): Html {
  const { index, trace } = exampleOf(group, seen);
  if (trace.spans.length === 0) return html``;
  const end = Math.max(...trace.spans.map(({ startMs, durationMs }) => startMs + durationMs));
  return html`<details class="trace"><summary>Trace of test ${index}: ${countOf(trace.spanCount ?? trace.spans.length, 'span')}, ${durationText(end)}</summary>
${spanTable(trace)}</details>
`;
}
