/**
 * Only regular files of a data folder are read: opening a pipe waits forever, a device may act when it is opened, and a
 * link leads elsewhere.
 */
import { lstatSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** Bytes of the file; `other` where something else stands in its place, `none` where nothing does or it cannot be seen. */
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

/** Null where it is no regular file, or cannot be read. */
export async function regularText(file: string): Promise<string | null> {
  return isRegular(file) ? readFile(file, 'utf8').catch(() => null) : null;
}
