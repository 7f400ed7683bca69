/** The report as JUnit XML in its common form, adapted to the quirks of its readers. */
import type { ReportHead } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import { urgencyOf } from '../digest/urgency.ts';
import type { Formatter } from './formatter.ts';
import { problemText } from './pretty/groups.ts';
import { problemLine } from './problem-line.ts';
import { repeatText } from './repeat-text.ts';
import { className, failureLines, headlineOf, missingTexts, notSentText, SUITE } from './test-cases.ts';
import { startTag, type XmlElement, xml } from './xml.ts';

export const junit: Formatter = {
  name: 'junit',
  description: 'JUnit XML, for test views of CI systems.',
  extension: 'xml',
  render,
};

interface Counts {
  readonly tests: number;
  /** Judged and broken. */
  readonly failures: number;
  /** Without a response, so there was nothing to judge. */
  readonly errors: number;
}

async function* render(source: ReportSource): AsyncGenerator<string> {
  const { head } = source;
  // The counts precede the test cases, and the head does not distinguish failures from errors.
  const { headline, ...counts } = await count(source);
  const skipped = notSent(head);
  const totals = {
    tests: counts.tests + skipped.length,
    failures: counts.failures,
    errors: counts.errors,
    time: seconds(head.durationMs ?? 0),
  };
  // The schemas in use have dates in UTC without a time zone.
  const timestamp = head.startedAt.replace(/(?:\.\d+)?Z$/, '');
  // Jenkins' schema has no skipped count on the outer element.
  const suite = { name: SUITE, ...totals, skipped: skipped.length, timestamp };
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `${startTag({ name: 'testsuites', attributes: { name: SUITE, ...totals } })}\n`;
  yield `  ${startTag({ name: 'testsuite', attributes: suite })}\n`;
  yield xml(properties(runProperties(head, headline)), '    ');
  for await (const result of source.results()) yield xml(testCase(result, source), '    ');
  for (const element of skipped) yield xml(element, '    ');
  yield '  </testsuite>\n</testsuites>\n';
}

async function count(source: ReportSource): Promise<Counts & { readonly headline: string }> {
  let tests = 0;
  let failures = 0;
  let errors = 0;
  const headline = await headlineOf(source, ({ verdict, response }) => {
    tests += 1;
    if (verdict !== 'broken') return;
    if (response === null) errors += 1;
    else failures += 1;
  });
  return { tests, failures, errors, headline };
}

function runProperties(head: ReportHead, headline: string): Readonly<Record<string, string>> {
  const { tool, runId, target, environment, seed, status } = head;
  return {
    ...{ status, headline, tool: `${tool.name} ${tool.version}`, run_id: runId },
    ...{ target, environment, seed },
  };
}

function testCase(result: TestResult, source: ReportSource): XmlElement {
  const { name, timings } = result;
  return {
    name: 'testcase',
    // Readers identify a case by class and name and drop duplicates, so both are stable across runs and contain no ids.
    attributes: { classname: className(result), name, time: seconds(timings.totalMs) },
    // No properties here: Jenkins' xUnit plugin refuses files with them. Their content is in system-out.
    children: [
      ...outcome(result, source),
      { name: 'system-out', attributes: {}, children: systemOut(result) },
    ],
  };
}

/** A single `failure` or `error` per broken test, because some readers do not support several. */
function outcome(result: TestResult, source: ReportSource): readonly XmlElement[] {
  if (result.verdict !== 'broken') return [];
  return [
    {
      name: result.response === null ? 'error' : 'failure',
      attributes: {
        type: result.errors[0]?.code ?? 'broken',
        message: problemLine([result.scenario], result),
      },
      // The message is repeated in the text, because some readers show only that.
      children: failureLines(result, source).join('\n'),
    },
  ];
}

/** Findings that do not fail the test, and links to the evidence. */
function systemOut(result: TestResult): string {
  const { testId, from, trace, response, repeat, warnings } = result;
  const isWarned = urgencyOf(result) === 'warning';
  const shown = isWarned ? problemText(result) : null;
  return [
    ...(isWarned ? [problemLine([result.scenario], result)] : []),
    ...warnings.flatMap(({ message }) => (message === shown ? [] : [`Warning: ${message}`])),
    ...missingTexts(result),
    `Test ID: ${testId}`,
    ...(from === undefined ? [] : [`From: ${from}`]),
    `HTTP status: ${response === null ? 'no response' : response.status}`,
    `Sentry Trace: ${trace.traceId}`,
    ...(trace.url === null ? [] : [`Trace URL: ${trace.url}`]),
    ...(repeat === undefined ? [] : [repeatText(repeat)]),
  ].join('\n');
}

/** One skipped case for all planned webhooks that were not sent. */
function notSent(head: ReportHead): readonly XmlElement[] {
  const message = notSentText(head);
  if (message === null) return [];
  return [
    {
      name: 'testcase',
      attributes: { classname: SUITE, name: 'not sent', time: seconds(0) },
      children: [
        { name: 'skipped', attributes: { message }, children: [] },
        { name: 'system-out', attributes: {}, children: message },
      ],
    },
  ];
}

function properties(values: Readonly<Record<string, string>>): XmlElement {
  return {
    name: 'properties',
    attributes: {},
    children: Object.entries(values).map(([name, value]) => ({
      name: 'property',
      attributes: { name, value },
      children: [],
    })),
  };
}

/** Milliseconds as decimal seconds, never with an exponent. */
function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
