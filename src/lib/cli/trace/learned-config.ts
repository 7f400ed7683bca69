/** Learned expectations as lines to read, and into the config file that is in use. */
import { readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile } from '../../atomic-file.ts';
import { nameOf } from '../../config/sources/file-name.ts';
import { messageOf, ProdE2eError } from '../../errors.ts';
import { countOf, durationText } from '../../terminal/quantities.ts';
import type { LearnedSpan } from '../../trace/learning/learn.ts';
import { BUDGET_RULE } from '../../trace/learning/learned-budget.ts';
import { type DataFormat, type ExpectEntry, entryLine, withExpectations } from './expect-patch.ts';
import type { LearnedFromRuns } from './learn.ts';

/** Keeps only the keys with a meaning of their own. */
export function entryOf({ label, name, check, required, maxDurationMs, inside }: LearnedSpan): ExpectEntry {
  return {
    ...(label === name ? {} : { label }),
    span: name,
    ...(check === 'missing' ? {} : { check }),
    ...(required ? { required } : {}),
    ...(maxDurationMs === null ? {} : { maxDuration: `${maxDurationMs}ms` }),
    ...(inside === null ? {} : { inside }),
  };
}

interface ConfigPlace {
  /** As named in messages. */
  readonly name: string;
  /** Null for a config that is code, which is not modified. */
  readonly format: DataFormat | null;
  readonly under: string | null;
}

/** @param file absolute */
export function configPlaceOf(file: string, cwd: string): ConfigPlace {
  const base = path.basename(file);
  const extension = path.extname(base);
  const name = nameOf(file, cwd);
  if (base === 'package.json') return { name, format: 'json', under: 'prod-e2e' };
  if (extension === '.json') return { name, format: 'json', under: null };
  const isData = ['.yaml', '.yml'].includes(extension) || base.endsWith('prod-e2erc') || extension === '';
  return { name, format: isData ? 'yaml' : null, under: null };
}

/** The block for the user to read and accept, line by line. @param options.file absolute; null without a config file */
export function* learnedLines(options: {
  readonly learned: LearnedFromRuns;
  readonly file: string | null;
  readonly cwd: string;
}): Iterable<string> {
  const { learned, file, cwd } = options;
  const place = file === null ? null : configPlaceOf(file, cwd);
  const isJson = place !== null && place.format !== 'yaml';
  const { spans, traces, runIds, leftOut } = learned;
  yield `# Spans that are in every one of ${countOf(traces, 'good trace')} of ${runIds.length === 1 ? `run ${runIds[0]}` : `${runIds.length} runs`}.\n`;
  yield `# ${BUDGET_RULE}.\n`;
  if (leftOut > 0) yield `# ${countOf(leftOut, 'shorter span')} omitted.\n`;
  yield `# ${place?.name ?? 'prod-e2e.config.yaml'}\n`;
  yield isJson ? '+ "trace": {\n+   "expect": [\n' : '+ trace:\n+   expect:\n';
  for (const [at, span] of spans.entries()) {
    const line = entryLine(entryOf(span), isJson ? 'json' : 'yaml');
    const comma = isJson && at < spans.length - 1 ? ',' : '';
    const usual = isJson || span.medianMs === null ? '' : `  # median ${durationText(span.medianMs)}`;
    yield `+     ${line}${comma}${usual}\n`;
  }
  if (isJson) yield '+   ]\n+ }\n';
}

/**
 * Writes them into the file, completely or not at all.
 * @returns the file's name; null for a config that is code, which is not modified
 * @throws ProdE2eError `NO_CONFIG_FILE`, `EXPECT_EXISTS`, `CONFIG_NOT_PATCHED`, `CONFIG_NOT_WRITTEN`
 */
export async function writeLearned(options: {
  readonly learned: LearnedFromRuns;
  readonly file: string | null;
  readonly cwd: string;
  readonly force: boolean;
}): Promise<string | null> {
  const { learned, file, cwd, force } = options;
  if (file === null) {
    throw new ProdE2eError('No config file to write to.', {
      code: 'NO_CONFIG_FILE',
      hints: ['Create one first: prod-e2e init', 'Or omit --write and copy the printed lines.'],
    });
  }
  const { name, format, under } = configPlaceOf(file, cwd);
  if (format === null) return null;
  const entries = learned.spans.map(entryOf);
  const patched = withExpectations(await readFile(file, 'utf8'), { format, under, entries, force });
  if (patched.kind === 'conflict') {
    throw new ProdE2eError(`${name} already expects: ${patched.labels.join(', ')}.`, {
      code: 'EXPECT_EXISTS',
      hints: ['Pass --force to replace them; entries with other labels do not change.'],
    });
  }
  await rewriteConfig(file, { name, text: patched.text });
  return name;
}

/** Completely or not at all. @throws ProdE2eError `CONFIG_NOT_WRITTEN` */
export async function rewriteConfig(
  file: string,
  { name, text }: { readonly name: string; readonly text: string },
): Promise<void> {
  await rewrite(file, text).catch((cause: unknown) => {
    throw new ProdE2eError(`${name} cannot be written (${messageOf(cause)}).`, {
      code: 'CONFIG_NOT_WRITTEN',
      hints: ['Make it writable, or omit --write and copy the printed lines.'],
      cause,
    });
  });
}

/** Its permissions stay. Where it is a link, what it leads to is replaced. */
async function rewrite(file: string, text: string): Promise<void> {
  const target = await realpath(file);
  const { mode } = await stat(target);
  await replaceFile(target, text, mode & 0o7777);
}
