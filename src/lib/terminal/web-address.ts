/** Decides which outside text may become a link. */
import { canParseUrl } from '../http/url.ts';

/**
 * The address as a browser writes it: ASCII, without spaces, quotes or angle brackets. Null for addresses that are not web
 * pages (`javascript:`, `file:`), have no host, or contain control characters.
 */
export function webAddress(text: string): string | null {
  // URL parsers silently drop tabs and line breaks.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  const isWeb = /^https?:\/\/[^\u0000-\u001f\u007f]+$/i.test(text);
  // In a log, `##` may begin an order to a CI system; a fragment reads the same with the second one encoded.
  return isWeb && canParseUrl(text) ? new URL(text).href.replaceAll('##', '#%23') : null;
}
