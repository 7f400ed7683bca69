/** Replaces a file completely or not at all: no reader gets half of it, and an error leaves the old one as it was. */
import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, rename, rm, writeFile } from 'node:fs/promises';

const OWNER_ONLY = 0o600;
/** Creates the file: a link that another user put in its place is an error. */
const CREATE = 'wx';

/**
 * @param mode of the file; for its owner alone without one
 * @throws Node's own error
 */
export async function replaceFile(
  file: string,
  content: string | AsyncIterable<string> | Iterable<string>,
  mode: number = OWNER_ONLY,
): Promise<void> {
  const temporary = temporaryFor(file);
  try {
    await writeFile(temporary, content, { mode: OWNER_ONLY, flag: CREATE });
    // The umask applies to the mode of a new file, and not to this one.
    if (mode !== OWNER_ONLY) await chmod(temporary, mode);
    await rename(temporary, file);
  } catch (thrown) {
    await rm(temporary, { force: true });
    throw thrown;
  }
}

/** For its owner alone, and forced onto the disk: it survives a power loss. @throws Node's own error */
export function replaceFileSync(file: string, text: string): void {
  const temporary = temporaryFor(file);
  try {
    const handle = openSync(temporary, CREATE, OWNER_ONLY);
    try {
      writeFileSync(handle, text);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (thrown) {
    rmSync(temporary, { force: true });
    throw thrown;
  }
}

/** A process that was killed may have left one, and in containers the next process has the same id. */
function temporaryFor(file: string): string {
  return `${file}.${randomUUID().slice(0, 8)}.tmp`;
}
