/** The files in which GitHub Actions collects a step's summary (Markdown) and its outputs for later steps. */
import { appendFile, stat } from 'node:fs/promises';
import { messageOf, ProdE2eError } from '../../errors.ts';
import type { ReportSource } from '../../model/report-source.ts';
import { FILE_SCREEN } from '../../terminal/capabilities.ts';
import { markdown } from '../formatters/markdown.ts';

/** GitHub refuses a step's entire summary above this size, in bytes. */
const MAX_SUMMARY_BYTES = 1_048_576;

/**
 * Appends the report. If it does not fit, it is cut after a line and a note is added.
 * @throws ProdE2eError `REPORT_PATH`
 */
export async function addToStepSummary(file: string, source: ReportSource): Promise<void> {
  try {
    const there = await stat(file).then(
      ({ size }) => size,
      () => 0,
    );
    let text = there === 0 ? '' : '\n';
    for await (const piece of markdown.render(source, FILE_SCREEN)) text += piece;
    await appendFile(file, fitting(text, { room: MAX_SUMMARY_BYTES - there, savedAs: source.savedAs }), {
      mode: 0o600,
    });
  } catch (thrown) {
    throw new ProdE2eError(`The step summary cannot be added to ${file} (${messageOf(thrown)}).`, {
      code: 'REPORT_PATH',
      hints: ['GITHUB_STEP_SUMMARY is set by GitHub; unset it elsewhere.'],
      cause: thrown,
    });
  }
}

/** Traces of broken tests passed to later steps. */
const TRACES_GIVEN = 20;

/**
 * Adds `status`, `run-id` and `trace-ids`: a JSON list of the traces of the first broken tests.
 * @throws ProdE2eError `REPORT_PATH`
 */
export async function addToStepOutputs(file: string, source: ReportSource): Promise<void> {
  const { status, runId } = source.head;
  const traceIds: string[] = [];
  for await (const { verdict, trace } of source.results()) {
    if (traceIds.length === TRACES_GIVEN) break;
    if (verdict === 'broken') traceIds.push(trace.traceId);
  }
  const outputs = { status, 'run-id': runId, 'trace-ids': JSON.stringify(traceIds) };
  // An outside report may contain anything; a line break would start another output.
  const lines = Object.entries(outputs).map(
    ([name, value]) => `${name}=${value.replaceAll(/[\r\n]/g, ' ')}\n`,
  );
  try {
    await appendFile(file, lines.join(''), { mode: 0o600 });
  } catch (thrown) {
    throw new ProdE2eError(`The outputs of the step cannot be added to ${file} (${messageOf(thrown)}).`, {
      code: 'REPORT_PATH',
      hints: ['GITHUB_OUTPUT is set by GitHub; unset it elsewhere.'],
      cause: thrown,
    });
  }
}

/** Empty if not even the note about the cut fits. @param options.room in bytes */
export function fitting(
  text: string,
  { room, savedAs }: { readonly room: number; readonly savedAs: string | null },
): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= room) return text;
  const where = savedAs === null ? '' : ` The whole report: prod-e2e report show ${savedAs}`;
  const cut = `\n… cut: a step summary holds 1 MiB.${where}\n`;
  const left = room - Buffer.byteLength(cut);
  if (left <= 0) return '';
  const end = bytes.lastIndexOf('\n', left - 1);
  return end === -1 ? cut.slice(1) : bytes.toString('utf8', 0, end + 1) + cut;
}
