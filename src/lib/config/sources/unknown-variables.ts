/** Variables named like ours that nothing reads: without a warning, a typo would silently have no effect. */

import { RUN_OPTIONS } from '../keys/table.ts';
import { nearest } from '../problems/problems.ts';

const PREFIX = 'PROD_E2E_';

/** Variables that are not options of a run. */
const OTHERS = [
  ...['CONFIG', 'PROFILE', 'DRY_RUN', 'SANDBOX', 'SANDBOX_DATABASE', 'FAIL_ON_REGRESSION'],
  ...['SHARD_INDEX', 'SHARD_TOTAL', 'DATA_DIR', 'CONFIG_DIR', 'CACHE_DIR'],
].map((name) => `${PREFIX}${name}`);

/** @param used variables that the config file itself names: `${env:PROD_E2E_TOKEN}` */
export function unknownVariables(
  env: Readonly<Record<string, string | undefined>>,
  used: readonly string[],
): readonly string[] {
  const known = [...RUN_OPTIONS.flatMap((option) => option.env), ...OTHERS].filter((name) =>
    name.startsWith(PREFIX),
  );
  return Object.keys(env)
    .filter((name) => name.startsWith(PREFIX) && (env[name] ?? '').trim() !== '')
    .filter((name) => !known.includes(name) && !used.includes(name))
    .sort()
    .map((name) => {
      if (name === `${PREFIX}YES`) return `${name} has no effect: confirm each run with --yes`;
      const bare = known.map((each) => each.slice(PREFIX.length));
      const meant = nearest(name.slice(PREFIX.length), bare);
      const suggestion = meant === null ? '' : `; did you mean ${PREFIX}${meant}?`;
      return `${name} has no effect: unknown variable${suggestion}`;
    });
}
