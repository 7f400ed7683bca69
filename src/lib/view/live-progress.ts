/** Progress as a live list on a terminal. The only importer of listr2. */
import { DefaultRenderer, Listr, ListrLogger, type ListrTaskWrapper, ProcessOutput } from 'listr2';
import type { RunEvent } from '../model/event.ts';
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
import { createWaitLine, type Every, type WaitLine } from './wait-lines.ts';

/** Interval at which the line about a wait is redrawn, in milliseconds. */
const REDRAWN_MS = 1_000;
/** Results shown under the running line. */
const RESULTS_SHOWN = 5;

type Task = Pick<ListrTaskWrapper<unknown, never, never>, 'title' | 'output'>;

interface Drawing {
  readonly task: Task;
  readonly finish: () => void;
  readonly ended: Promise<unknown>;
}

/**
 * For a terminal that is not stdout. listr2 checks only stdout, and if that is not a terminal it prints plain lines to it,
 * which would end up in the report.
 */
class LiveRenderer extends DefaultRenderer {
  static override nonTTY = true;
}

export function liveProgress(options: {
  readonly stream: NodeJS.WriteStream;
  readonly terminal: Terminal;
  readonly monotonicMs: () => number;
  readonly every: Every;
}): Progress {
  const { stream, terminal } = options;
  const waits = createWaitLine(options.monotonicMs);
  let endTicks: (() => void) | null = null;
  const write = (line: string) => stream.write(`${line}\n`);
  let drawing: Promise<Drawing> | null = null;
  let planned = 0;
  let done = 0;
  let broken = 0;
  let stopping = false;
  let reading: string | null = null;
  // Other output would break the redrawn list, so it waits until the list ends.
  const afterwards: string[] = [];
  const title = () => {
    const state = `${done}/${planned} answered${broken === 0 ? '' : `, ${broken} broken`}`;
    const wait = waits.text();
    return [
      state,
      ...(reading === null ? [] : [reading]),
      ...(wait === null ? [] : [terminalText(wait, terminal)]),
      ...(stopping ? [STOPPING] : []),
    ].join('. ');
  };
  const draw = (change: (task: Task) => void) => {
    drawing =
      drawing?.then((current) => {
        change(current.task);
        return current;
      }) ?? null;
  };
  const drawTitle = () =>
    draw((task) => {
      task.title = title();
    });
  const note: WaitLine['note'] = (waiting) => {
    waits.note(waiting);
    endTicks ??= options.every(REDRAWN_MS, drawTitle);
    drawTitle();
  };
  return {
    on: (event: RunEvent) => {
      if (event.type === 'runStarted') {
        planned = event.facts.planned;
        for (const line of startLines(event, terminal)) write(line);
      } else if (event.type === 'testSent') drawing ??= startDrawing({ stream, title: title() });
      else if (event.type === 'testJudged') {
        done++;
        if (event.result.verdict === 'broken') broken++;
        const line = resultLine({ result: event.result, done, planned, terminal });
        draw((task) => {
          task.title = title();
          task.output = line;
        });
      } else if (isWait(event)) {
        const line = waitLine(event);
        // Probes run while traces are read.
        reading = event.type === 'probesAwaited' && reading !== null ? `${reading}. ${line}` : line;
        note(waitBegun(event));
      } else if (event.type === 'waiting') note(event);
      else if (event.type === 'notice') {
        const line = noticeLine(event.finding, terminal);
        if (drawing === null) write(line);
        else afterwards.push(line);
      } else if (event.type === 'sendingEnded' && event.skippedBecause !== null)
        afterwards.push(terminalText(event.skippedBecause, terminal));
    },
    interrupt: () => {
      stopping = true;
      drawTitle();
    },
    end: async () => {
      endTicks?.();
      const current = await drawing;
      current?.finish();
      await current?.ended;
      for (const line of afterwards) write(line);
    },
  };
}

/** Resolves once the list is on the screen. */
function startDrawing({
  stream,
  title,
}: {
  readonly stream: NodeJS.WriteStream;
  readonly title: string;
}): Promise<Drawing> {
  return new Promise((resolve) => {
    let finish = () => {};
    const finished = new Promise<void>((end) => {
      finish = end;
    });
    const processOutput = new ProcessOutput(stream, stream);
    // The list hides the cursor and buffers other output; a second Ctrl-C would end the process in that state.
    const restore = () => processOutput.release();
    process.once('exit', restore);
    const list = new Listr(
      [
        {
          title,
          task: (_, task) => {
            resolve({ task, finish, ended });
            return finished;
          },
          rendererOptions: { outputBar: RESULTS_SHOWN, persistentOutput: false },
        },
      ],
      {
        // SIGINT is handled by the command, and stdout is for the report.
        registerSignalListeners: false,
        renderer: LiveRenderer,
        rendererOptions: {
          logger: new ListrLogger({ useIcons: false, processOutput }),
          clearOutput: true,
        },
      },
    );
    const ended = list.run().finally(() => process.off('exit', restore));
  });
}
