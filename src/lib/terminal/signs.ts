/** The styles, links and glyphs of the terminal report, each with a meaning. */
import { styleText } from 'node:util';

export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

/** Styles the text, which must not contain escape sequences. */
export function styled(text: string, style: Style): string {
  // Color was decided for the stream that the text goes to, which may not be stdout.
  return styleText(style, text, { validateStream: false });
}

/** The text as an OSC 8 link; neither may contain control characters. */
export function linked(text: string, url: string): string {
  return `\u001b]8;;${url}\u001b\\${text}\u001b]8;;\u001b\\`;
}

export interface Glyphs {
  readonly ok: string;
  readonly fail: string;
  readonly warn: string;
  readonly hint: string;
  readonly more: string;
}

const UNICODE: Glyphs = { ok: '✓', fail: '✗', warn: '⚠', hint: '→', more: '…' };
const ASCII: Glyphs = { ok: '[OK]', fail: 'x', warn: '!', hint: '->', more: '...' };

export function glyphsFor(screen: { readonly unicode: boolean }): Glyphs {
  return screen.unicode ? UNICODE : ASCII;
}
