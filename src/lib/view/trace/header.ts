/** The lines above a drawn trace: which trace it is and what it contains. */

import { issueKey, type TraceIssue } from '../../model/trace.ts';
import { layOut, type Span } from '../../terminal/layout.ts';
import { countOf, durationText, numberText, timeText } from '../../terminal/quantities.ts';
import { type Entry, traceText } from './drawn-forest.ts';
import { durationCell, paint, type TracePage } from './page.ts';
import type { Stretch } from './time-axis.ts';

interface HeaderInput {
  readonly page: TracePage;
  readonly traceId: string;
  readonly url: string | null;
  /** All drawn spans, including those of followed traces. */
  readonly entries: readonly Entry[];
  readonly followed: number;
  /** Issues of the trace without a span in it. */
  readonly issues?: readonly TraceIssue[];
  readonly ourSpanIds: ReadonlySet<string>;
  /** The time range of the trace itself; null if it is empty. */
  readonly extent: Stretch | null;
  readonly skewMs: number | null;
}

/** Longer lists are cut and the rest counted. */
const SERVICES_NAMED = 8;

const AT = { indent: 2, hang: 4 } as const;

export function headerLines(input: HeaderInput): readonly string[] {
  const { page, extent, entries } = input;
  const { screen } = page;
  const lines = (...spans: readonly Span[]) => layOut(spans, AT, screen);
  const title: readonly Span[] = [{ text: 'Trace ' }, { text: input.traceId, style: 'bold', unbroken: true }];
  const deepest = entries.reduce((most, { depth }) => Math.max(most, depth), 0);
  return [
    ...layOut(title, { indent: 0, hang: 2 }, screen),
    ...lines(...summary(input)),
    ...services(input).flatMap((text) => lines({ text })),
    ...(extent === null ? [] : lines({ text: `Started: ${startText(extent.startMs)}` })),
    ...(input.url === null ? [] : lines({ text: input.url, link: input.url })),
    ...(input.skewMs === null
      ? []
      : lines({
          text: `Clocks differ by ${durationText(input.skewMs)} or more; early spans start at the left edge`,
          style: 'yellow',
        })),
    ...(deepest > page.depthLimit
      ? lines({
          text: `Spans deeper than ${page.depthLimit} levels are indented no further; their depth is in brackets`,
          style: 'dim',
        })
      : []),
  ];
}

/** The labels of the time axis, above the bars; empty without bars. */
export function axisLines(page: TracePage, extent: Stretch | null): readonly string[] {
  if (page.barColumns === 0 || extent === null) return [];
  const end = durationCell(extent.endMs - extent.startMs);
  const before = page.nameColumns + page.durationColumns + 4;
  return [paint(`${' '.repeat(before)}0${end.padStart(page.barColumns - 1)}`, 'dim', page.screen)];
}

function summary({
  entries,
  followed,
  ourSpanIds,
  extent,
  issues: loose = [],
}: HeaderInput): readonly Span[] {
  const ours = entries.filter(({ span }) => ourSpanIds.has(span.spanId)).length;
  const failed = entries.filter(({ mark }) => mark === 'fail').length;
  const ofSpans = entries.flatMap(({ span }) => span.issues);
  const issues = new Set([...ofSpans, ...loose].map(issueKey));
  const plain = [
    ...(extent === null ? [] : [durationText(extent.endMs - extent.startMs)]),
    countOf(entries.length, 'span') + (ours > 0 ? ` (${numberText(ours)} from prod-e2e)` : ''),
    ...(followed > 0 ? [`${countOf(followed, 'search', 'searches')} followed`] : []),
  ].join(', ');
  const wrong = [
    ...(failed > 0 ? [`${numberText(failed)} failed`] : []),
    ...(issues.size > 0 ? [countOf(issues.size, 'issue')] : []),
  ].join(', ');
  return wrong === '' ? [{ text: plain }] : [{ text: `${plain}, ` }, { text: wrong, style: 'red' }];
}

function services({ entries, page }: HeaderInput): readonly string[] {
  const names = [...new Set(entries.map(({ span }) => span.service))]
    .map((name) => traceText(name, page.screen))
    .filter((name) => name !== '');
  if (names.length === 0) return [];
  const more = names.length - SERVICES_NAMED;
  const named = names.slice(0, SERVICES_NAMED).join(', ');
  return [`Services: ${named}${more > 0 ? ` and ${countOf(more, 'more', 'more')}` : ''}`];
}

/** From milliseconds since the epoch; times beyond the range of a date (ECMA-262, 21.4.1.1) are shown as a number. */
function startText(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : timeText(date.toISOString());
}
