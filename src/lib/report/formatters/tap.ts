/** The report as TAP version 14 (testanything.org): one line per test, with a YAML block for details. */
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import { terminalJson, terminalText } from '../../terminal/text.ts';
import { mainMessage } from '../cause-text.ts';
import type { Formatter } from './formatter.ts';
import { findingsOf } from './pretty/digest.ts';
import { repeatText } from './repeat-text.ts';
import { missingTexts, notSentText } from './test-cases.ts';

export const tap: Formatter = {
  name: 'tap',
  description: 'Test Anything Protocol, version 14.',
  extension: 'tap',
  render,
};

async function* render({ head, results }: ReportSource): AsyncGenerator<string> {
  yield 'TAP version 14\n';
  let number = 0;
  for await (const result of results()) {
    number += 1;
    yield testPoint(result, number);
  }
  const notSent = notSentText(head);
  if (notSent !== null) {
    number += 1;
    yield `ok ${number} - not sent # SKIP ${described(notSent)}\n`;
  }
  // TAP allows the plan at the end, so nothing has to be counted first.
  yield `1..${number}\n`;
}

function testPoint(result: TestResult, number: number): string {
  const { response, trace } = result;
  const findings = findingsOf(result);
  const facts: readonly (readonly [key: string, value: unknown])[] = [
    ...(result.errors[0] === undefined ? [] : [['message', mainMessage(result) ?? ''] as const]),
    ...(result.verdict === 'broken' ? [['severity', 'fail'] as const] : []),
    ['duration_ms', result.timings.totalMs],
    ['http_status', response?.status ?? null],
    ['test_id', result.testId],
    ['trace_id', trace.traceId],
    ...(trace.url === null ? [] : [['trace_url', trace.url] as const]),
    ...(result.from === undefined ? [] : [['from', result.from] as const]),
    ...(result.repeat === undefined ? [] : [['resent', repeatText(result.repeat)] as const]),
    ...(result.flaky ? [['flaky', true] as const] : []),
    ...(findings.length === 0 ? [] : [['findings', findings.map(({ message }) => message)] as const]),
    ...(result.missingData.length === 0 ? [] : [['missing', missingTexts(result)] as const]),
  ];
  const outcome = result.verdict === 'working' ? 'ok' : 'not ok';
  return [
    `${outcome} ${number} - ${described(result.name)}`,
    '  ---',
    // JSON is valid YAML, so no separate quoting rules are needed.
    ...facts.map(([key, value]) => `  ${key}: ${terminalJson(value)}`),
    '  ...',
    '',
  ].join('\n');
}

/** `#` would begin a directive; a backslash escapes it. */
function described(text: string): string {
  return terminalText(text).replace(/[\\#]/g, '\\$&');
}
