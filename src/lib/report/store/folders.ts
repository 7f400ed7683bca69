/** Makes folders, one after another. */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Makes the folder and those above it that are not there. Not Node's `recursive`: where a file system does not let anyone make
 * anything (`/proc`), that tries for ever.
 * @param mode of each that is made
 */
export function makeFolders(folder: string, mode?: number): void {
  if (isFolder(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolders(above, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (thrown) {
    // Somebody else may have made it meanwhile; a file in its place is in the way.
    if (!isFolder(folder)) throw thrown;
  }
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
