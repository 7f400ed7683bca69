/** Lets the user choose one of a few entries with the arrow keys, on stderr. */
import { emitKeypressEvents, type Key } from 'node:readline';
import type { Screen } from '../terminal/capabilities.ts';
import { layOut } from '../terminal/layout.ts';
import { styled } from '../terminal/signs.ts';
import { cutToWidth } from '../terminal/width.ts';

export interface Entry {
  readonly name: string;
  /** What choosing it means. */
  readonly meaning: string;
}

interface ChoiceOptions {
  readonly question: string;
  /** The first one is chosen by Enter alone. */
  readonly entries: readonly Entry[];
  readonly screen: Screen;
  readonly stop: AbortSignal;
  readonly write: (text: string) => void;
}

/** Where the choice moves for a key; null for a key that moves nothing. */
export function movedBy(key: Pick<Key, 'name' | 'sequence'>, at: number, count: number): number | null {
  if (key.name === 'up' || key.name === 'k') return (at + count - 1) % count;
  if (key.name === 'down' || key.name === 'j' || key.name === 'tab') return (at + 1) % count;
  const number = Number(key.sequence);
  return Number.isInteger(number) && number >= 1 && number <= count ? number - 1 : null;
}

/** @returns null without a choice: after a signal, Ctrl-C, Ctrl-D, or at the end of the input */
export async function chooseOne(options: ChoiceOptions): Promise<string | null> {
  const { question, entries, screen, stop, write } = options;
  const { stdin } = process;
  let at = 0;
  const title = layOut([{ text: `${question} (arrow keys, then Enter)` }], { indent: 0, hang: 0 }, screen);
  // Raw mode first: a key that is typed before it would be handled by the terminal.
  emitKeypressEvents(stdin);
  stdin.setRawMode(true);
  write(`${title.join('\n')}\n${listText(options, at)}`);
  const redraw = () => write(`\u001b[${entries.length}A\u001b[0J${listText(options, at)}`);
  stdin.resume();
  return new Promise<string | null>((resolve) => {
    const end = (chosen: string | null) => {
      stdin.off('keypress', onKey);
      stdin.off('end', onEnd);
      stop.removeEventListener('abort', onEnd);
      stdin.setRawMode(false);
      stdin.pause();
      resolve(chosen);
    };
    const onEnd = () => end(null);
    const onKey = (_text: string | undefined, key: Key) => {
      // In raw mode the terminal sends Ctrl-C as a key instead of a signal.
      if (key.ctrl === true && key.name === 'c') process.kill(process.pid, 'SIGINT');
      else if ((key.ctrl === true && key.name === 'd') || key.name === 'escape') end(null);
      else if (key.name === 'return' || key.name === 'enter') end(entries[at]?.name ?? null);
      else {
        const next = movedBy(key, at, entries.length);
        if (next === null) return;
        at = next;
        redraw();
      }
    };
    stdin.on('keypress', onKey);
    stdin.once('end', onEnd);
    stop.addEventListener('abort', onEnd, { once: true });
    if (stop.aborted) onEnd();
  });
}

/** One line per entry, so that it can be redrawn in place. */
function listText({ entries, screen }: ChoiceOptions, at: number): string {
  const width = Math.max(...entries.map(({ name }) => name.length));
  const lines = entries.map(({ name, meaning }, index) => {
    const line = `${index === at ? '>' : ' '} ${name.padEnd(width)}  ${meaning}`.trimEnd();
    const text = cutToWidth(line, screen.columns - 1, screen);
    return index === at && screen.color ? styled(text, 'bold') : text;
  });
  return `${lines.join('\n')}\n`;
}
