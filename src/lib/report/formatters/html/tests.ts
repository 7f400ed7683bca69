/** Which tests are on the page, in which order, and the form that filters them. */
import type { ReportSource } from '../../../model/report-source.ts';
import type { TestResult } from '../../../model/result.ts';
import { numberText } from '../../../terminal/quantities.ts';
import { URGENCIES, type Urgency, urgencyOf } from '../../digest/urgency.ts';
import type { Overview } from './fold.ts';
import { type Html, html } from './text.ts';

/** Tests on the page, so that a browser opens it at once. */
const TESTS_SHOWN = 2_000;
/** From this many on, the browser only lays out visible lines. */
const MANY = 200;
/** Tests kept in memory to sort them: concurrent ones are saved in the order in which they end. */
const HELD = 200;

/** Values of the page's status filter, which links to the page contain. */
export const STATUS_FILTERS: Readonly<Record<Urgency, string>> = {
  broken: 'broken',
  warning: 'warning',
  passed: 'passed',
};

const TITLES: Readonly<Record<Urgency, string>> = { broken: 'Broken', warning: 'Warnings', passed: 'Passed' };

/** More broken tests than this are printed as lines, not opened: each takes a page or two. */
const OPENED_ON_PAPER = 10;

/** In runs with more tests than this, groups below the first are folded. */
const UNFOLDED = 50;

export type Capacity = Readonly<Record<Urgency, number>>;

/** How many tests of each urgency are on the page. */
export function capacityFor(counts: Overview['counts']): Capacity {
  const broken = Math.min(counts.broken, TESTS_SHOWN);
  const warning = Math.min(counts.warning, TESTS_SHOWN - broken);
  return { broken, warning, passed: Math.min(counts.passed, TESTS_SHOWN - broken - warning) };
}

/** The tests of one urgency in the order of the plan. Reads the results once per urgency, to keep none in memory. */
export function inOrder(source: ReportSource, urgency: Urgency, room: Capacity): AsyncIterable<TestResult> {
  return sorted(taken(source, urgency, room[urgency]));
}

async function* taken(source: ReportSource, urgency: Urgency, count: number): AsyncGenerator<TestResult> {
  let left = count;
  for await (const result of source.results()) {
    if (urgencyOf(result) !== urgency) continue;
    yield result;
    left -= 1;
    if (left === 0) return;
  }
}

async function* sorted(results: AsyncIterable<TestResult>): AsyncGenerator<TestResult> {
  const held: TestResult[] = [];
  for await (const result of results) {
    const after = held.findLastIndex(({ index }) => index < result.index);
    held.splice(after + 1, 0, result);
    if (held.length <= HELD) continue;
    const first = held.shift();
    if (first !== undefined) yield first;
  }
  yield* held;
}

/** @param room how many of `counts` are on the page */
export function testsHead(counts: Overview['counts'], room: Capacity): Html {
  const all = total(counts);
  const shown = total(room);
  const cut =
    shown === all
      ? html``
      : html`<p class="note warn">${numberText(shown)} of ${numberText(all)} tests, broken ones and those with warnings first. All of them: --reporter json or ndjson.</p>
`;
  return html`<section aria-labelledby="tests"><h2 id="tests">Tests</h2>
${cut}${shown > 1 ? filterForm(room, shown) : html``}`;
}

function total({ broken, warning, passed }: Capacity): number {
  return broken + warning + passed;
}

export const TESTS_END = html`</section>
`;

/** @param room how many tests are on the page */
export function groupHead(urgency: Urgency, room: Capacity): Html {
  const first = URGENCIES.find((each) => room[each] > 0);
  const open = urgency === first || total(room) <= UNFOLDED;
  return html`<details class="group ${urgency}${room[urgency] <= OPENED_ON_PAPER ? ' few' : ''}"${open ? html` open` : html``}><summary><h3>${TITLES[urgency]} <span class="muted">${numberText(room[urgency])}</span></h3></summary>
<ol class="tests${total(room) > MANY ? ' many' : ''}">
`;
}

export const GROUP_END = html`</ol></details>
`;

function filterForm({ broken, warning, passed }: Capacity, all: number): Html {
  const choices = [
    ['', 'All', all],
    [STATUS_FILTERS.broken, TITLES.broken, broken],
    [STATUS_FILTERS.warning, TITLES.warning, warning],
    [STATUS_FILTERS.passed, TITLES.passed, passed],
  ] as const;
  return html`<form class="filter" role="search" aria-label="Tests" hidden>
<label class="find"><span>Find</span> <input type="search" name="q" autocomplete="off" autocapitalize="off" spellcheck="false" placeholder="scenario, value, message, id"></label>
<fieldset><legend>Show</legend>${choices.map(
    ([value, text, count]) =>
      html`<label><input type="radio" name="status" value="${value}"${value === '' ? html` checked` : html``}>${text} <b>${numberText(count)}</b></label>`,
  )}</fieldset>
<p class="keys">Keys: <span><kbd>/</kbd> find</span> <span><kbd>j</kbd> <kbd>k</kbd> next and previous test</span> <span><kbd>Enter</kbd> open it</span> <button type="button" aria-pressed="false" name="keys">Turn off</button></p>
<p class="chosen"><span id="shown" role="status"></span> <button type="reset" hidden>Show all</button></p>
</form>
`;
}
