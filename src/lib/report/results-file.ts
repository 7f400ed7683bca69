/** Reads `results.ndjson` of a kept run. */
import { createReadStream } from 'node:fs';
import { codeOf } from '../errors.ts';
import type { TestResult } from '../model.ts';
import { isRecord, parsed } from './kept-json.ts';

/** Every complete line; one that was cut off or damaged is passed over, those after it are not. */
export async function* readResults(file: string): AsyncIterable<TestResult> {
  try {
    for await (const line of readLines(file)) {
      const result = parsed(line);
      if (isResult(result)) yield result;
    }
  } catch (thrown) {
    if (codeOf(thrown) !== 'ENOENT') throw thrown;
  }
}

/** Only `\n` ends a line; to node:readline U+2028 does as well, which JSON leaves unescaped in strings. */
async function* readLines(file: string): AsyncIterable<string> {
  let rest = '';
  for await (const chunk of createReadStream(file, 'utf8')) {
    const [first = '', ...others] = String(chunk).split('\n');
    const last = others.pop();
    rest += first;
    if (last === undefined) continue;
    yield rest;
    yield* others;
    rest = last;
  }
  if (rest !== '') yield rest;
}

function isResult(value: unknown): value is TestResult {
  return (
    isRecord(value) &&
    typeof value.testId === 'string' &&
    [value.errors, value.warnings, value.missingData, value.attempts].every(Array.isArray) &&
    [value.request, value.timings, value.trace].every(isRecord)
  );
}
