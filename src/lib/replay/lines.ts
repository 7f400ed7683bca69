/** Lines of bytes, one after another, never more in memory than one of them and a piece of the file. */

export interface Line {
  /** 1 for the first. */
  readonly number: number;
  readonly bytes: Buffer;
  /** Longer than the limit: `bytes` is empty. */
  readonly tooLong: boolean;
}

const NEWLINE = 0x0a;

export function* linesOf(chunks: Iterable<Buffer>, limitBytes: number): Iterable<Line> {
  let parts: Buffer[] = [];
  let length = 0;
  let number = 1;
  const take = (part: Buffer) => {
    length += part.length;
    if (length <= limitBytes) parts.push(part);
    else parts = [];
  };
  const line = (): Line => {
    const tooLong = length > limitBytes;
    const one = { number: number++, bytes: tooLong ? Buffer.alloc(0) : Buffer.concat(parts), tooLong };
    parts = [];
    length = 0;
    return one;
  };
  for (const chunk of chunks) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      take(chunk.subarray(from, at));
      yield line();
      from = at + 1;
    }
    take(chunk.subarray(from));
  }
  if (length > 0) yield line();
}
