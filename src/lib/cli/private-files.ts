/** Only the user can read the files that this program writes: runs, reports, completions. */

const PRIVATE = 0o077;

/** As the user set it. */
let usual: number | null = null;

/** From now on no other user of the machine can read what is written. */
export function keepFilesPrivate(): void {
  usual = process.umask(PRIVATE);
}

/** For what is not this program's: the config file, which others of the project read, and other programs. */
export function usualUmask(): number {
  return usual ?? PRIVATE;
}
