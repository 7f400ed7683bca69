/** Progress as a frame that is redrawn on a terminal. */
import type { RunEvent } from '../model/event.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { terminalText } from '../terminal/text.ts';
import { wrapped } from '../terminal/wrapped.ts';
import { type Drawing, startDrawing } from './drawing.ts';
import { type FrameContent, frameLines } from './live-frame.ts';
import { isWait, noticeLine, type Progress, STOPPING, startLines, waitBegun } from './progress-lines.ts';
import { createRunState } from './run-state.ts';
import { createWaitLine } from './wait-lines.ts';

/** Of a terminal that does not report its size. */
const USUAL_SIZE = { columns: 80, rows: 24 } as const;

export function liveProgress(options: {
  readonly stream: NodeJS.WriteStream;
  readonly terminal: Terminal;
  readonly monotonicMs: () => number;
}): Progress {
  const { stream, terminal, monotonicMs } = options;
  const state = createRunState(monotonicMs);
  const waits = createWaitLine(monotonicMs);
  const columns = () => stream.columns || USUAL_SIZE.columns;
  const write = (line: string) => stream.write(`${wrapped(line, columns())}\n`);
  let drawing: Drawing | null = null;
  let isStopping = false;
  // Other output would break the frame, so it waits until the frame is removed.
  const afterwards: string[] = [];
  const writeBesideFrame = (line: string) => {
    if (drawing?.isDrawn() === true) afterwards.push(line);
    else write(line);
  };
  const content = (): FrameContent => {
    const awaited = waits.texts();
    return {
      scenarios: state.scenarios(),
      total: state.total(),
      elapsedMs: state.elapsedMs(),
      status: [...(awaited.length > 0 ? awaited : [state.activity()]), ...(isStopping ? [STOPPING] : [])],
    };
  };
  const frame = () =>
    frameLines(content(), {
      ...{ color: terminal.color, unicode: terminal.unicode },
      ...{ columns: columns(), rows: stream.rows || USUAL_SIZE.rows },
    });
  return {
    on: (event: RunEvent) => {
      state.on(event);
      if (event.type === 'runStarted') {
        for (const line of startLines(event, terminal)) write(line);
        drawing ??= startDrawing({ stream, frame });
      } else if (isWait(event)) waits.note(waitBegun(event));
      else if (event.type === 'waiting') waits.note(event);
      else if (event.type === 'notice') writeBesideFrame(noticeLine(event.finding, terminal));
      else if (event.type === 'sendingEnded' && event.skippedBecause !== null)
        writeBesideFrame(terminalText(event.skippedBecause, terminal));
    },
    interrupt: () => {
      isStopping = true;
    },
    end: async () => {
      await drawing?.end();
      for (const line of afterwards) write(line);
    },
  };
}
