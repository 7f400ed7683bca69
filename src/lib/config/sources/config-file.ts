/** Whether a config file can be used: an existing file counts, so one that cannot be read is an error. */
import { lstatSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { codeOf, messageOf, ProdE2eError } from '../../errors.ts';

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

/** True also for a broken link, and where it is unclear: {@link problemWith} then gives the reason. */
export function exists(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch (thrown) {
    return codeOf(thrown) !== 'ENOTDIR';
  }
}

/** Why a file cannot be used, and what to do. */
interface Problem {
  readonly problem: string;
  readonly hints: readonly string[];
}

const REPAIR = ['Fix or remove it, or pass another config file with --config.'];
const SAVE_AS_UTF_8 = ['Save it as UTF-8.'];

const BY_CODE: Readonly<Record<string, string>> = {
  ENOENT: 'is a link to a file that does not exist',
  ELOOP: 'is a link that leads back to itself',
  EACCES: 'cannot be read: permission denied',
  EPERM: 'cannot be read: permission denied',
};

/**
 * Why an existing file cannot be read as a config; null where it can. The file is opened only if that cannot
 * block, as it would for a FIFO.
 */
export async function problemWith(file: string): Promise<Problem | null> {
  try {
    const stats = await stat(file);
    if (stats.isDirectory()) return { problem: 'is a folder, not a file', hints: REPAIR };
    if (!stats.isFile()) return { problem: 'is not a regular file', hints: REPAIR };
    return problemWithContent(await readFile(file));
  } catch (thrown) {
    const problem = BY_CODE[codeOf(thrown) ?? ''] ?? `cannot be read: ${messageOf(thrown)}`;
    return { problem, hints: REPAIR };
  }
}

function problemWithContent(bytes: Uint8Array): Problem | null {
  if (bytes.every((byte) => byte <= 0x20))
    return { problem: 'is empty', hints: ['Add settings to it, or delete it.'] };
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) || bytes.includes(0)) {
    return { problem: 'is not UTF-8 (it looks like UTF-16)', hints: SAVE_AS_UTF_8 };
  }
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return null;
  } catch {
    return { problem: 'is not UTF-8', hints: SAVE_AS_UTF_8 };
  }
}
