/** Implements `prod-e2e report open` for the run that was found. */
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadFormatter } from '../../report/formatters/table.ts';
import { readSavedRun } from '../../report/history/history.ts';
import { resultOf } from '../../report/history/one-result.ts';
import { writeReport } from '../../report/output/outputs.ts';
import { isRegular } from '../../report/store/regular-file.ts';

/** In the folder of the run; written again each time, because a newer version may draw it better. */
export const PAGE_FILE = 'report.html';

/**
 * @param options.test number, test id or trace id of the test to jump to; null for the top
 * @throws ProdE2eError `NO_SUCH_TEST`, `REPORT_PATH`, `RUN_UNREADABLE`, `RUN_TOO_NEW`
 */
export async function writePage({
  folder,
  dataDir,
  test,
}: {
  readonly folder: string;
  readonly dataDir: string;
  readonly test: string | null;
}): Promise<{ readonly runId: string; readonly file: string; readonly address: URL }> {
  const source = await readSavedRun(folder, dataDir);
  const result = test === null ? null : await resultOf(source, test);
  const file = path.join(folder, PAGE_FILE);
  // Do not write into a pipe or the like: the page replaces it.
  if (!isRegular(file)) await rm(file, { force: true });
  await writeReport({ formatter: await loadFormatter('html'), file, source });
  const address = pathToFileURL(file);
  // The id of the test on the page.
  if (result !== null) address.hash = `test-${result.index}`;
  return { runId: source.head.runId, file, address };
}
