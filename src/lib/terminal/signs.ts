/** The styles, links and glyphs of the terminal report: meaning, not decoration. */
export type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green';

/** SGR parameters that switch each style on and off again (ECMA-48, 8.3.117). */
const SGR: Readonly<Record<Style, readonly [on: number, off: number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
};

/** The text in that style; the text must be free of escape sequences. */
export function styled(text: string, style: Style): string {
  const [on, off] = SGR[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

/** The text as an OSC 8 link; both must be free of control characters. */
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
