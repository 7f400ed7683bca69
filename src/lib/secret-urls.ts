/** What a URL itself holds of secrets. Shared by whoever collects secrets and whoever masks them. */

/** A word in a query, `?mode=test`, is no key; masking it would tear holes into every text. */
const PLAIN_WORD = /^[a-z]{1,12}$/i;
const SECRET_PARAMETER = /key|token|secret|sig|auth|pass|pwd|credential|code/i;

/** Its user info, decoded, and of its query what can be a key. Never empty texts. */
export function secretsInUrl(url: string): readonly string[] {
  if (!URL.canParse(url)) return [];
  const { protocol, username, password, searchParams } = new URL(url);
  const keys = [...searchParams].flatMap(([name, value]) => {
    // `?0123abc` has a name alone, and that is the key.
    if (value === '') return PLAIN_WORD.test(name) ? [] : [name];
    return SECRET_PARAMETER.test(name) || !PLAIN_WORD.test(value) ? [value] : [];
  });
  // `postgres` is the name of a user and a word of every message about a database.
  const isWord = /^postgres(ql)?:$/.test(protocol) && PLAIN_WORD.test(username);
  return [...(isWord ? [password] : [username, password]).map(decoded), ...keys].filter(
    (value, at, all) => value !== '' && all.indexOf(value) === at,
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
