/** The guide's glyphs, and what stands for them where only ASCII can be shown. */

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
