/** Names of the environment variables that hold the secrets of a run, so that output can name them. */

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
