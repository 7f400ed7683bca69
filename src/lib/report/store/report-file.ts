/** Reads a JSON report from a file, to use it as a baseline. */
import { readFile, stat } from 'node:fs/promises';
import { messageOf, ProdE2eError } from '../../errors.ts';
import type { ReportSource } from '../../model/report-source.ts';
import { isReportHead, isTestResult } from './report-shapes.ts';
import { withLaterFields } from './saved-head.ts';
import { isRecord, parsed } from './saved-json.ts';

/** Maximum size of a file that is read: about 100,000 tests. */
const MAX_BYTES = 256 * 1_048_576;

/** @throws ProdE2eError `REPORT_UNREADABLE` */
export async function readReportFile(file: string): Promise<ReportSource> {
  const document = parsed(await textOf(file));
  if (!isRecord(document) || !Array.isArray(document.results))
    throw unreadable(file, 'it is not a JSON report');
  const { results, ...written } = document;
  const head = withLaterFields(written);
  if (!isReportHead(head)) throw unreadable(file, 'it is not a JSON report of this version');
  const readable = results.filter(isTestResult);
  if (readable.length < results.length) throw unreadable(file, 'some of its results are damaged');
  return {
    savedAs: null,
    head,
    results: async function* () {
      yield* readable;
    },
  };
}

async function textOf(file: string): Promise<string> {
  try {
    const stats = await stat(file);
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (stats.size > MAX_BYTES) throw new Error('it is larger than 256 MiB');
    return decoded(await readFile(file));
  } catch (thrown) {
    throw unreadable(file, messageOf(thrown));
  }
}

/** Decodes by byte order mark, because a shell may save UTF-16. @throws Error for invalid bytes */
function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Error(`it is not ${encoding.toUpperCase()}`);
  }
}

function unreadable(file: string, why: string): ProdE2eError {
  return new ProdE2eError(`The report ${file} cannot be read (${why}).`, {
    code: 'REPORT_UNREADABLE',
    hints: ['Write one with --reporter json=baseline.json, or use a saved run: prod-e2e report list'],
  });
}
