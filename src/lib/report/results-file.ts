/** Reads the results of a kept run. */
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { codeOf } from '../errors.ts';
import type { TestResult } from '../model/result.ts';
import { isRecord, parsed } from './kept-json.ts';
import { RESULTS_FILE, VERIFIED_FILE } from './store.ts';

/** All results of the run in this folder, each as it was told last. */
export async function* readRunResults(folder: string): AsyncIterable<TestResult> {
  const verified = new Map<string, TestResult>();
  for await (const result of readResults(path.join(folder, VERIFIED_FILE)))
    verified.set(result.testId, result);
  for await (const result of readResults(path.join(folder, RESULTS_FILE))) {
    yield verified.get(result.testId) ?? result;
  }
}

/** Every complete line; one that was cut off or damaged is passed over, those after it are not. */
async function* readResults(file: string): AsyncIterable<TestResult> {
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
