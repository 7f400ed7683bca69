/** A terminal for tests: it shows what is written to it, as far as this program uses control sequences. */

export interface FakeScreen {
  readonly stream: NodeJS.WriteStream;
  /** Rows from the first to the last that is not empty. */
  readonly rows: () => readonly string[];
  readonly isCursorShown: () => boolean;
  /** Everything that was written. */
  readonly written: () => string;
  /**
   * Changes the width; lines that no longer fit are broken, as most terminals do it. The program does not know the new width
   * before `reportSize`.
   */
  readonly resize: (columns: number) => void;
  readonly reportSize: () => void;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences
const PARTS = /\u001b\[(\??)(\d*)([A-Za-z])|\n|[^\u001b\n]+/g;

export function fakeScreen(size: { readonly columns: number; readonly rows: number }): FakeScreen {
  let lines: string[] = [''];
  let row = 0;
  let column = 0;
  let isCursorShown = true;
  let width = size.columns;
  let wraps = true;
  let written = '';
  const put = (text: string) => {
    for (const character of text) {
      if (column === width && wraps) {
        row += 1;
        column = 0;
      }
      // Without wrapping, the last column is overwritten.
      const at = Math.min(column, width - 1);
      const line = lines[row] ?? '';
      lines[row] = line.slice(0, at).padEnd(at) + character + line.slice(at + 1);
      column = at + 1;
    }
  };
  const control = (mark: string, number: string, kind: string) => {
    if (mark === '?' && number === '25') isCursorShown = kind === 'h';
    else if (mark === '?' && number === '7') wraps = kind === 'h';
    else if (kind === 'K') lines[row] = '';
    else if (kind === 'A') row = Math.max(0, row - Number(number || 1));
    else if (kind === 'G') column = 0;
    else if (kind === 'J') lines = [...lines.slice(0, row), (lines[row] ?? '').slice(0, column)];
    else if (kind !== 'm') throw new Error(`unknown control sequence ${mark}${number}${kind}`);
  };
  const write = (text: string) => {
    written += text;
    for (const [part, mark = '', number = '', kind] of text.matchAll(PARTS)) {
      if (kind !== undefined) control(mark, number, kind);
      else if (part === '\n') {
        row += 1;
        column = 0;
        lines[row] ??= '';
      } else put(part);
    }
    return true;
  };
  const stream = { isTTY: true, ...size, write };
  return {
    stream: stream as unknown as NodeJS.WriteStream,
    rows: () => {
      const shown = lines.map((line) => line.trimEnd());
      return shown.slice(0, shown.findLastIndex((line) => line !== '') + 1);
    },
    isCursorShown: () => isCursorShown,
    written: () => written,
    resize: (columns) => {
      const broken = lines.map((line) => line.match(new RegExp(`.{1,${columns}}`, 'gu')) ?? ['']);
      row = broken.slice(0, row).flat().length;
      lines = broken.flat();
      width = columns;
    },
    reportSize: () => {
      stream.columns = width;
    },
  };
}
