/** One test in full on the terminal: its findings first, then everything that is saved about it. */
import type { ReportSource } from '../../../model/report-source.ts';
import type { FollowedWork, TestResult, Timings } from '../../../model/result.ts';
import type { StageResult } from '../../../model/stage.ts';
import { layOut, type Span } from '../../../terminal/layout.ts';
import { durationText, timeText } from '../../../terminal/quantities.ts';
import type { RenderOptions } from '../formatter.ts';
import { stateText } from '../words.ts';
import { evidenceText } from './confirmations.ts';
import { phasesOf, testLines } from './details.ts';
import { digest } from './digest.ts';
import { exchangeLines, requestLines, resendLines, resentLines } from './exchange.ts';
import { stageMarks } from './matrix.ts';
import { heading, LEVEL, type Page, pageOf } from './page.ts';
import { fits, tableLines } from './table.ts';

/** @param source the test's run, which decides how its tests are named */
export async function* renderTest(
  { source, result }: { readonly source: ReportSource; readonly result: TestResult },
  screen: RenderOptions,
): AsyncGenerator<string> {
  const page = pageOf({ head: source.head, digest: await digest(source), screen });
  const sections = [
    testSection(page, result),
    stageLines(page, result.stages),
    followedLines(page, result.trace.followed),
    timingLines(page, result.timings),
    attemptLines(page, result),
    requestLines(page, result.request),
    exchangeLines(page, result.response),
    resentLines(page, result.repeat?.sends ?? []),
    resendLines(page, result.request),
    nextLines(page, result),
  ];
  yield `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function testSection(page: Page, result: TestResult): readonly string[] {
  return [
    heading(page, 'details', `TEST ${result.index}`),
    ...layOut(
      [
        { text: 'Run: ' },
        { text: page.head.runId, unbroken: true },
        { text: `, sent ${timeText(result.startedAt)}` },
      ],
      LEVEL[1],
      page.screen,
    ),
    ...testLines(page, result, new Set()),
  ];
}

/** Each stage with its evidence. */
function stageLines(page: Page, stages: readonly StageResult[]): readonly string[] {
  if (stages.length === 0) return [];
  const marks = stageMarks(page);
  const rows = stages.map(({ name, state, evidence, durationMs, detail }): readonly Span[] => [
    { text: name },
    { text: `${marks[state].glyph} ${stateText(state)}`, style: marks[state].style },
    { text: durationMs === null ? '' : durationText(durationMs) },
    { text: evidenceText(evidence), style: 'dim' },
    { text: detail ?? '' },
  ]);
  const head = ['stage', 'state', 'took', 'evidence', ''].map((text): Span => ({ text, style: 'dim' }));
  const table = tableLines(page.screen, [head, ...rows]);
  return [
    heading(page, 'stages', 'STAGES'),
    ...(fits(page, table) ? table : stages.flatMap((stage) => narrowStage(page, stage))),
  ];
}

/** If the table does not fit: each stage with its details below it. */
function narrowStage(page: Page, stage: StageResult): readonly string[] {
  const { name, state, evidence, durationMs, detail } = stage;
  const { glyph, style } = stageMarks(page)[state];
  const known = [
    ...(durationMs === null ? [] : [durationText(durationMs)]),
    ...(evidenceText(evidence) === '' ? [] : [evidenceText(evidence)]),
  ];
  const title: Span[] = [
    { text: glyph, style },
    { text: ` ${name}: ${stateText(state)}` },
    { text: known.length === 0 ? '' : ` (${known.join('; ')})`, style: 'dim' },
  ];
  return [
    ...layOut(title, LEVEL[1], page.screen),
    ...(detail === null ? [] : layOut([{ text: detail }], LEVEL[2], page.screen)),
  ];
}

/** Background work in separate traces. */
function followedLines(page: Page, followed: readonly FollowedWork[]): readonly string[] {
  if (followed.length === 0) return [];
  return [
    heading(page, 'sentry', 'FOLLOWED'),
    ...followed.flatMap(({ searched, found, traceIds }) => [
      ...layOut([{ text: searched }], LEVEL[1], page.screen),
      ...(found
        ? traceIds.flatMap((id) =>
            layOut([{ text: 'found in trace ' }, { text: id, unbroken: true }], LEVEL[2], page.screen),
          )
        : layOut([{ text: 'not found', style: 'yellow' }], LEVEL[2], page.screen)),
    ]),
  ];
}

function timingLines(page: Page, timings: Timings): readonly string[] {
  const phases: readonly (readonly [name: string, ms: number | null])[] = [
    ...phasesOf(timings),
    ...(timings.lateMs > 0 ? [['late', timings.lateMs] as const] : []),
    ['total', timings.totalMs],
  ];
  const columns = phases.flatMap(([name, ms]): readonly (readonly [Span, Span])[] =>
    ms === null ? [] : [[{ text: name, style: 'dim' }, { text: durationText(ms) }]],
  );
  const side = tableLines(page.screen, [columns.map(([name]) => name), columns.map(([, value]) => value)]);
  return [
    heading(page, 'latency', 'TIMINGS'),
    ...(fits(page, side) ? side : tableLines(page.screen, columns)),
  ];
}

/** Only if there was more than one. */
function attemptLines(page: Page, { attempts }: TestResult): readonly string[] {
  if (attempts.length < 2) return [];
  return [
    heading(page, 'again', 'ATTEMPTS'),
    ...attempts.flatMap(({ startedAt, durationMs, status, failure }, at) => {
      const became = failure?.message ?? `HTTP ${status ?? 'unknown'}`;
      const code = failure?.code === undefined || failure.code === null ? '' : ` (${failure.code})`;
      const text = `${at + 1}. ${startedAt.slice(11, 23)} UTC, ${durationText(durationMs)}: ${became}${code}`;
      return layOut([{ text }], { indent: 2, hang: 5 }, page.screen);
    }),
  ];
}

function nextLines(page: Page, { testId, index, trace }: TestResult): readonly string[] {
  const { savedAs } = page.digest;
  if (savedAs === null) return [];
  // A test id only works for runs saved in the data folder.
  const isThere = savedAs === page.head.runId;
  const of = isThere ? testId : trace.traceId;
  const commands = [
    ...(trace.state === 'skipped' || page.head.sandbox === true ? [] : [`prod-e2e trace show ${of}`]),
    ...(trace.url === null ? [] : [`prod-e2e trace open ${of}`]),
    `prod-e2e report show ${isThere ? testId : `${savedAs} ${index}`} --json`,
  ];
  return [
    heading(page, 'next', 'NEXT'),
    ...commands.flatMap((text) => layOut([{ text, style: 'bold' }], LEVEL[1], page.screen)),
  ];
}
