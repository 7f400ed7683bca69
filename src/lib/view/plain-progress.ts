/** Progress as plain lines, for logs and pipes. */
import type { RunEvent } from '../model/event.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { terminalText } from '../terminal/text.ts';
import {
  countsText,
  isWait,
  noticeLine,
  type Progress,
  resultLine,
  STOPPING,
  startLines,
  waitBegun,
  waitLine,
} from './progress-lines.ts';
import { createRunState, doneOf, SENDING } from './run-state.ts';
import { createWaitLine, type Every, elapsed, SILENCE_MS, TICK_MS, type Waiting } from './wait-lines.ts';

/** Up to this many tests, each gets a line. */
const LINES_LIMIT = 20;

export function plainProgress(options: {
  readonly write: (line: string) => void;
  readonly terminal: Terminal;
  readonly monotonicMs: () => number;
  readonly every: Every;
}): Progress {
  const { terminal, monotonicMs } = options;
  const state = createRunState(monotonicMs);
  const waits = createWaitLine(monotonicMs);
  let planned = 0;
  let writtenMs = monotonicMs();
  let isPauseNamed = false;
  const write = (line: string) => {
    writtenMs = monotonicMs();
    options.write(line);
  };
  const writeSafely = (line: string) => write(terminalText(line, terminal));
  const counts = () => countsText({ ...state.total(), tests: planned });
  const writeStatus = () => {
    const awaited = waits.texts();
    const activity = state.activity();
    writeSafely(
      awaited.length > 0
        ? awaited.join('. ')
        : `${elapsed(state.elapsedMs())}: ${counts()}${activity === SENDING ? '' : `. ${activity}`}`,
    );
  };
  const endTicks = options.every(TICK_MS, () => {
    if (monotonicMs() - writtenMs >= SILENCE_MS) writeStatus();
  });
  const note = (waiting: Waiting) => {
    waits.note(waiting);
    // A log that ends during a long pause should explain it.
    if (waiting.resumesInMs === null || isPauseNamed) return;
    isPauseNamed = true;
    writeStatus();
  };
  return {
    on: (event: RunEvent) => {
      state.on(event);
      if (event.type === 'runStarted') {
        planned = event.facts.planned;
        for (const line of startLines(event, terminal)) write(line);
      } else if (event.type === 'notice') write(noticeLine(event.finding, terminal));
      else if (event.type === 'testJudged') {
        const { result } = event;
        if (planned <= LINES_LIMIT)
          write(resultLine({ result, done: doneOf(state.total()), planned, terminal }));
      } else if (event.type === 'sendingEnded') {
        if (planned > LINES_LIMIT) writeSafely(`${elapsed(state.elapsedMs())}: ${counts()}`);
        if (event.skippedBecause !== null) writeSafely(event.skippedBecause);
      } else if (isWait(event)) {
        write(waitLine(event));
        note(waitBegun(event));
      } else if (event.type === 'waiting') note(event);
    },
    interrupt: () => write(STOPPING),
    end: async () => endTicks(),
  };
}
