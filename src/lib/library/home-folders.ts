/** Where the command line saves its runs and finds the user's config file, without loading oclif. */
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';

const NAME = 'prod-e2e';

export interface HomeFolders {
  /** All absolute. */
  readonly home: string;
  readonly data: string;
  readonly config: string;
}

/** As in oclif (`Config.dir`): `PROD_E2E_<KIND>_DIR`, the XDG variables, the system's default folder. */
export function homeFolders(
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): HomeFolders {
  const windows = platform === 'win32';
  const drive = env.HOMEDRIVE && env.HOMEPATH ? path.join(env.HOMEDRIVE, env.HOMEPATH) : '';
  const home = env.HOME || (windows && (drive || env.USERPROFILE)) || homedir() || tmpdir();
  const folder = (kind: string, usual: string) =>
    env[`PROD_E2E_${kind}_DIR`] ||
    path.join(env[`XDG_${kind}_HOME`] || (windows && env.LOCALAPPDATA) || path.join(home, usual), NAME);
  return { home, data: folder('DATA', '.local/share'), config: folder('CONFIG', '.config') };
}
