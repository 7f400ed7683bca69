/** What `prod-e2e report open` does with the run it found. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadFormatter } from '../../report/formatters/table.ts';
import { readSavedRun } from '../../report/history/history.ts';
import { resultOf } from '../../report/history/one-result.ts';
import { writeReport } from '../../report/output/outputs.ts';
import { isRegular } from '../../report/store/regular-file.ts';

/** In the folder of the run; written anew each time, since a newer version may draw it better. */
const PAGE_FILE = 'report.html';

/**
 * @param options.test number of the test that the address leads to; null for the top
 * @throws ProdE2eError `NO_SUCH_TEST`, `REPORT_PATH`, `RUN_UNREADABLE`, `RUN_TOO_NEW`
 */
export async function writePage({
  folder,
  dataDir,
  test,
}: {
  readonly folder: string;
  readonly dataDir: string;
  readonly test: number | null;
}): Promise<{ readonly runId: string; readonly file: string; readonly address: URL }> {
  const source = await readSavedRun(folder, dataDir);
  if (test !== null) await resultOf(source, test);
  const file = path.join(folder, PAGE_FILE);
  // What is no file, such as a pipe, is not written to: the page takes its place.
  if (!isRegular(file)) await rm(file, { force: true });
  await writeReport({ formatter: await loadFormatter('html'), file, source });
  const address = pathToFileURL(file);
  // The id that the page gives it.
  if (test !== null) address.hash = `t-${test}`;
  return { runId: source.head.runId, file, address };
}
