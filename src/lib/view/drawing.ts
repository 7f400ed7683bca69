/** Draws a frame again and again in the same place. The only importer of listr2. */
import { clearScreenDown, moveCursor } from 'node:readline';
import { DefaultRenderer, Listr, ListrLogger, ProcessOutput } from 'listr2';
import { textWidth } from '../terminal/width.ts';

export interface Drawing {
  readonly isDrawn: () => boolean;
  /** Resolves once the frame is removed and the terminal is restored. */
  readonly end: () => Promise<void>;
}

/**
 * Loads the renderer and draws at once, then ten times per second. Nothing is written if the frame is the same.
 * @param options.frame the lines of the frame, none wider than the terminal
 */
export function startDrawing({
  stream,
  frame,
}: {
  readonly stream: NodeJS.WriteStream;
  readonly frame: () => readonly string[];
}): Drawing {
  const output = new FrameOutput(stream);
  let finish = () => {};
  const finished = new Promise<void>((resolve) => {
    finish = resolve;
  });
  let renderer: DefaultRenderer | null = null;
  class FrameRenderer extends DefaultRenderer {
    // listr2 checks only stdout, and if that is not a terminal it prints plain lines to it, which would end up in the report.
    static override nonTTY = true;

    override async render(): Promise<void> {
      await super.render();
      renderer = this;
      this.update();
    }

    override create(): string {
      // Terminals differ in whether spaces at the end of a line count when they break it.
      const lines = frame().map((line) => line.trimEnd());
      output.drawn(lines);
      return lines.join('\n');
    }

    override end(): void {
      renderer = null;
      super.end();
    }
  }
  // The renderer hides the cursor and buffers other output; a second Ctrl-C would end the process in that state.
  const restore = () => renderer?.end();
  process.once('exit', restore);
  const list = new Listr([{ title: 'run', task: () => finished }], {
    // SIGINT is handled by the command, and stdout is for the report.
    registerSignalListeners: false,
    renderer: FrameRenderer,
    rendererOptions: {
      logger: new ListrLogger({ useIcons: false, processOutput: output }),
      clearOutput: true,
    },
  });
  const ended = list.run().finally(() => process.off('exit', restore));
  return {
    isDrawn: () => renderer !== null,
    end: async () => {
      finish();
      await ended;
    },
  };
}

/** The terminal as listr2 sees it. */
class FrameOutput extends ProcessOutput {
  readonly #terminal: NodeJS.WriteStream;
  #lines: readonly string[] = [];
  #columns = 0;

  constructor(terminal: NodeJS.WriteStream) {
    // Both streams of listr2 are this one: stdout is for the report.
    super(terminal, terminal, { leaveEmptyLine: false });
    this.#terminal = terminal;
  }

  /** listr2 would copy the size of the terminal once; this object always has the current one. */
  override get stdout(): NodeJS.WriteStream {
    const plain = super.stdout;
    return Object.create(this.#terminal, {
      write: {
        value: (text: string) => {
          this.#eraseReflowed(plain);
          return plain.write(`${WRAP_OFF}${text}${WRAP_ON}`);
        },
      },
    });
  }

  override hijack(): void {
    super.hijack();
    const buffer = this.#terminal.write.bind(this.#terminal);
    // The renderer hides the cursor again with each frame; a long run must not collect that.
    this.#terminal.write = (data: string | Uint8Array, ...rest: unknown[]) =>
      data === CURSOR_HIDE || Reflect.apply(buffer, this.#terminal, [data, ...rest]);
  }

  drawn(lines: readonly string[]): void {
    this.#next = lines;
  }

  #next: readonly string[] = [];

  /**
   * A terminal that becomes narrower breaks the lines of the frame into several rows. The renderer erases one row for each line,
   * so the other rows are erased first. The terminal may report its new size late (tmux: 250 ms): frames that are drawn until
   * then are too wide, but with wrapping off they take one row for each line, so the number of rows to erase stays the same.
   */
  #eraseReflowed(out: NodeJS.WriteStream): void {
    const { columns } = this.#terminal;
    if (columns > 0 && columns < this.#columns) {
      const extra = this.#lines.reduce(
        (sum, line) => sum + Math.max(0, Math.ceil(textWidth(line) / columns) - 1),
        0,
      );
      if (extra > 0) {
        moveCursor(out, 0, -extra);
        clearScreenDown(out);
      }
    }
    this.#lines = this.#next;
    this.#columns = columns;
  }
}

const WRAP_OFF = '\u001b[?7l';
const WRAP_ON = '\u001b[?7h';
const CURSOR_HIDE = '\u001b[?25l';
