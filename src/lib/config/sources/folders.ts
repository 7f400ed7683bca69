/** Where files of settings may be. */
import { statSync } from 'node:fs';
import path from 'node:path';

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
