/** The report as JUnit XML, in the de-facto shape and with the quirks of its readers in mind. */
import type { ReportHead } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import { causeBehind, mainMessage } from '../cause-text.ts';
import type { Formatter } from './formatter.ts';
import { repeatText } from './repeat-text.ts';
import { className, missingTexts, notSentText, SUITE } from './test-cases.ts';
import { startTag, type XmlElement, xml } from './xml.ts';

export const junit: Formatter = {
  name: 'junit',
  description: 'JUnit XML, for test views of CI systems.',
  extension: 'xml',
  render,
};

interface Counts {
  readonly tests: number;
  /** Judged and found broken. */
  readonly failures: number;
  /** Not answered, so there was nothing to judge. */
  readonly errors: number;
}

async function* render(source: ReportSource): AsyncGenerator<string> {
  const { head } = source;
  // The counts stand before the test cases, and the head does not separate failures from errors.
  const counts = await count(source);
  const skipped = notSent(head);
  const totals = {
    tests: counts.tests + skipped.length,
    failures: counts.failures,
    errors: counts.errors,
    time: seconds(head.durationMs ?? 0),
  };
  // Dates as the schemas in use write them: UTC without a zone.
  const timestamp = head.startedAt.replace(/(?:\.\d+)?Z$/, '');
  // Jenkins' schema has no count of what was skipped on the outer element.
  const suite = { name: SUITE, ...totals, skipped: skipped.length, timestamp };
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `${startTag({ name: 'testsuites', attributes: { name: SUITE, ...totals } })}\n`;
  yield `  ${startTag({ name: 'testsuite', attributes: suite })}\n`;
  yield xml(properties(runProperties(head)), '    ');
  for await (const result of source.results()) yield xml(testCase(result), '    ');
  for (const element of skipped) yield xml(element, '    ');
  yield '  </testsuite>\n</testsuites>\n';
}

async function count({ results }: ReportSource): Promise<Counts> {
  let tests = 0;
  let failures = 0;
  let errors = 0;
  for await (const result of results()) {
    tests += 1;
    if (result.verdict !== 'broken') continue;
    if (result.response === null) errors += 1;
    else failures += 1;
  }
  return { tests, failures, errors };
}

function runProperties(head: ReportHead): Readonly<Record<string, string>> {
  const { tool, runId, target, environment, seed, status } = head;
  return { tool: `${tool.name} ${tool.version}`, run_id: runId, target, environment, seed, status };
}

function testCase(result: TestResult): XmlElement {
  const { name, timings } = result;
  return {
    name: 'testcase',
    // Readers key a case by class and name and drop repeated ones: both are stable from run to run, without ids.
    attributes: { classname: className(result), name, time: seconds(timings.totalMs) },
    // No properties: Jenkins' xUnit plugin refuses a file that has them here. Their content is in system-out.
    children: [...outcome(result), { name: 'system-out', attributes: {}, children: systemOut(result) }],
  };
}

/** One `failure` or `error` for a broken test: several are not understood everywhere. */
function outcome(result: TestResult): readonly XmlElement[] {
  if (result.verdict !== 'broken') return [];
  const all = result.errors;
  const first = all[0];
  return [
    {
      name: result.response === null ? 'error' : 'failure',
      attributes: { type: first?.code ?? 'broken', message: mainMessage(result) ?? 'broken' },
      // The message stands in the text as well: some readers show only that.
      children: [...causeLine(result), ...all.map(({ message }) => message), ...missingTexts(result)].join(
        '\n',
      ),
    },
  ];
}

function causeLine(result: TestResult): readonly string[] {
  const text = causeBehind(result);
  return text === null ? [] : [`Cause: ${text}`];
}

/** Where to look on, and what does not fail the test. */
function systemOut(result: TestResult): string {
  const { testId, from, trace, response, repeat, warnings } = result;
  return [
    `Test ID: ${testId}`,
    ...(from === undefined ? [] : [`From: ${from}`]),
    `HTTP status: ${response === null ? 'no answer' : response.status}`,
    `Sentry Trace: ${trace.traceId}`,
    ...(trace.url === null ? [] : [`Trace URL: ${trace.url}`]),
    ...(repeat === undefined ? [] : [repeatText(repeat)]),
    ...warnings.map(({ message }) => `Warning: ${message}`),
    ...missingTexts(result),
  ].join('\n');
}

/** One skipped case for all that was planned and not sent. */
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
