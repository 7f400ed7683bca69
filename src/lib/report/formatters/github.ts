/**
 * The report as annotations of GitHub Actions: workflow commands on stdout, one for each kind of failure and warning.
 * GitHub shows ten annotations of a kind per step; the tenth counts the rest.
 */
import type { ReportHead } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import { countOf, durationText, numberText } from '../../terminal/quantities.ts';
import { terminalText } from '../../terminal/text.ts';
import { type Fact, factLine, factsOf } from './facts.ts';
import type { Formatter } from './formatter.ts';
import { headline, leadText, namesText, standaloneTitle } from './headline.ts';
import { unsaidPlace } from './pretty/broken.ts';
import { type Digest, digest } from './pretty/digest.ts';
import type { Group } from './pretty/groups.ts';
import { message } from './pretty/page.ts';
import { stepsFor } from './pretty/steps.ts';
import { problemLine } from './problem-line.ts';
import { type Place, placeOf } from './test-cases.ts';
import { measuredText, statusWords } from './words.ts';

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

/** GitHub refuses titles of more than 255 characters (REST API, check runs). */
const MAX_TITLE = 200;

/** Scenarios of one cause whose own "since" and "changed" are shown. */
const LINES_PER_LABEL = 3;

async function* render(source: ReportSource): AsyncGenerator<string> {
  const { head, savedAs } = source;
  const seen = await digest(source);
  for (const kind of ['error', 'warning'] as const)
    yield* limited(annotations({ head, seen, kind }), { kind, savedAs });
  const outcome = headline({ head, digest: seen });
  const lead = leadText(head, outcome);
  const took = head.durationMs === null ? '' : `, took ${durationText(head.durationMs)}`;
  const lines = [
    ...(lead === '' ? [] : [lead]),
    `prod-e2e: ${statusWords(head)}, run ${head.runId}${took}`,
    ...(savedAs === null ? [] : [`Open: prod-e2e report show ${savedAs}`]),
  ];
  yield command({ kind: 'notice', title: standaloneTitle(head, outcome), lines, count: 1 });
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

function annotations({
  head,
  seen,
  kind,
}: {
  readonly head: ReportHead;
  readonly seen: Digest;
  readonly kind: 'error' | 'warning';
}): readonly Annotation[] {
  const broken = kind === 'error';
  const thresholds = head.thresholds.filter(({ ok }) => broken && !ok);
  const others = broken === seen.groups.some(({ urgency }) => urgency === 'broken') ? seen.ungrouped : 0;
  return [
    ...seen.groups
      .filter(({ urgency }) => (urgency === 'broken') === broken)
      .map((group) => ofGroup(group, { kind, head, seen })),
    ...thresholds.map((each) => {
      const text = `Threshold ${each.expression} is broken: ${measuredText(each)}`;
      return { kind, title: text, lines: [text], count: 1 };
    }),
    ...head.findings
      .filter(({ severity }) => severity === kind)
      .map(({ message: text, hint }) => ({
        ...{ kind, title: text, count: 1 },
        lines: [text, ...(hint === null ? [] : [`Try: ${hint}`])],
      })),
    ...(others === 0 ? [] : [ofOthers(kind, others)]),
  ];
}

/** Tests of kinds that are only counted. */
function ofOthers(kind: 'error' | 'warning', count: number): Annotation {
  const are = count === 1 ? 'is' : 'are';
  const have = count === 1 ? 'has' : 'have';
  const tests = countOf(count, 'more test');
  const text =
    kind === 'error' ? `${tests} ${are} broken by other causes` : `${tests} ${have} other warnings`;
  return { kind, title: text, lines: [text], count };
}

function ofGroup(
  { message: shown, varied, count, scenarios, first }: Group,
  { kind, head, seen }: { readonly kind: Kind; readonly head: ReportHead; readonly seen: Digest },
): Annotation {
  const place = placeOf(head.source, first.scenario);
  const names = [...scenarios.keys()];
  const stuck = kind === 'error' ? unsaidPlace(first) : null;
  const steps = stepsFor({ head, digest: seen }, first).slice(0, 1);
  const times = count === 1 ? '' : ` (${numberText(count)} tests)`;
  const facts = factsOf(first, { head, savedAs: seen.savedAs, scenarios: names });
  return {
    kind,
    title: `${message(problemLine(names, first), MAX_TITLE - times.length)}${times}`,
    lines: [
      // A job's log shows these lines without the title.
      `${namesText(names)}: ${message(shown)}${varied ? ' (and similar)' : ''}${stuck === null ? '' : `, stuck ${stuck}`}`,
      ...facts.filter(isAmongFirst).map(factLine),
      ...steps.map((step) => `Try: ${step}`),
    ],
    count,
    ...(place === null ? {} : { place }),
  };
}

function isAmongFirst({ label }: Fact, at: number, facts: readonly Fact[]): boolean {
  return facts.slice(0, at).filter((fact) => fact.label === label).length < LINES_PER_LABEL;
}

/** `::error file=…,line=…,title=…::…`, always on one line. */
function command({ kind, title, lines, place }: Annotation): string {
  const { file = null, line = null } = place ?? {};
  const given = Object.entries({ file, line, title: message(title, MAX_TITLE) }).filter(
    ([, value]) => value !== null,
  );
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
