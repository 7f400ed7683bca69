/**
 * Only regular files of a data folder are read: opening a pipe may block forever, opening a device may have side effects,
 * and a link leads elsewhere.
 */
import { lstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Size of the file in bytes; `other` if it is not a regular file, `none` if it is missing or not visible. */
export function regularSize(file: string): number | 'other' | 'none' {
  try {
    const stats = lstatSync(file);
    return stats.isFile() ? stats.size : 'other';
  } catch {
    return 'none';
  }
}

export function isRegular(file: string): boolean {
  return typeof regularSize(file) === 'number';
}

/** Null if it is not a regular file or cannot be read. */
export async function regularText(file: string): Promise<string | null> {
  return isRegular(file) ? readFile(file, 'utf8').catch(() => null) : null;
}
