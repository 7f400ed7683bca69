/**
 * Decides about color once: the flag, then NO_COLOR, then FORCE_COLOR, then TERM, then each stream; an empty variable counts
 * as unset. Packages read these variables when they are loaded, and enable color if both are set, even if both are empty.
 *
 * @see https://no-color.org
 * @see https://force-color.org
 */

/** The flags as the user writes them. */
const FLAGS = ['--color', '--no-color'];
/** Values of FORCE_COLOR that mean no color; not every package supports them. */
const NOT_FORCED = ['0', 'false'];

/**
 * Leaves at most one of the two variables in `env`, for this program and its packages. Must be called before any package that
 * may read them is loaded.
 */
export function settleColor(env: NodeJS.ProcessEnv, args: readonly string[]): void {
  const flag = colorFlag(args);
  if (flag !== undefined || env.NO_COLOR === '') delete env.NO_COLOR;
  if (flag !== undefined || env.FORCE_COLOR === '') delete env.FORCE_COLOR;
  if (flag === '--no-color' || NOT_FORCED.includes(env.FORCE_COLOR ?? '')) env.NO_COLOR ??= '1';
  if (flag === '--color') env.FORCE_COLOR = '1';
  if (env.NO_COLOR !== undefined) delete env.FORCE_COLOR;
}

/** The last flag counts; after `--` there are no flags. */
function colorFlag(args: readonly string[]): string | undefined {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? args.length : end).findLast((arg) => FLAGS.includes(arg));
}
