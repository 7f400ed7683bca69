/** Implements `prod-e2e report show` for the run that was found: all of it, or one test. */
import { ProdE2eError } from '../../errors.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { RenderOptions } from '../../report/formatters/formatter.ts';
import { loadFormatter } from '../../report/formatters/table.ts';
import { resultOf } from '../../report/history/one-result.ts';
import { terminalJson } from '../../terminal/text.ts';
import { writeGithubFiles } from '../ending.ts';

export interface ShownReport {
  readonly source: ReportSource;
  readonly reporter: string;
  readonly screen: RenderOptions;
  readonly print: (pieces: AsyncIterable<string> | Iterable<string>) => Promise<void>;
}

/**
 * @param options.filesFor the requested reporter: `github` also writes the summary and the outputs of the step
 * @throws ProdE2eError `UNKNOWN_REPORTER`, `REPORT_PATH`
 */
export async function showReport(
  { source, reporter, screen, print }: ShownReport,
  { filesFor }: { readonly filesFor: string },
): Promise<void> {
  const formatter = await loadFormatter(reporter);
  await print(formatter.render(source, screen));
  const [failure] = await writeGithubFiles([{ name: filesFor }], source);
  if (failure !== undefined) throw failure;
}

/** @throws ProdE2eError `UNKNOWN_REPORTER`, `NO_SUCH_TEST`, `ONE_TEST_REPORTER` */
export async function showTest(
  { source, reporter, screen, print }: ShownReport,
  test: string,
): Promise<void> {
  const { name } = await loadFormatter(reporter);
  if (name !== 'pretty' && name !== 'json') {
    throw new ProdE2eError(`The ${name} reporter cannot show a single test.`, {
      code: 'ONE_TEST_REPORTER',
      hints: [
        `Without --reporter: prod-e2e report show ${source.savedAs ?? source.head.runId} ${test}`,
        'For machine-readable output, add --json.',
      ],
    });
  }
  const result = await resultOf(source, test);
  if (name === 'json') return print([`${terminalJson(result, 2)}\n`]);
  const { renderTest } = await import('../../report/formatters/pretty/test.ts');
  await print(renderTest({ source, result }, screen));
}
