/** Progress as plain lines, for logs and pipes. */
import type { RunEvent } from '../model/event.ts';
import type { TestResult } from '../model/result.ts';
import type { Terminal } from '../terminal/capabilities.ts';
import { terminalText } from '../terminal/text.ts';
import {
  isWait,
  noticeLine,
  type Progress,
  resultLine,
  STOPPING,
  startLines,
  waitBegun,
  waitLine,
} from './progress-lines.ts';
import { createWaitLines, type Every } from './wait-lines.ts';

/** Up to this many tests, each gets a line; larger runs report every tenth of the tests, and the first broken ones. */
export const LINES_LIMIT = 50;
const BROKEN_LINES_LIMIT = 20;

export function plainProgress(options: {
  readonly write: (line: string) => void;
  readonly terminal: Terminal;
  readonly monotonicMs: () => number;
  readonly every: Every;
}): Progress {
  const { write, terminal, monotonicMs, every } = options;
  const waits = createWaitLines({
    write: (line) => write(terminalText(line, terminal)),
    monotonicMs,
    every,
    announced: true,
  });
  let lineFor: (result: TestResult) => string | null = () => null;
  return {
    on: (event: RunEvent) => {
      if (event.type === 'runStarted') {
        lineFor = createLines(event.facts.planned, terminal);
        for (const line of startLines(event, terminal)) write(line);
      } else if (event.type === 'notice') write(noticeLine(event.finding, terminal));
      else if (event.type === 'testJudged') {
        const line = lineFor(event.result);
        if (line !== null) write(line);
      } else if (isWait(event)) {
        write(waitLine(event));
        waits.begin(waitBegun(event));
      } else if (event.type === 'waiting') waits.note(event);
      else if (event.type === 'sendingEnded' && event.skippedBecause !== null)
        write(terminalText(event.skippedBecause, terminal));
    },
    interrupt: () => write(STOPPING),
    end: async () => waits.end(),
  };
}

function createLines(planned: number, terminal: Terminal): (result: TestResult) => string | null {
  let done = 0;
  let broken = 0;
  const tenth = Math.max(1, Math.ceil(planned / 10));
  return (result) => {
    done++;
    if (result.verdict === 'broken') broken++;
    const worthALine =
      planned <= LINES_LIMIT || (result.verdict === 'broken' && broken <= BROKEN_LINES_LIMIT);
    if (worthALine) return resultLine({ result, done, planned, terminal });
    return done % tenth === 0 || done === planned ? `${done}/${planned} sent, ${broken} broken` : null;
  };
}
