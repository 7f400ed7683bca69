/** The report as TAP version 14 (testanything.org): one line per test, with a YAML block for details. */
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import { terminalJson, terminalText } from '../../terminal/text.ts';
import { urgencyOf } from '../digest/urgency.ts';
import { type Fact, factsOf } from './facts.ts';
import type { Formatter } from './formatter.ts';
import { findingsOf } from './pretty/digest.ts';
import { problemLine } from './problem-line.ts';
import { repeatText } from './repeat-text.ts';
import { headlineOf, missingTexts, notSentText } from './test-cases.ts';
import { statusTitle } from './words.ts';

export const tap: Formatter = {
  name: 'tap',
  description: 'Test Anything Protocol, version 14.',
  extension: 'tap',
  render,
};

async function* render(source: ReportSource): AsyncGenerator<string> {
  const { head } = source;
  yield 'TAP version 14\n';
  yield `# ${statusTitle(head)}: ${terminalText(await headlineOf(source))}\n`;
  let number = 0;
  for await (const result of source.results()) {
    number += 1;
    yield testPoint(result, { number, source });
  }
  const notSent = notSentText(head);
  if (notSent !== null) {
    number += 1;
    yield `ok ${number} - not sent # SKIP ${described(notSent)}\n`;
  }
  yield `1..${number}\n`;
}

function testPoint(
  result: TestResult,
  { number, source }: { readonly number: number; readonly source: ReportSource },
): string {
  const { response, trace } = result;
  const findings = findingsOf(result);
  const { scenario } = result;
  const urgency = urgencyOf(result);
  const known = urgency === 'broken' ? factsOf(result, { ...source, scenarios: [scenario] }) : [];
  const facts: readonly (readonly [key: string, value: unknown])[] = [
    ...(urgency === 'passed' ? [] : [['message', problemLine([scenario], result)] as const]),
    ...(urgency === 'broken' ? [['severity', 'fail'] as const] : []),
    ...known.flatMap(keyOf),
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

/** The trace has keys of its own. */
function keyOf({ label, text, url }: Fact): readonly (readonly [key: string, value: string])[] {
  if (label === 'Trace') return [];
  return [[label.toLowerCase(), label === 'Issue' && url !== null ? url : text]];
}

/** `#` would begin a directive; a backslash escapes it. */
function described(text: string): string {
  return terminalText(text).replace(/[\\#]/g, '\\$&');
}
