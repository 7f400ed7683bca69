/** Implements `prod-e2e report list --reporter` and `prod-e2e report open --history`: the history of all saved runs. */
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ProdE2eError, unknownName } from '../../errors.ts';
import { type Histories, readHistories } from '../../report/history/histories.ts';
import type { UnreadableRun } from '../../report/history/history.ts';
import { writeWhole } from '../../report/output/outputs.ts';
import { makeFolders } from '../../report/store/folders.ts';
import { isRegular } from '../../report/store/regular-file.ts';
import { terminalJson } from '../../terminal/text.ts';
import { unreadableLines } from '../../view/run-list.ts';
import { writeStderr } from '../stderr-text.ts';
import { PAGE_FILE } from './open.ts';

/** In the data folder; written again each time. */
const HISTORY_FILE = 'history.html';

const FORMATS = ['html', 'json'] as const;
type Format = (typeof FORMATS)[number];

interface Output {
  readonly format: Format;
  /** Null for stdout. */
  readonly file: string | null;
}

/**
 * @param options.reporters `NAME` or `NAME=PATH`
 * @param options.json stdout already has another document
 * @returns whether something was written to stdout
 * @throws ProdE2eError `UNKNOWN_REPORTER`, `REPORTERS_ON_STDOUT`, `REPORT_PATH`, `STORE_UNAVAILABLE`
 */
export async function writeHistories({
  dataDir,
  reporters,
  json,
  print,
}: {
  readonly dataDir: string;
  readonly reporters: readonly string[];
  readonly json: boolean;
  readonly print: (text: string) => Promise<void>;
}): Promise<boolean> {
  const outputs = reporters.map(toOutput);
  const onStdout = outputs.filter(({ file }) => file === null);
  const last = onStdout.at(-1);
  if (last !== undefined && onStdout.length + (json ? 1 : 0) > 1) {
    throw new ProdE2eError('Only one report fits on stdout.', {
      code: 'REPORTERS_ON_STDOUT',
      hints: [`Write it to a file: --reporter ${last.format}=history.${last.format}`],
    });
  }
  const histories = await readAll(dataDir, last === undefined ? () => {} : reportUnreadable);
  for (const { format, file } of outputs) {
    if (file === null) await print(await contentOf(histories, { format, folder: process.cwd() }));
    else await writeHistory(histories, { format, file });
  }
  return last !== undefined;
}

/** @throws ProdE2eError `REPORT_PATH`, `STORE_UNAVAILABLE` */
export async function writeHistoryPage(
  dataDir: string,
): Promise<{ readonly file: string; readonly address: URL }> {
  const file = path.join(dataDir, HISTORY_FILE);
  const histories = await readAll(dataDir, reportUnreadable);
  // Do not write into a pipe or the like: the page replaces it.
  if (!isRegular(file)) await rm(file, { force: true });
  await writeHistory(histories, { format: 'html', file });
  return { file, address: pathToFileURL(file) };
}

function toOutput(text: string): Output {
  const at = text.indexOf('=');
  const [name, file] = at < 0 ? [text, '-'] : [text.slice(0, at), text.slice(at + 1)];
  const format = FORMATS.find((known) => known === name);
  if (format === undefined)
    throw unknownName({ what: 'history reporter', typed: name, known: FORMATS, code: 'UNKNOWN_REPORTER' });
  return { format, file: file === '-' || file === '' ? null : path.resolve(file) };
}

async function readAll(dataDir: string, report: (runs: readonly UnreadableRun[]) => void) {
  const unreadable: UnreadableRun[] = [];
  const histories = await readHistories(dataDir, (run) => unreadable.push(run));
  report(unreadable);
  return histories;
}

function reportUnreadable(runs: readonly UnreadableRun[]): void {
  for (const line of unreadableLines(runs)) writeStderr(`${line}\n`);
}

async function writeHistory(
  histories: Histories,
  { format, file }: { readonly format: Format; readonly file: string },
): Promise<void> {
  const folder = path.dirname(file);
  const content = await contentOf(histories, { format, folder });
  try {
    makeFolders(folder, 0o700);
  } catch {
    // Writing gives the reason.
  }
  await writeWhole({ name: format, file, content: () => [content], stop: null, hints: [] });
}

async function contentOf(
  histories: Histories,
  { format, folder }: { readonly format: Format; readonly folder: string },
): Promise<string> {
  if (format === 'json') return `${terminalJson(histories, 2)}\n`;
  const { historyPage } = await import('../../report/history-page/page.ts');
  return historyPage(histories, (runId) => pageOf(runId, folder));
}

/** Names in a published folder, and in the data folder. */
function pageOf(runId: string, folder: string): string | null {
  const places = [[`${runId}.html`], ['runs', runId, PAGE_FILE]];
  const place = places.find((parts) => existsSync(path.join(folder, ...parts)));
  return place === undefined ? null : place.map(encodeURIComponent).join('/');
}
