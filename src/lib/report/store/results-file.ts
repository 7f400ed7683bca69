/** Reads the results of a saved run. */
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { codeOf } from '../../errors.ts';
import type { TestResult } from '../../model/result.ts';
import { isRegular } from './regular-file.ts';
import { isTestResult } from './report-shapes.ts';
import { parsed } from './saved-json.ts';
import { RESULTS_FILE, VERIFIED_FILE } from './store.ts';

/** A longer line, in characters, is damaged: a result has at most 16,384 characters of a response, and webhooks are far smaller. */
const LINE_LIMIT = 16 * 1024 * 1024;

/**
 * All results in a run's folder, each in its latest version.
 * @param onDamage called for each complete line that is not a valid result; the cut-off last line of a killed run is not one
 */
export async function* readRunResults(folder: string, onDamage = () => {}): AsyncIterable<TestResult> {
  const verified = new Map<string, TestResult>();
  for await (const result of readResults(path.join(folder, VERIFIED_FILE), () => {}))
    verified.set(result.testId, result);
  for await (const result of readResults(path.join(folder, RESULTS_FILE), onDamage)) {
    yield verified.get(result.testId) ?? result;
  }
}

/** Every complete line; cut-off and damaged lines are skipped. */
async function* readResults(file: string, onDamage: () => void): AsyncIterable<TestResult> {
  try {
    for await (const { text, isComplete: isWhole } of readLines(file)) {
      const result = text === null ? null : parsed(text);
      if (isTestResult(result)) yield result;
      else if (isWhole) onDamage();
    }
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT') throw thrown;
  }
}

interface Line {
  /** Null if it is longer than any line of ours. */
  readonly text: string | null;
  /** Whether the line ends with a newline. */
  readonly isComplete: boolean;
}

/** Splits at `\n` only. node:readline would also split at U+2028, which JSON leaves unescaped in strings. */
export async function* readLines(file: string): AsyncIterable<Line> {
  if (!isRegular(file)) return;
  let rest: string | null = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const [first = '', ...others] = String(chunk).split('\n');
    const last = others.pop();
    rest = joined(rest, first);
    if (last === undefined) continue;
    yield { text: rest, isComplete: true };
    for (const text of others) yield { text, isComplete: true };
    rest = last;
  }
  if (rest !== '') yield { text: rest, isComplete: false };
}

/** An endless line is not kept in memory. */
function joined(begun: string | null, more: string): string | null {
  if (begun === null || begun.length + more.length > LINE_LIMIT) return null;
  return begun + more;
}
