/** Makes folders, one after another. */
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { codeOf } from '../errors.ts';

/**
 * Makes the folder and those above it that are not there. Not Node's `recursive`: where a file system lets nobody make
 * anything (`/proc`), that tries for ever.
 * @param mode of each that is made
 */
export function makeFolders(folder: string, mode?: number): void {
  if (existsSync(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolders(above, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (thrown) {
    // Somebody else has made it meanwhile.
    if (codeOf(thrown) !== 'EEXIST') throw thrown;
  }
}
