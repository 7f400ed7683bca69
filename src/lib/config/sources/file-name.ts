/** Names of files: as users write them, and in messages. */
import { homedir } from 'node:os';
import path from 'node:path';

/** `~/` is the home folder; other names start from `baseDir`. */
export function absolutePath(baseDir: string, name: string): string {
  return /^~(?=[/\\]|$)/.test(name) ? path.join(homedir(), name.slice(1)) : path.resolve(baseDir, name);
}

/** Relative to the working directory for files below it, else absolute. */
export function nameOf(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}
