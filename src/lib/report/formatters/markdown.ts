/** The report for a pull request, a step summary or a chat: one or two screens, whatever the size of the run. */
import type { Finding } from '../../model/finding.ts';
import type { Latency, ReportHead, RunStatus } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import { durationText, numberText, timeText } from '../../terminal/quantities.ts';
import { createScenarioFold, type ScenarioSummary } from '../digest/scenario-fold.ts';
import { leftoverText } from '../store/cleanup/leftover-text.ts';
import { type Fact, factsOf, furtherMessages } from './facts.ts';
import type { Formatter } from './formatter.ts';
import { headline, leadText, NAMES_IN_TEXT, sentenceCase, standaloneTitle } from './headline.ts';
import { markdownCode, markdownLink, markdownTable, markdownText } from './markdown-text.ts';
import { type Digest, digest, findingsOf } from './pretty/digest.ts';
import type { Group } from './pretty/groups.ts';
import { message } from './pretty/page.ts';
import { stepsFor } from './pretty/steps.ts';
import { problemLine } from './problem-line.ts';
import { repeatSummary } from './repeat-text.ts';
import { advised, extentText, measuredText, statusWords } from './words.ts';

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
/** Of one label, and of further findings, in the facts of a problem. */
const FACTS_SHOWN = 3;
/** Scenarios named per problem; the others are counted. */
const NAMES_SHOWN = 10;

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
    titleLines(head, seen),
    groupSection('Broken', { head, seen, urgency: 'broken' }),
    groupSection('Warnings', { head, seen, urgency: 'warning' }),
    missingSection(head),
    countLines(head),
    scenarioSection(fold.scenarios()),
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

/** What broke, how the rest is, and which run it was. */
function titleLines(head: ReportHead, seen: Digest): readonly string[] {
  const outcome = headline({ head, digest: seen });
  const lead = leadText(head, outcome);
  const took = head.durationMs === null ? '' : `, took ${durationText(head.durationMs)}`;
  const resent = repeatSummary(seen.resent);
  return [
    `## ${markOf(head)} ${markdownText(standaloneTitle(head, outcome))}`,
    '',
    `**${sentenceCase(statusWords(head))}**${lead === '' ? '' : `: ${markdownText(lead)}`}`,
    ...(head.skippedBecause === null ? [] : ['', `Not sent: ${markdownText(head.skippedBecause)}`]),
    ...(resent === null ? [] : ['', markdownText(resent)]),
    '',
    `prod-e2e: target ${markdownCode(head.target)}, run ${markdownCode(head.runId)}, ${markdownText(timeText(head.startedAt))}${took}`,
  ];
}

function markOf({ status, summary }: ReportHead): string {
  return summary.failed > 0 ? STATUS_MARK.broken : STATUS_MARK[status];
}

function countLines({ summary }: ReportHead): readonly string[] {
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
  return markdownTable(
    counts.map(([name]) => name),
    [counts.map(([, count]) => numberText(count))],
  );
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

interface GroupOptions {
  readonly head: ReportHead;
  readonly seen: Digest;
  readonly urgency: Group['urgency'];
}

/** Each kind of failure once, with the first test to open. */
function groupSection(title: string, options: GroupOptions): readonly string[] {
  const { seen, urgency } = options;
  const groups = seen.groups.filter((group) => group.urgency === urgency);
  if (groups.length === 0) return [];
  const hidden = groups.slice(GROUPS_SHOWN).reduce((sum, { count }) => sum + count, seen.ungrouped);
  return [
    `### ${title}`,
    '',
    ...groups.slice(0, GROUPS_SHOWN).flatMap((group) => groupLines(group, options)),
    ...more(hidden),
  ];
}

function groupLines(group: Group, { head, seen }: GroupOptions): readonly string[] {
  const { varied, count, scenarios, first } = group;
  const names = [...scenarios.keys()];
  const facts = factsOf(first, { head, savedAs: seen.savedAs, scenarios: names });
  // Next steps has the rest.
  const steps = stepsFor({ head, digest: seen }, first).slice(0, 1);
  const others = furtherMessages(first, findingsOf(first)).slice(0, FACTS_SHOWN);
  const labels = [...new Set(facts.map(({ label }) => label))];
  const title = `**${markdownText(message(problemLine(names, first)))}**${varied ? ' (and similar)' : ''}`;
  return [
    `- ${title}`,
    // The title names the scenarios.
    ...(count === scenarios.size && count <= NAMES_IN_TEXT
      ? []
      : [`  - Tests: ${numberText(count)} (${countsText(scenarios)})`]),
    ...labels.flatMap((label) => factLines(label, facts)),
    ...steps.map((step) => `  - Try: ${markdownText(message(step))}`),
    ...others.map((text) => `  - Also: ${markdownText(message(text))}`),
  ];
}

/** `ORB_BREAKOUT 40, CHOP 20`, largest first. */
function countsText(scenarios: Group['scenarios']): string {
  const counted = [...scenarios].toSorted(([, a], [, b]) => b - a);
  const shown = counted
    .slice(0, NAMES_SHOWN)
    .map(([name, tests]) => `${markdownText(name)} ${numberText(tests)}`);
  const hidden = counted.length - shown.length;
  return shown.join(', ') + (hidden > 0 ? ` and ${numberText(hidden)} more` : '');
}

/** At most three of a kind: a cause in many scenarios may have as many beginnings. */
function factLines(label: Fact['label'], facts: readonly Fact[]): readonly string[] {
  const those = facts.filter((fact) => fact.label === label);
  return those.slice(0, FACTS_SHOWN).map(({ text, url }) => {
    const isId = label === 'Trace' || label === 'Open';
    const shown = isId ? markdownCode(text) : markdownText(message(text));
    return `  - ${label}: ${markdownLink(shown, url)}`;
  });
}

function findingText({ message: text, hint }: Finding): string {
  return `${markdownText(message(text))}${hint === null ? '' : ` → ${markdownText(message(hint))}`}`;
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
    .map((finding) => `- ${finding.severity === 'error' ? '❌' : '⚠️'} ${findingText(finding)}`);
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
