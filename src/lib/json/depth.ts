/** How deep JSON is nested, told before anybody goes through it. */

/** Nesting beyond this is no webhook answer; walking it could exhaust the stack. */
export const JSON_DEPTH_LIMIT = 200;

/** Counts brackets outside strings; exact for JSON, harmless for anything else. */
export function deeperThan(text: string, limit: number): boolean {
  // Each level takes a character to open it.
  if (text.length <= limit) return false;
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at);
    if (inString) {
      if (character === 0x5c) at++;
      else if (character === 0x22) inString = false;
    } else if (character === 0x22) inString = true;
    else if (character === 0x7b || character === 0x5b) {
      if (++depth > limit) return true;
    } else if (character === 0x7d || character === 0x5d) depth--;
  }
  return false;
}
