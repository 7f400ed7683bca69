/** Runs before the tests of the built program: they would pass or fail by an old build after a change. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const { build } = await import(path.join(fileURLToPath(new URL('../scripts', import.meta.url)), 'build.mjs'));

export async function setup(): Promise<void> {
  await build({ ifNeeded: true });
}
