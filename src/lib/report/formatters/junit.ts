/** The report as JUnit XML in its common form, adapted to the quirks of its readers. */
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
  /** Judged and broken. */
  readonly failures: number;
  /** Without a response, so there was nothing to judge. */
  readonly errors: number;
}

async function* render(source: ReportSource): AsyncGenerator<string> {
  const { head } = source;
  // The counts precede the test cases, and the head does not distinguish failures from errors.
  const counts = await count(source);
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
    // Readers identify a case by class and name and drop duplicates, so both are stable across runs and contain no ids.
    attributes: { classname: className(result), name, time: seconds(timings.totalMs) },
    // No properties here: Jenkins' xUnit plugin refuses files with them. Their content is in system-out.
    children: [...outcome(result), { name: 'system-out', attributes: {}, children: systemOut(result) }],
  };
}

/** A single `failure` or `error` per broken test, because some readers do not support several. */
function outcome(result: TestResult): readonly XmlElement[] {
  if (result.verdict !== 'broken') return [];
  const all = result.errors;
  const first = all[0];
  return [
    {
      name: result.response === null ? 'error' : 'failure',
      attributes: { type: first?.code ?? 'broken', message: mainMessage(result) ?? 'broken' },
      // The message is repeated in the text, because some readers show only that.
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

/** Links to the evidence, and findings that do not fail the test. */
function systemOut(result: TestResult): string {
  const { testId, from, trace, response, repeat, warnings } = result;
  return [
    `Test ID: ${testId}`,
    ...(from === undefined ? [] : [`From: ${from}`]),
    `HTTP status: ${response === null ? 'no response' : response.status}`,
    `Sentry Trace: ${trace.traceId}`,
    ...(trace.url === null ? [] : [`Trace URL: ${trace.url}`]),
    ...(repeat === undefined ? [] : [repeatText(repeat)]),
    ...warnings.map(({ message }) => `Warning: ${message}`),
    ...missingTexts(result),
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
