/** A wait as one line on a terminal, redrawn in place and removed when the wait ends. */
import type { Screen } from '../terminal/capabilities.ts';
import { terminalText } from '../terminal/text.ts';
import { cutToWidth } from '../terminal/width.ts';
import { createWaitLine, type Every, type WaitLines } from './wait-lines.ts';

const REDRAWN_EVERY_MS = 500;
/** Before other output on the same terminal; the next redraw shows the line again. */
export const ERASE_LINE = '\r\u001b[2K';

export function createLiveWait(options: {
  readonly write: (text: string) => void;
  readonly monotonicMs: () => number;
  readonly every: Every;
  readonly screen: Screen;
}): Pick<WaitLines, 'note' | 'end'> {
  const { write, screen } = options;
  const line = createWaitLine(options.monotonicMs);
  let endTicks: (() => void) | null = null;
  const draw = () => {
    const text = line.texts().join('. ');
    if (text === '') return;
    // One column less than the screen has: a full line would wrap.
    write(ERASE_LINE + cutToWidth(terminalText(text, screen), screen.columns - 1, screen));
  };
  return {
    note: (waiting) => {
      line.note(waiting);
      endTicks ??= options.every(REDRAWN_EVERY_MS, draw);
      draw();
    },
    end: () => {
      if (endTicks === null) return;
      endTicks();
      endTicks = null;
      line.end();
      write(ERASE_LINE);
    },
  };
}
