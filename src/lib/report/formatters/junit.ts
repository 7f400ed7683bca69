/** The report as JUnit XML, in the de-facto shape and with the quirks of its readers in mind. */
import type { ReportHead, ReportSource } from '../../model/report.ts';
import type { TestResult } from '../../model/result.ts';
import { againText } from './again.ts';
import type { Formatter } from './formatter.ts';
import { startTag, type XmlElement, xml } from './xml.ts';

export const junit: Formatter = {
  name: 'junit',
  description: 'JUnit XML, for test views of CI systems.',
  extension: 'xml',
  render,
};

const SUITE = 'prod-e2e';

interface Counts {
  readonly tests: number;
  /** Judged and found broken. */
  readonly failures: number;
  /** Not answered, so there was nothing to judge. */
  readonly errors: number;
}

async function* render(source: ReportSource): AsyncGenerator<string> {
  const { head } = source;
  // The counts stand before the test cases, and the head does not tell failures from errors.
  const counts = await count(source);
  const skipped = notSent(head);
  const totals = {
    tests: counts.tests + skipped.length,
    failures: counts.failures,
    errors: counts.errors,
    skipped: skipped.length,
    time: seconds(head.durationMs ?? 0),
  };
  // Dates as the schemas in use write them: UTC without a zone.
  const timestamp = head.startedAt.replace(/(?:\.\d+)?Z$/, '');
  yield '<?xml version="1.0" encoding="UTF-8"?>\n';
  yield `${startTag({ name: 'testsuites', attributes: { name: SUITE, ...totals } })}\n`;
  yield `  ${startTag({ name: 'testsuite', attributes: { name: SUITE, ...totals, timestamp } })}\n`;
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
  const { testId, trace, scenario, name, timings } = result;
  const url = trace.url === null ? {} : { trace_url: trace.url };
  return {
    name: 'testcase',
    // Readers key a case by class and name and drop repeated ones: both are stable from run to run, without ids.
    attributes: { classname: `${SUITE}.${scenario}`, name, time: seconds(timings.totalMs) },
    children: [
      properties({
        test_id: testId,
        trace_id: trace.traceId,
        ...url,
        ...(result.repeat === undefined ? {} : { sent_again: result.repeat.treatedAs }),
      }),
      ...outcome(result),
      { name: 'system-out', attributes: {}, children: systemOut(result) },
    ],
  };
}

/** One `failure` or `error` for a broken test: several are not understood everywhere. */
function outcome(result: TestResult): readonly XmlElement[] {
  if (result.verdict !== 'broken') return [];
  const all = result.errors;
  const first = all[0];
  const missing = result.missingData.map(({ field, level }) => `Missing data: ${field} (${level})`);
  return [
    {
      name: result.response === null ? 'error' : 'failure',
      attributes: { type: first?.code ?? 'broken', message: first?.message ?? 'broken' },
      // The message stands in the text as well: some readers show only that.
      children: [...all.map(({ message }) => message), ...missing].join('\n'),
    },
  ];
}

/** The same facts as the properties, which some readers drop, and what does not fail the test. */
function systemOut(result: TestResult): string {
  const { testId, from, trace, response, repeat, warnings, missingData } = result;
  return [
    `Test ID: ${testId}`,
    ...(from === undefined ? [] : [`From: ${from}`]),
    `HTTP status: ${response === null ? 'no answer' : response.status}`,
    `Sentry Trace: ${trace.traceId}`,
    ...(trace.url === null ? [] : [`Trace URL: ${trace.url}`]),
    ...(repeat === undefined ? [] : [againText(repeat)]),
    ...warnings.map(({ message }) => `Warning: ${message}`),
    ...missingData.map(({ field, level }) => `Missing data: ${field} (${level})`),
  ].join('\n');
}

/** One skipped case for all that was planned and not sent. */
function notSent({ summary, skippedBecause }: ReportHead): readonly XmlElement[] {
  if (summary.skipped === 0) return [];
  const because = skippedBecause === null ? '' : `: ${skippedBecause}`;
  const message = `${summary.skipped} planned webhooks were not sent${because}`;
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
