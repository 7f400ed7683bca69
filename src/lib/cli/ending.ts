/** The end of a command that reports a run: the reports, the errors, and the exit code. */

import { EXIT } from '../errors.ts';
import type { ReportHead } from '../model/report.ts';
import type { ReportSource } from '../model/report-source.ts';
import type { RenderOptions } from '../report/formatters/formatter.ts';
import { type Output, writeReport } from '../report/output/outputs.ts';
import { describeError, errorText } from './error-output.ts';

/** Writes all reports it can. @returns why the others could not be written */
export async function writeReports({
  outputs,
  source,
  print,
  screen,
  stop = null,
}: {
  readonly outputs: readonly Output[];
  readonly source: ReportSource;
  readonly print: (pieces: AsyncIterable<string>) => Promise<void>;
  /** What stdout can show, and how much of the report. */
  readonly screen: RenderOptions;
  /** Ends the wait for the reader of a pipe. */
  readonly stop?: AbortSignal | null;
}): Promise<readonly unknown[]> {
  const failures: unknown[] = [];
  // Stdout first: a file that cannot be written must not cost the user the report.
  const onStdout = outputs.filter(({ file }) => file === null);
  for (const { formatter } of onStdout.toSorted(sharedLast)) await print(formatter.render(source, screen));
  for (const { formatter, file } of outputs) {
    if (file === null) continue;
    await writeReport({ formatter, file, source, stop, full: screen.full === true }).catch(
      (thrown: unknown) => failures.push(thrown),
    );
  }
  return failures;
}

function sharedLast(a: Output, b: Output): number {
  return Number(a.formatter.sharesStdout === true) - Number(b.formatter.sharesStdout === true);
}

/** For the `github` reporter: the files that GitHub names. @returns why they could not be written */
export async function writeGithubFiles(
  reporters: readonly { readonly name: string }[],
  source: ReportSource,
): Promise<readonly unknown[]> {
  if (reporters.every(({ name }) => name !== 'github')) return [];
  const { addToStepOutputs, addToStepSummary } = await import('../report/output/github-files.ts');
  const failures: unknown[] = [];
  for (const [file = '', add] of [
    [process.env.GITHUB_STEP_SUMMARY, addToStepSummary],
    [process.env.GITHUB_OUTPUT, addToStepOutputs],
  ] as const)
    if (file !== '') await add(file, source).catch((thrown: unknown) => failures.push(thrown));
  return failures;
}

/**
 * Prints errors on stderr: stdout may already hold the report, as one JSON document.
 * @param failure why the run could not continue; its exit code comes before that of the tests, that of a missing report after it
 */
export function exitAfter({
  head,
  failure,
  unwritten,
}: {
  readonly head: ReportHead;
  readonly failure: unknown;
  readonly unwritten: readonly unknown[];
}): number {
  const errors = [...(failure === null ? [] : [failure]), ...unwritten].map((thrown) =>
    describeError(thrown),
  );
  for (const error of errors) process.stderr.write(errorText(error));
  const [first] = errors;
  const stopped = errors.find(({ exit }) => exit === EXIT.interrupted || exit === EXIT.terminated);
  if (stopped !== undefined) return stopped.exit;
  if (first === undefined || (failure === null && head.exitCode !== EXIT.ok)) return head.exitCode;
  return first.exit;
}
