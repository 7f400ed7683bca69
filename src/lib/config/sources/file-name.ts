/** Names of files: as users write them, in messages, and the folders to search for settings. */

import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';

/** `~/` is the home folder; other names are relative to `baseDir`. */
export function absolutePath(baseDir: string, name: string): string {
  return /^~(?=[/\\]|$)/.test(name) ? path.join(homedir(), name.slice(1)) : path.resolve(baseDir, name);
}

/** Relative to the working directory for files below it, otherwise absolute. */
export function nameOf(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith('..') || path.isAbsolute(relative) ? file : relative;
}

/** The folder and its parents, nearest first. */
export function foldersUpTo(cwd: string): readonly string[] {
  const folders = [path.resolve(cwd)];
  for (let folder = path.dirname(cwd); folder !== folders.at(-1); folder = path.dirname(folder))
    folders.push(folder);
  return folders;
}

/** False where there is no file; true also where that is unclear, because reading it then gives the reason. */
export function mayBeThere(file: string): boolean {
  try {
    return statSync(file, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}
