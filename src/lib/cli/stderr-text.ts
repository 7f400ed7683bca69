/** Text on stderr: wrapped at words on a terminal, unchanged otherwise. */
import { wrapped } from '../terminal/wrapped.ts';

/** @param text safe lines, each with its newline */
export function writeStderr(text: string): void {
  process.stderr.write(stderrText(text));
}

export function stderrText(text: string): string {
  const { isTTY, columns } = process.stderr;
  // Pseudo-terminals without a size report 0.
  return wrapped(text, isTTY ? columns || USUAL_COLUMNS : null);
}

const USUAL_COLUMNS = 80;
