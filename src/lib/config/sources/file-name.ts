/** Names of files: as users write them, in messages, and where files of settings may be. */

import { statSync } from 'node:fs';
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

/** The folder and those it is in, the nearest first. */
export function foldersUpTo(cwd: string): readonly string[] {
  const folders = [path.resolve(cwd)];
  for (let folder = path.dirname(cwd); folder !== folders.at(-1); folder = path.dirname(folder))
    folders.push(folder);
  return folders;
}

/** False where there is nothing; true also where that cannot be told: whoever reads it then says why. */
export function mayBeThere(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
