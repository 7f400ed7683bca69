/** A report that was written as JSON, read again: a baseline that travels as a file. */
import { readFile, stat } from 'node:fs/promises';
import { messageOf, ProdE2eError } from '../errors.ts';
import type { ReportHead, ReportSource } from '../model/report.ts';
import { isHead, withLaterFields } from './head-shape.ts';
import { isRecord, parsed } from './kept-json.ts';
import { isResult } from './kept-result.ts';

/** A larger file is not read whole: some 100,000 tests. */
const LARGEST_BYTES = 256 * 1_048_576;

/** @throws ProdE2eError `REPORT_UNREADABLE` */
export async function readReportFile(file: string): Promise<ReportSource> {
  const document = parsed(await textOf(file));
  if (!isRecord(document) || !Array.isArray(document.results)) throw unreadable(file, 'it is no JSON report');
  const { results, ...written } = document;
  const head = withLaterFields(written);
  if (!isWholeHead(head)) throw unreadable(file, 'it is no JSON report of this version');
  const readable = results.filter(isResult);
  if (readable.length < results.length) throw unreadable(file, 'some of its results are damaged');
  return {
    savedAs: null,
    head,
    results: async function* () {
      yield* readable;
    },
  };
}

function isWholeHead(head: unknown): head is ReportHead {
  // A run that was cut off has no end, but else all that a report has.
  return isRecord(head) && isHead(head.endedAt === null ? { ...head, endedAt: '' } : head);
}

async function textOf(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > LARGEST_BYTES) throw new Error('it is larger than 256 MiB');
    return await readFile(file, 'utf8');
  } catch (thrown) {
    throw unreadable(file, messageOf(thrown));
  }
}

function unreadable(file: string, why: string): ProdE2eError {
  return new ProdE2eError(`The report ${file} cannot be read (${why}).`, {
    code: 'REPORT_UNREADABLE',
    hints: ['Write one with --reporter json=baseline.json, or name a kept run: prod-e2e report list'],
  });
}
