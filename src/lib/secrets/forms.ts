/** The forms in which a secret is searched for: unchanged, in hex, and in base64 anywhere in a longer encoded text. */

export const MASK = '***';

/** How the characters of a form are compared. */
export type Alphabet = 'exact' | 'hex' | 'base64';

export interface SecretForm {
  readonly text: string;
  readonly alphabet: Alphabet;
}

/** Escaped forms (URL, JSON, HTML) are not listed: texts are also searched unescaped. */
export function formsOf(secret: string): readonly SecretForm[] {
  const bytes = Buffer.from(secret, 'utf8');
  return [
    { text: secret, alphabet: 'exact' },
    // In a query, a plus is a space; an encoder for whole URLs does not change it.
    ...(secret.includes('+') ? [{ text: secret.replaceAll('+', ' '), alphabet: 'exact' } as const] : []),
    { text: bytes.toString('hex'), alphabet: 'hex' },
    ...base64Cores(bytes).map((text) => ({ text, alphabet: 'base64' }) as const),
  ];
}

/** The base64 of the secret at each of the three alignments it can have inside a longer encoded text. */
function base64Cores(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and last characters also contain bits of the adjacent text.
    const start = shift === 0 ? 0 : shift + 1;
    const end = ((shift + bytes.length) * 8) % 6 === 0 ? encoded.length : encoded.length - 1;
    return encoded.slice(start, end);
  });
}

/** The character to compare: hex in either case, base64 in either alphabet (RFC 4648, sections 4 and 5). */
export function folded(code: number, alphabet: Alphabet): number {
  if (alphabet === 'hex') return code >= 0x41 && code <= 0x46 ? code + 0x20 : code;
  if (alphabet === 'exact') return code;
  if (code === 0x2d) return 0x2b;
  return code === 0x5f ? 0x2f : code;
}

/** Every character that `folded` treats as this one. */
export function writings(character: string, alphabet: Alphabet): readonly string[] {
  if (alphabet === 'hex' && /[a-f]/.test(character)) return [character, character.toUpperCase()];
  if (alphabet === 'base64' && character === '+') return ['+', '-'];
  return alphabet === 'base64' && character === '/' ? ['/', '_'] : [character];
}
