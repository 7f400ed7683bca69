/** Whether a config file can be used: one that exists counts, so whatever keeps it from being read is an error. */
import { constants, lstatSync } from 'node:fs';
import { access, readFile, stat } from 'node:fs/promises';
import { codeOf, messageOf, ProdE2eError } from '../errors.ts';

export function unreadable(options: {
  readonly file: string;
  readonly problem: string;
  readonly hints: readonly string[];
  readonly cause?: unknown;
}): ProdE2eError {
  return new ProdE2eError(`${options.file}: ${options.problem}`, {
    code: 'CONFIG_INVALID',
    hints: options.hints,
    cause: options.cause,
  });
}

/** True also for a link that leads nowhere, and where it cannot be told: {@link problemOf} then says why. */
export function exists(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (thrown) {
    return codeOf(thrown) !== 'ENOTDIR';
  }
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'is a link to a file that does not exist',
  ELOOP: 'is a link that leads back to itself',
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
};

/**
 * Why a file that is there cannot be read as a config; null where it can. The file is opened only where that cannot
 * block, as a FIFO would.
 */
export async function problemOf(file: string): Promise<string | null> {
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) return 'is a folder, not a file';
    if (!stats.isFile()) return 'is not a regular file';
    await access(file, constants.R_OK);
    return contentProblem(await readFile(file));
  } catch (thrown) {
    return PROBLEMS[codeOf(thrown) ?? ''] ?? `cannot be read: ${messageOf(thrown)}`;
  }
}

function contentProblem(bytes: Uint8Array): string | null {
  if (bytes.every((byte) => byte <= 0x20)) return 'is empty';
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || bytes.includes(0)) {
    return 'is not UTF-8 (it looks like UTF-16)';
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return null;
  } catch {
    return 'is not UTF-8';
  }
}

const HINTS: Readonly<Record<string, string>> = {
  'is empty': 'Write settings into it, or delete it.',
  'is not UTF-8': 'Save it as UTF-8.',
  'is not UTF-8 (it looks like UTF-16)': 'Save it as UTF-8.',
};

/** What to do about a problem. */
export function hintFor(problem: string): string {
  return HINTS[problem] ?? 'Repair or remove it, or name another config file with --config.';
}
