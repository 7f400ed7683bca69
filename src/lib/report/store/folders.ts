/** Creates folders one at a time. */
import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * Creates the folder and its missing parents. Node's `recursive` never returns on file systems that refuse new folders
 * (`/proc`).
 * @param mode of each new folder
 */
export function makeFolders(folder: string, mode?: number): void {
  if (isFolder(folder)) return;
  const above = path.dirname(folder);
  if (above !== folder) makeFolders(above, mode);
  try {
    mkdirSync(folder, { mode });
  } catch (thrown) {
    // Another process may have created it meanwhile; a file of that name is an error.
    if (!isFolder(folder)) throw thrown;
  }
}

function isFolder(name: string): boolean {
  return statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
