/** DETAILED RESULTS of the full terminal report: per test the response, its timing, its trace and every finding. */
import type { Attempt, TestResult, Timings } from '../../../model/result.ts';
import { layOut, type Span } from '../../../terminal/layout.ts';
import { countOf, durationText, numberText } from '../../../terminal/quantities.ts';
import { webAddress } from '../../../terminal/web-address.ts';
import { causeBehind } from '../../cause-text.ts';
import { repeatText } from '../repeat-text.ts';
import { findingsOf, LARGE_RUN } from './digest.ts';
import { testMark } from './matrix.ts';
import {
  findingLines,
  heading,
  LEVEL,
  moreLine,
  type Page,
  stuckPlace,
  stuckStage,
  testTitle,
} from './page.ts';

export function detailLines(page: Page): readonly string[] {
  const { detailed, count } = page.digest;
  if (count === 0) return [];
  // A hint is shown only with its first test; NEXT STEPS has all the advice.
  const shownHints = new Set<string>();
  return [
    heading(page, 'details', 'DETAILED RESULTS'),
    ...detailed.flatMap((test, position) => [
      ...(position === 0 ? [] : ['']),
      ...testLines(page, test, shownHints),
    ]),
    ...moreLine(page, count - detailed.length),
  ];
}

/** @param shownHints hints already shown above */
export function testLines(page: Page, test: TestResult, shownHints: Set<string>): readonly string[] {
  const facts: readonly (readonly Span[])[] = [
    ...causeSpans(test),
    [{ text: 'Test ID: ' }, { text: test.testId, unbroken: true }],
    ...(test.from === undefined ? [] : [[{ text: `From: ${test.from}` }]]),
    [{ text: statusText(test) }],
    [{ text: timeText(test) }, { text: phasesText(test.timings), style: 'dim' }],
    ...(test.attempts.length > 1 ? [[{ text: `Attempts: ${attemptsWords(test.attempts)}` }]] : []),
    ...(test.repeat === undefined ? [] : [[{ text: repeatText(test.repeat) }]]),
    ...traceSpans(page, test),
    ...stuckSpans(test),
    ...(test.missingData.length > 0 ? [[{ text: missingText(test) }]] : []),
  ];
  const { glyph, style } = testMark(page, test);
  const title: Span[] = [
    { text: glyph, style },
    { text: ` ${test.index}. ${testTitle(page, test, 'all')}`, style: 'bold' },
    { text: likeIt(page, test), style: 'dim' },
  ];
  return [
    ...layOut(title, LEVEL[1], page.screen),
    ...facts.flatMap((spans) => layOut(spans, LEVEL[2], page.screen)),
    ...findingsOf(test).flatMap((finding) => {
      const isOld = finding.hint !== null && shownHints.has(finding.hint);
      if (finding.hint !== null) shownHints.add(finding.hint);
      return findingLines(page, isOld ? { ...finding, hint: null } : finding, 2);
    }),
  ];
}

/** In a large run: how many tests this one represents. */
function likeIt({ digest }: Page, test: TestResult): string {
  if (digest.count <= LARGE_RUN) return '';
  const alike = digest.groups.find(({ first }) => first === test)?.count ?? 1;
  return alike === 1 ? '' : ` one of ${numberText(alike)} like it`;
}

function statusText({ response }: TestResult): string {
  return response === null
    ? 'HTTP status: no response'
    : `HTTP status: ${response.status} ${response.statusText}`;
}

function timeText({ response, timings: { totalMs, lateMs } }: TestResult): string {
  const late = lateMs > 0 ? `, of which ${durationText(lateMs)} late` : '';
  return `${response === null ? 'Failed after' : 'Response time'}: ${durationText(totalMs)}${late} `;
}

/** Only the JSON report has phases shorter than 1 ms or than this share of the total. */
const PHASE_SHARE_SHOWN = 0.01;

/** In chronological order; null for a phase that did not take place. */
export function phasesOf(timings: Timings): readonly (readonly [name: string, ms: number | null])[] {
  return [
    ['wait', timings.waitMs],
    ['DNS', timings.dnsMs],
    ['TCP', timings.tcpMs],
    ['TLS', timings.tlsMs],
    ['request', timings.requestMs],
    ['first byte', timings.firstByteMs],
    ['download', timings.downloadMs],
  ];
}

/** `(TLS 21, first byte 150 ms)` */
export function phasesText(timings: Timings): string {
  const least = Math.max(1, timings.totalMs * PHASE_SHARE_SHOWN);
  const took = phasesOf(timings).flatMap(([name, ms]) =>
    ms === null || ms < least ? [] : [`${name} ${Math.round(ms)}`],
  );
  return took.length === 0 ? '' : `(${took.join(', ')} ms)`;
}

/** `2 (Connection reset before a response; HTTP 200), up to 2 deliveries` */
export function attemptsWords(attempts: readonly Attempt[]): string {
  const each = attempts.map(({ status, failure }) => failure?.message ?? `HTTP ${status ?? 'unknown'}`);
  const deliveries = attempts.filter(({ mayHaveArrived }) => mayHaveArrived).length;
  const several = deliveries > 1 ? `, up to ${deliveries} deliveries` : '';
  return `${attempts.length} (${each.join('; ')})${several}`;
}

function traceSpans({ screen }: Page, { trace }: TestResult): readonly (readonly Span[])[] {
  const linked = screen.hyperlinks && trace.url !== null && webAddress(trace.url) !== null;
  const id: Span = {
    text: trace.traceId,
    unbroken: true,
    ...(trace.url === null ? {} : { link: trace.url }),
  };
  return [
    [{ text: 'Sentry Trace: ' }, id],
    // If the id itself is a link, its address is not shown.
    ...(trace.url === null || linked ? [] : [[{ text: trace.url, style: 'dim', unbroken: true } as const]]),
    ...(trace.state === 'skipped' ? [] : [[{ text: readingText(trace) }]]),
  ];
}

/** `Trace verified: 15 spans` or `Trace unverified (only-our-spans): 2 spans after 12 polls in 90 s, waiting for ab-routing` */
export function readingText({ state, reason, spanCount, wait }: TestResult['trace']): string {
  const spans = spanCount === null ? 'not read' : countOf(spanCount, 'span');
  if (reason === null || wait === null)
    return `Trace ${state === 'failed' ? 'read, with errors' : state}: ${spans}`;
  const waited = ` after ${countOf(wait.polls, 'poll')} in ${durationText(wait.waitedMs)}`;
  const awaited = wait.awaited.length === 0 ? '' : `, waiting for ${wait.awaited.join(', ')}`;
  return `Trace ${state} (${reason}): ${spans}${waited}${awaited}`;
}

/** `Stuck at: ab-routing (span ab-routing not found)`, `Stuck between received and decided (…)` */
function stuckSpans(test: TestResult): readonly (readonly Span[])[] {
  const stage = stuckStage(test);
  if (stage === null) return [];
  const because = stage.detail === null ? stage.state : stage.detail;
  return [[{ text: `${stuckWords(test)} ` }, { text: `(${because})`, style: 'dim' }]];
}

function stuckWords({ stuckAt }: TestResult): string {
  return stuckAt?.after == null ? `Stuck at: ${stuckAt?.stage}` : `Stuck ${stuckPlace({ stuckAt })}`;
}

function causeSpans(test: TestResult): readonly (readonly Span[])[] {
  const text = causeBehind(test);
  return text === null ? [] : [[{ text: `Cause: ${text}` }]];
}

function missingText({ missingData }: TestResult): string {
  const fields = missingData.map(({ field, level }) =>
    level === 'required' ? field : `${field} (${level})`,
  );
  return `Missing: ${fields.join(', ')}`;
}
