/** Reads the reports of finished runs, and writes them in any of the formats. */
import type { Report } from '../model/report.ts';
import type { ReportSource } from '../model/report-source.ts';
import { FILE_SCREEN } from '../terminal/capabilities.ts';
import { homeFolders } from './home-folders.ts';
import { publicError } from './public-error.ts';

/**
 * The report as the text of a file, as `--reporter NAME=PATH` writes it.
 * @param reporter `pretty`, `json`, `junit`, `markdown`, … (docs/reports.md)
 * @throws ProdE2eError `UNKNOWN_REPORTER`, with the nearest name and all names
 */
export async function renderReport(report: Report, reporter: string): Promise<string> {
  const { loadFormatter } = await import('../report/formatters/table.ts');
  const { render } = await loadFormatter(reporter);
  const { results: all, ...head } = report;
  const results = async function* () {
    yield* all;
  };
  let text = '';
  for await (const piece of render({ savedAs: null, head, results }, FILE_SCREEN)) text += piece;
  return text;
}

/**
 * The report of a saved run, or of one that was written as JSON.
 * @param run id, unique prefix of one, path of a run's folder or of a JSON report, `latest` (default) or `last-green`
 * @param options.dataDir where runs are saved; the folder of the command line by default
 * @throws ProdE2eError `UNKNOWN_RUN`, `AMBIGUOUS_RUN`, `NO_RUNS`, `NO_GREEN_RUN`, `RUN_UNREADABLE`, `REPORT_UNREADABLE`
 */
export async function readReport(
  run = 'latest',
  options: { readonly dataDir?: string } = {},
): Promise<Report> {
  const { findBaseline, noGreenRun } = await import('../report/compare/baseline.ts');
  const dataDir = options.dataDir ?? homeFolders(process.env).data;
  try {
    const source = await findBaseline({ dataDir, reference: run, like: null, before: null });
    if (source === null) throw noGreenRun(null);
    return await completeReport(source);
  } catch (thrown) {
    throw publicError(thrown, []);
  }
}

/** Includes all results at once, so that a program has the whole report. */
export async function completeReport({
  head,
  results,
}: Pick<ReportSource, 'head' | 'results'>): Promise<Report> {
  const all = [];
  for await (const result of results()) all.push(result);
  return { ...head, results: all };
}
