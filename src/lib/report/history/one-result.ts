/** One test of a saved run: how it is named on the command line and how it is found. */
import { ProdE2eError } from '../../errors.ts';
import type { ReportSource } from '../../model/report-source.ts';
import type { TestResult } from '../../model/result.ts';
import { TEST_ID } from '../../model/run-id.ts';

/** Test numbers have at most seven digits (a million tests); the shortest run id prefix that names a day has eight. */
const TEST_NUMBER = /^[1-9]\d{0,6}$/;
const TRACE_ID = /^[0-9a-f]{32}$/i;
/** Ranges of numbers named in an error. */
const RANGES_SHOWN = 10;

/** A run and one of its tests, by number, test id or trace id; `test` is null for the entire run. */
export interface ShownPart {
  readonly run: string;
  readonly test: string | null;
}

/**
 * The arguments of `report show` and `report open`: none, a run, a test of the latest run, a test id, or a run and a test of it.
 * @throws ProdE2eError `TEST_NUMBER`
 */
export function requestedPart(first: string | undefined, second: string | undefined): ShownPart {
  if (first === undefined) return { run: 'latest', test: null };
  if (second !== undefined) return { run: first, test: testName(second) };
  if (TEST_NUMBER.test(first) || TRACE_ID.test(first)) return { run: 'latest', test: first };
  const [, run] = TEST_ID.exec(first) ?? [];
  return run === undefined ? { run: first, test: null } : { run, test: first };
}

function testName(text: string): string {
  if (TEST_NUMBER.test(text) || TEST_ID.test(text) || TRACE_ID.test(text)) return text;
  throw new ProdE2eError(`"${text}" is not a result number, test id or trace id.`, {
    code: 'TEST_NUMBER',
    hints: ['Pass the run first: prod-e2e report show latest 3. The report shows the number of each test.'],
  });
}

/** @param test its number, test id or trace id @throws ProdE2eError `NO_SUCH_TEST`, with the existing numbers */
export async function resultOf(source: ReportSource, test: string): Promise<TestResult> {
  const traceId = test.toLowerCase();
  for await (const result of source.results()) {
    if (String(result.index) === test || result.testId === test || result.trace.traceId === traceId)
      return result;
  }
  const numbers = await testNumbers(source);
  const { runId } = source.head;
  throw new ProdE2eError(
    TEST_NUMBER.test(test)
      ? `Run ${runId} has no test ${test}.`
      : `Run ${runId} has no test with the id ${test}.`,
    {
      code: 'NO_SUCH_TEST',
      hints: numbers === '' ? ['It has no results.'] : [`Its tests: ${numbers}.`],
    },
  );
}

/** `1-5`, or `1-3, 7` if some are missing; empty without results. */
export async function testNumbers(source: ReportSource): Promise<string> {
  const numbers: number[] = [];
  for await (const { index } of source.results()) numbers.push(index);
  numbers.sort((a, b) => a - b);
  const ranges: { readonly from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && number <= last.to + 1) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  const shown = ranges
    .slice(0, RANGES_SHOWN)
    .map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`));
  const hidden = ranges.length - shown.length;
  return shown.join(', ') + (hidden > 0 ? ` and ${numbers.length} in all` : '');
}
