/** The forms in which a secret may turn up in a text, as sources of regular expressions. */

export const MASK = '***';

/** As text (with any of its characters escaped in any usual way), in hex, and in base64. */
export function patternsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, 'utf8');
  return [
    [...secret].map(characterPattern).join(''),
    [...bytes].map(hexPattern).join(''),
    ...base64Cores(bytes).map(base64Pattern),
  ];
}

/** Texts whose beginnings give a secret away: the forms that answers are quoted in. */
export function beginningsOf(secret: string): readonly string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [...new Set([secret, json, ...base64Cores(Buffer.from(secret, 'utf8'))])];
}

/** Which characters are escaped differs from encoder to encoder, so each may be plain, URL-encoded or JSON-escaped. */
function characterPattern(character: string): string {
  const urlEncoded = [...Buffer.from(character, 'utf8')].map((byte) => `%${hexPattern(byte)}`).join('');
  const unicodeEscape = character
    .split('')
    .map((unit) => `\\\\u${anyCase(unit.charCodeAt(0).toString(16).padStart(4, '0'))}`)
    .join('');
  const jsonEscape = JSON.stringify(character).slice(1, -1);
  const forms = [escapeForRegExp(character), urlEncoded, unicodeEscape];
  if (jsonEscape !== character) forms.push(escapeForRegExp(jsonEscape));
  if (character === '/') forms.push('\\\\/');
  if (character === ' ') forms.push('\\+');
  return `(?:${forms.join('|')})`;
}

function hexPattern(byte: number): string {
  return anyCase(byte.toString(16).padStart(2, '0'));
}

function anyCase(hex: string): string {
  return hex.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** The base64 of the secret at each of the three alignments it can have inside a longer encoded text. */
function base64Cores(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The first and last characters also carry bits of the neighbours.
    const start = shift === 0 ? 0 : shift + 1;
    const end = ((shift + bytes.length) * 8) % 6 === 0 ? encoded.length : encoded.length - 1;
    return encoded.slice(start, end);
  });
}

/** Both alphabets: the usual one and the one for URLs (RFC 4648, sections 4 and 5). */
function base64Pattern(core: string): string {
  return core.replace(/[+/]/g, (character) => (character === '+' ? '[-+]' : '[/_]'));
}

function escapeForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
