/** One JSON document per line: `run` first, a `test` for each result, `summary` last. */
import type { RunEvent } from '../../model/event.ts';
import type { ReportHead, RunFacts } from '../../model/report.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import { terminalJson } from '../../terminal/text.ts';
import { factsOf } from '../digest/run-facts.ts';
import type { Formatter } from './formatter.ts';

export const ndjson: Formatter = {
  name: 'ndjson',
  description: 'One JSON document per line: the run, each test, the summary.',
  extension: 'ndjson',
  render,
  live,
};

/** The first line, with its newline: the facts known before the first webhook is sent. */
export function runLine(facts: RunFacts): string {
  // Callers may pass a complete head; only its facts belong here.
  const { source: _lines, ...known } = factsOf(facts);
  return line({ type: 'run', ...known });
}

/** One judged test, with its newline. */
export function testLine(result: TestResult): string {
  return line({ type: 'test', ...result });
}

/** The last line, with its newline: the report without its results. */
export function summaryLine(head: ReportHead): string {
  return line({ type: 'summary', ...head });
}

/** The lines that {@link render} writes, during the run. */
function live(event: RunEvent): string | null {
  switch (event.type) {
    case 'runStarted':
      return runLine(event.facts);
    case 'testJudged':
      return testLine(event.result);
    case 'runFinished':
      return summaryLine(event.head);
    default:
      return null;
  }
}

async function* render({ head, results }: ReportSource): AsyncGenerator<string> {
  yield runLine(head);
  for await (const result of results()) yield testLine(result);
  yield summaryLine(head);
}

function line(value: object): string {
  return `${terminalJson(value)}\n`;
}
