/** Which text from outside may become a link. */
import { canParseUrl } from '../http/url.ts';

/**
 * The address as a browser writes it: ASCII, without spaces, quotes or angle brackets. Null for what no browser opens as
 * a web page, such as `javascript:`, `file:`, an address without a host, or one with control characters in it.
 */
export function webAddress(text: string): string | null {
  // URL parsers drop tabs and line breaks without a word.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  const isWeb = /^https?:\/\/[^\u0000-\u001f\u007f]+$/i.test(text);
  return isWeb && canParseUrl(text) ? new URL(text).href : null;
}
