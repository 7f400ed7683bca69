/** Makes the files that this program writes (runs, reports, completions) readable only by the user. */

const PRIVATE = 0o077;

/** The umask the user set. */
let usual: number | null = null;

/** From now on, other users of the machine cannot read what is written. */
export function keepFilesPrivate(): void {
  usual = process.umask(PRIVATE);
}

/** For what does not belong to this program: the config file, which other members of the project read, and other programs. */
export function usualUmask(): number {
  return usual ?? PRIVATE;
}
