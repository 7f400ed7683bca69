/**
 * The report as annotations of GitHub Actions: workflow commands on stdout, one for each kind of failure and warning.
 * GitHub shows ten annotations of a kind per step; the tenth counts the rest.
 */
import type { ReportHead, ScenarioSource } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import { numberText } from '../../terminal/quantities.ts';
import { terminalText } from '../../terminal/text.ts';
import type { Formatter } from './formatter.ts';
import { type Digest, digest, findingsOf } from './pretty/digest.ts';
import type { Group } from './pretty/groups.ts';
import { message, stuckPlace } from './pretty/page.ts';
import { type Place, placeOf } from './test-cases.ts';
import { brokenSinceTexts, statusText, statusWords } from './words.ts';

export const github: Formatter = {
  name: 'github',
  description: 'Annotations of GitHub Actions, and the summary and outputs of the step.',
  extension: 'txt',
  render,
  // GitHub reads the log line by line, so the report for people can be in it as well.
  sharesStdout: true,
};

type Kind = 'error' | 'warning' | 'notice';

interface Annotation {
  readonly kind: Kind;
  readonly title: string;
  readonly lines: readonly string[];
  /** Number of tests or findings it covers. */
  readonly count: number;
  /** Where GitHub shows it; absent if it is not about a scenario. */
  readonly place?: Place;
}

/** GitHub, "Limitations": 10 warnings, 10 errors and 10 notices a step. */
const SHOWN_OF_KIND = 10;

/** Scenarios named; the rest are counted. */
const SCENARIOS_NAMED = 5;

async function* render(source: ReportSource): AsyncGenerator<string> {
  const { head } = source;
  const seen = await digest(source);
  for (const kind of ['error', 'warning'] as const)
    yield* limited(annotations(head, seen, kind), { kind, savedAs: source.savedAs });
  const text = `${statusWords(head)}: ${statusText(head)}`;
  const since = brokenSinceTexts(head).slice(0, SCENARIOS_NAMED);
  const lines = [text, `Run ${head.runId}`, ...since];
  yield command({ kind: 'notice', title: 'prod-e2e', lines, count: 1 });
}

function* limited(
  all: readonly Annotation[],
  { kind, savedAs }: { readonly kind: Kind; readonly savedAs: string | null },
): Iterable<string> {
  const fits = all.length <= SHOWN_OF_KIND;
  const shown = fits ? all : all.slice(0, SHOWN_OF_KIND - 1);
  for (const each of shown) yield command(each);
  if (fits) return;
  const hidden = all.slice(shown.length).reduce((sum, { count }) => sum + count, 0);
  const orCommand = savedAs === null ? '' : `, or prod-e2e report show ${savedAs}`;
  const lines = [`… and ${numberText(hidden)} more: see the step summary${orCommand}`];
  yield command({ kind, title: `prod-e2e: ${numberText(hidden)} more`, lines, count: hidden });
}

function annotations(head: ReportHead, seen: Digest, kind: 'error' | 'warning'): readonly Annotation[] {
  const broken = kind === 'error';
  const thresholds = head.thresholds.filter(({ ok }) => broken && !ok);
  const others = broken === seen.groups.some(({ urgency }) => urgency === 'broken') ? seen.ungrouped : 0;
  return [
    ...thresholds.map(({ expression }) => ({
      ...{ kind, title: 'Threshold broken', lines: [expression], count: 1 },
    })),
    ...seen.groups
      .filter(({ urgency }) => (urgency === 'broken') === broken)
      .map((group) => ofGroup(group, { kind, source: head.source })),
    ...head.findings
      .filter(({ severity }) => severity === kind)
      .map((finding) => ({
        ...{ kind, title: 'About the run', count: 1 },
        lines: [finding.message, ...(finding.hint === null ? [] : [finding.hint])],
      })),
    ...(others === 0
      ? []
      : [{ kind, title: 'Of other kinds', lines: [`${numberText(others)} tests`], count: others }]),
  ];
}

function ofGroup(
  { message: text, varied, count, scenarios, first }: Group,
  { kind, source }: { readonly kind: Kind; readonly source: ScenarioSource | undefined },
): Annotation {
  const place = placeOf(source, first.scenario);
  const names = [...scenarios.keys()];
  const others = names.length - SCENARIOS_NAMED;
  const named = names.slice(0, SCENARIOS_NAMED).join(', ') + (others > 0 ? ` and ${others} more` : '');
  const stuck = stuckPlace(first);
  const hint = findingsOf(first).find((finding) => finding.hint !== null)?.hint ?? null;
  return {
    kind,
    title: `${count === 1 ? first.name : `${numberText(count)} tests`} ${stateWords(kind, count)}${count === 1 ? '' : `: ${named}`}`,
    lines: [
      `${message(text)}${varied ? ' (and similar)' : ''}${stuck === null ? '' : `, stuck ${stuck}`}`,
      ...(hint === null ? [] : [hint]),
      `${count === 1 ? 'Trace' : 'First trace'} ${first.trace.traceId}${first.trace.url === null ? '' : `: ${first.trace.url}`}`,
    ],
    count,
    ...(place === null ? {} : { place }),
  };
}

function stateWords(kind: Kind, count: number): string {
  if (kind === 'error') return count === 1 ? 'is broken' : 'are broken';
  return count === 1 ? 'has warnings' : 'have warnings';
}

/** `::error file=…,line=…,title=…::…`, always on one line. */
function command({ kind, title, lines, place }: Annotation): string {
  const { file = null, line = null } = place ?? {};
  const given = Object.entries({ file, line, title }).filter(([, value]) => value !== null);
  const properties = given.map(([name, value]) => `${name}=${property(String(value))}`);
  return `::${kind} ${properties.join(',')}::${data(lines.map((line) => terminalText(line)).join('\n'))}\n`;
}

/** Escapes data and properties as @actions/core does. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(terminalText(text)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
