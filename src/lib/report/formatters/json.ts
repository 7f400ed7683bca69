/** The complete report as one JSON document, written one result at a time. */
import type { ReportSource } from '../../model/report-source.ts';
import { terminalJson } from '../../terminal/text.ts';
import type { Formatter } from './formatter.ts';

export const json: Formatter = {
  name: 'json',
  description: 'The whole report as one JSON document (schemas/report.schema.json).',
  extension: 'json',
  render,
};

async function* render({ head, results }: ReportSource): AsyncGenerator<string> {
  // The head's closing brace is cut off here and written after the results.
  yield `${terminalJson(head, 2).slice(0, -2)},\n  "results": [`;
  let separator = '\n    ';
  for await (const result of results()) {
    yield separator + terminalJson(result);
    separator = ',\n    ';
  }
  yield separator.startsWith(',') ? '\n  ]\n}\n' : ']\n}\n';
}
