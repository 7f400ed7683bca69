/** Texts about a wait, for every kind of output: how long it has taken, what has arrived, and what is missing. */
import type { RunEvent } from '../model/event.ts';

type Waiting = Omit<Extract<RunEvent, { type: 'waiting' }>, 'type'>;

export interface WaitLine {
  /** The wait's clock starts with the first call. */
  readonly note: (waiting: Waiting) => void;
  /** `12 s: 3 of 5 traces complete; waiting for ab-routing in trace 4`; null while there is no wait. */
  readonly text: () => string | null;
  /** The next call of `note` starts another wait. */
  readonly end: () => void;
}

export function createWaitLine(monotonicMs: () => number): WaitLine {
  let begunMs = 0;
  const parts = new Map<Waiting['for'], Waiting & { readonly atMs: number }>();
  return {
    note: (waiting) => {
      // Clean-up starts when all other waits have ended.
      if (waiting.for === 'cleanup' && !parts.has('cleanup')) parts.clear();
      if (parts.size === 0) begunMs = monotonicMs();
      parts.set(waiting.for, { ...waiting, atMs: monotonicMs() });
    },
    text: () => {
      if (parts.size === 0) return null;
      const nowMs = monotonicMs();
      const words = [...parts.values()].map(({ progress, resumesInMs, atMs }) =>
        resumesInMs === null ? progress : `${progress}; next try in ${seconds(resumesInMs - (nowMs - atMs))}`,
      );
      return `${elapsed(nowMs - begunMs)}: ${words.join('. ')}`;
    },
    end: () => parts.clear(),
  };
}

function elapsed(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function seconds(ms: number): string {
  return `${Math.max(0, Math.ceil(ms / 1_000))} s`;
}

/** Calls a function at an interval; returns a function that stops it. */
export type Every = (ms: number, run: () => void) => () => void;

export const callEvery: Every = (ms, run) => {
  const timer = setInterval(run, ms).unref();
  return () => clearInterval(timer);
};

/** Minimum interval between lines in a log, in milliseconds. */
const MIN_INTERVAL_MS = 5_000;
/** Maximum interval, without the tick that follows: 10 s with it. */
const MAX_INTERVAL_MS = 9_000;
const TICK_MS = 1_000;

export interface WaitLines {
  /** Starts a wait that was already announced. */
  readonly begin: (waiting: Waiting) => void;
  readonly note: (waiting: Waiting) => void;
  readonly end: () => void;
}

/** The wait as lines in a log. */
export function createWaitLines(options: {
  readonly write: (line: string) => void;
  readonly monotonicMs: () => number;
  readonly every: Every;
  /** The wait is announced elsewhere, so its first line can come later. */
  readonly announced: boolean;
}): WaitLines {
  const { write, monotonicMs } = options;
  const line = createWaitLine(monotonicMs);
  let writtenMs = 0;
  let isPauseNamed = false;
  let isNoted = false;
  let endTicks: (() => void) | null = null;
  const sinceMs = () => monotonicMs() - writtenMs;
  const writeLine = () => {
    const text = line.text();
    if (text === null) return;
    writtenMs = monotonicMs();
    write(text);
  };
  const begin = (waiting: Waiting) => {
    line.note(waiting);
    writtenMs = monotonicMs();
    endTicks ??= options.every(TICK_MS, () => {
      if (sinceMs() >= MAX_INTERVAL_MS) writeLine();
    });
  };
  return {
    begin,
    note: (waiting) => {
      const isFirst = !isNoted;
      isNoted = true;
      if (endTicks === null) begin(waiting);
      else line.note(waiting);
      const isFirstPause = waiting.resumesInMs !== null && !isPauseNamed;
      if (isFirstPause) isPauseNamed = true;
      if (isFirstPause || (isFirst && !options.announced) || sinceMs() >= MIN_INTERVAL_MS) writeLine();
    },
    end: () => {
      endTicks?.();
      endTicks = null;
      line.end();
    },
  };
}
