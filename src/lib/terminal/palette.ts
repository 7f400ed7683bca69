/** The few styles of the terminal report, as SGR codes: meaning, not decoration. */

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
