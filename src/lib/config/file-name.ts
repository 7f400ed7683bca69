/** Names of files in messages. */
import path from 'node:path';

/** Relative to the working directory for files below it, else absolute. */
export function nameOf(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}
