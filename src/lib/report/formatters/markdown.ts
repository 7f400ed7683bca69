/** The report for a pull request, a step summary or a chat: one or two screens for a run of any size. */
import type { Finding } from '../../model/finding.ts';
import type { Latency, ReportHead, RunStatus } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import { durationText, numberText, timeText } from '../../terminal/quantities.ts';
import { createScenarioFold, type ScenarioSummary } from '../digest/scenario-fold.ts';
import { leftoverText } from '../store/cleanup/leftover-text.ts';
import type { Formatter } from './formatter.ts';
import { markdownCode, markdownLink, markdownTable, markdownText } from './markdown-text.ts';
import { type Digest, digest, findingsOf } from './pretty/digest.ts';
import type { Group } from './pretty/groups.ts';
import { message, stuckPlace } from './pretty/page.ts';
import { repeatSummary } from './repeat-text.ts';
import { advised, brokenSinceTexts, extentText, measuredText, statusText, statusWords } from './words.ts';

export const markdown: Formatter = {
  name: 'markdown',
  description: 'Markdown for pull requests and summaries, one or two screens long.',
  extension: 'md',
  render,
};

/** Rows per table and list. */
const ROWS_SHOWN = 30;
/** Kinds of failures and warnings shown, each with advice. */
const GROUPS_SHOWN = 20;
const STEPS_SHOWN = 4;

export const STATUS_MARK: Readonly<Record<RunStatus, string>> = {
  healthy: '✅',
  degraded: '⚠️',
  broken: '❌',
  interrupted: '⏹️',
};

async function* render(source: ReportSource): AsyncGenerator<string> {
  const fold = createScenarioFold();
  const { head } = source;
  const seen = await digest({
    savedAs: source.savedAs,
    head,
    results: async function* () {
      for await (const result of source.results()) {
        fold.add(result);
        yield result;
      }
    },
  });
  const sections = [
    titleLines(head, repeatSummary(seen.resent)),
    scenarioSection(fold.scenarios()),
    groupSection('Broken', seen, 'broken'),
    sinceLines(head),
    groupSection('Warnings', seen, 'warning'),
    missingSection(head),
    stageSection(head),
    latencySection(head.latency),
    thresholdSection(head),
    leftOverSection(head),
    runSection(head),
    nextSection(head, seen),
  ];
  let gap = '';
  for (const lines of sections) {
    if (lines.length === 0) continue;
    yield `${gap}${lines.join('\n')}\n`;
    gap = '\n';
  }
}

function titleLines(head: ReportHead, again: string | null): readonly string[] {
  const { summary } = head;
  const counts: readonly (readonly [string, number])[] = [
    ['Tests', summary.total],
    ['Working', summary.successful],
    ['Broken', summary.failed],
    ['Warnings', summary.warnings],
    ['Missing fields', summary.missing],
    ...(
      [
        ['Flaky', summary.flaky],
        ['Unverified', summary.unverified],
        ['Not sent', summary.skipped],
      ] as const
    ).filter(([, count]) => count > 0),
  ];
  const took = head.durationMs === null ? '' : `, took ${durationText(head.durationMs)}`;
  return [
    `## ${STATUS_MARK[head.status]} prod-e2e: ${statusWords(head)}`,
    '',
    markdownText(statusText(head)),
    '',
    ...markdownTable(
      counts.map(([name]) => name),
      [counts.map(([, count]) => numberText(count))],
    ),
    '',
    `Target ${markdownCode(head.target)}, run ${markdownCode(head.runId)}, ${markdownText(timeText(head.startedAt))}${took}`,
    ...(again === null ? [] : ['', markdownText(again)]),
    ...(head.skippedBecause === null ? [] : ['', markdownText(head.skippedBecause)]),
  ];
}

function scenarioSection(scenarios: readonly ScenarioSummary[]): readonly string[] {
  const rows = scenarios
    .slice(0, ROWS_SHOWN)
    .map(({ name, tests, working, withWarnings, latency }) => [
      working < tests ? '❌' : withWarnings > 0 ? '⚠️' : '✅',
      markdownText(name),
      `${numberText(working)} of ${numberText(tests)}`,
      latency.p50Ms === null ? '' : durationText(latency.p50Ms),
      latency.p95Ms === null ? '' : durationText(latency.p95Ms),
    ]);
  if (rows.length === 0) return [];
  return [
    '### Scenarios',
    '',
    ...markdownTable(['', 'Scenario', 'Working', 'p50', 'p95'], rows),
    ...more(scenarios.length - rows.length),
  ];
}

/** Each kind of failure once, with the first test to open. */
function groupSection(title: string, seen: Digest, urgency: Group['urgency']): readonly string[] {
  const groups = seen.groups.filter((group) => group.urgency === urgency);
  if (groups.length === 0) return [];
  const hidden = groups.slice(GROUPS_SHOWN).reduce((sum, { count }) => sum + count, seen.ungrouped);
  return [`### ${title}`, '', ...groups.slice(0, GROUPS_SHOWN).flatMap(groupLines), ...more(hidden)];
}

function groupLines({ message: text, varied, count, scenarios, first }: Group): readonly string[] {
  const names = [...scenarios].map(([name, tests]) =>
    tests === 1 ? name : `${name} (${numberText(tests)})`,
  );
  const shown = names.slice(0, ROWS_SHOWN);
  const others = names.length > shown.length ? `, and ${numberText(names.length - shown.length)} more` : '';
  const similar = varied ? ' (and similar)' : '';
  const times = count === 1 ? '' : `${numberText(count)} × `;
  return [
    `- **${times}${markdownText(message(text))}**${similar}: ${markdownText(shown.join(', '))}${others}`,
    `  - ${count === 1 ? 'test' : 'first'} ${markdownCode(first.testId)}, trace ${traceText(first)}${stuckText(first)}`,
    // The group's message is shown above.
    ...findingsOf(first)
      .filter(({ hint, message: other }) => hint !== null || other !== text)
      .slice(0, STEPS_SHOWN)
      .map((finding) => `  - ${findingText(finding, text)}`),
  ];
}

function traceText({ trace }: TestResult): string {
  return markdownLink(markdownCode(trace.traceId), trace.url);
}

function stuckText(test: TestResult): string {
  const place = stuckPlace(test);
  return place === null ? '' : `, stuck ${markdownText(place)}`;
}

function findingText(finding: Finding, groupText: string): string {
  const text = finding.message === groupText ? '' : markdownText(message(finding.message));
  const hint = finding.hint === null ? '' : `→ ${markdownText(message(finding.hint))}`;
  return [text, hint].filter((text) => text !== '').join(' ');
}

function missingSection({ missingData, summary }: ReportHead): readonly string[] {
  if (missingData.length === 0) return [];
  const lines = missingData
    .slice(0, ROWS_SHOWN)
    .map((entry) => `- ${markdownCode(entry.field)} (${markdownText(extentText(entry, summary.total))})`);
  return ['### Missing data', '', ...lines, ...more(missingData.length - lines.length)];
}

function stageSection({ stages }: ReportHead): readonly string[] {
  const rows = stages
    .slice(0, ROWS_SHOWN)
    .map(({ name, ok, slow, failed, missing, unverified, notReached, stuck }) => [
      markdownText(name),
      ...[ok, slow, failed, missing, unverified, notReached, stuck].map((count) =>
        count === 0 ? '' : numberText(count),
      ),
    ]);
  if (rows.length === 0) return [];
  return [
    '### Stages',
    '',
    ...markdownTable(
      ['Stage', 'ok', 'slow', 'failed', 'missing', 'unverified', 'not reached', 'stuck here'],
      rows,
    ),
    ...more(stages.length - rows.length),
  ];
}

function latencySection({ count, p50Ms, p90Ms, p95Ms, p99Ms, maxMs }: Latency): readonly string[] {
  if (count === 0) return [];
  const values = [p50Ms, p90Ms, p95Ms, p99Ms, maxMs].map((ms) => (ms === null ? '' : durationText(ms)));
  return ['### Latency', '', ...markdownTable(['p50', 'p90', 'p95', 'p99', 'max'], [values])];
}

function sinceLines(head: ReportHead): readonly string[] {
  const texts = brokenSinceTexts(head);
  return [
    ...texts.slice(0, GROUPS_SHOWN).map((text) => `- ${markdownText(text)}`),
    ...more(texts.length - GROUPS_SHOWN),
  ];
}

function thresholdSection({ thresholds }: ReportHead): readonly string[] {
  if (thresholds.length === 0) return [];
  const lines = thresholds
    .slice(0, ROWS_SHOWN)
    .map(
      (each) =>
        `- ${each.ok ? '✅ held' : '❌ broken'}: ${markdownCode(each.expression)} (${measuredText(each)})`,
    );
  return ['### Thresholds', '', ...lines, ...more(thresholds.length - lines.length)];
}

function leftOverSection(head: ReportHead): readonly string[] {
  const later = leftoverText(head);
  return later === null ? [] : ['### Left over', '', `${later.text}: ${markdownCode(later.command)}`];
}

function runSection({ findings }: ReportHead): readonly string[] {
  if (findings.length === 0) return [];
  const lines = findings
    .slice(0, ROWS_SHOWN)
    .map((finding) => `- ${finding.severity === 'error' ? '❌' : '⚠️'} ${findingText(finding, '')}`);
  return ['### About the run', '', ...lines, ...more(findings.length - lines.length)];
}

function nextSection(head: ReportHead, seen: Digest): readonly string[] {
  const steps = advised(head, seen).slice(0, STEPS_SHOWN);
  if (steps.length === 0) return [];
  return [
    '### Next steps',
    '',
    ...steps.flatMap(({ title, solutions }, at) => [
      `${at + 1}. ${markdownText(title)}`,
      ...solutions.map((solution) => `   - ${markdownText(solution)}`),
    ]),
  ];
}

function more(hidden: number): readonly string[] {
  return hidden <= 0 ? [] : ['', `… and ${numberText(hidden)} more`];
}
