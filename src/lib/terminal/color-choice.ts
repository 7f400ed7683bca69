/**
 * Color, settled once: flag, then NO_COLOR, then FORCE_COLOR, then TERM, then each stream; an empty variable is an unset
 * one. Packages read the variables when they are loaded, and take both together, or two empty ones, for a yes.
 *
 * @see https://no-color.org
 * @see https://force-color.org
 */

/** The flags, as the user writes them. */
const FLAGS = ['--color', '--no-color'];
/** Values of FORCE_COLOR that mean none; not every package knows them. */
const NOT_FORCED = ['0', 'false'];

/**
 * Leaves at most one of the two variables in `env`, for this program and all that it loads. To be called before anything
 * is loaded that may read them.
 */
export function settleColor(env: NodeJS.ProcessEnv, args: readonly string[]): void {
  const flag = colorFlag(args);
  if (flag !== undefined || env.NO_COLOR === '') delete env.NO_COLOR;
  if (flag !== undefined || env.FORCE_COLOR === '') delete env.FORCE_COLOR;
  if (flag === '--no-color' || NOT_FORCED.includes(env.FORCE_COLOR ?? '')) env.NO_COLOR ??= '1';
  if (flag === '--color') env.FORCE_COLOR = '1';
  if (env.NO_COLOR !== undefined) delete env.FORCE_COLOR;
}

/** The last one counts; after `--` nothing is a flag. */
function colorFlag(args: readonly string[]): string | undefined {
  const end = args.indexOf('--');
  return args.slice(0, end === -1 ? args.length : end).findLast((arg) => FLAGS.includes(arg));
}
