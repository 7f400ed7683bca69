/** Which programs are installed here. A test that needs one that is not is skipped, and the summary of the tests says so. */
import { spawnSync } from 'node:child_process';

export function isInstalled(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}
