/** Under which names of environment variables the secrets of a run are known, so that what is shown can name them. */

/** Value → name of the environment variable that holds it. */
export function secretVariables(
  secrets: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const named = Object.entries(env).flatMap(([name, value]) =>
    value !== undefined && secrets.includes(value) ? [[value, name] as const] : [],
  );
  return new Map(named);
}
