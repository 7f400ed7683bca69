/** Texts about a wait, for every kind of output: how long it has taken, what has arrived, and what is missing. */
import type { RunEvent } from '../model/event.ts';

export type Waiting = Omit<Extract<RunEvent, { type: 'waiting' }>, 'type'> & {
  /** How long the wait may take; unknown if absent. */
  readonly deadlineMs?: number;
};

export interface WaitLine {
  /** The wait's clock starts with the first call. */
  readonly note: (waiting: Waiting) => void;
  /** One text for each part of the wait: `12 s (up to 15 s): 3 of 5 traces complete; waiting for ab-routing in trace 4`. */
  readonly texts: () => readonly string[];
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
      // Before the probes, a run without trace reading only waits until Sentry has accepted its spans.
      if (waiting.for === 'probes' && parts.get('traces')?.deadlineMs === undefined) parts.delete('traces');
      if (parts.size === 0) begunMs = monotonicMs();
      parts.set(waiting.for, { ...parts.get(waiting.for), ...waiting, atMs: monotonicMs() });
    },
    texts: () => {
      const nowMs = monotonicMs();
      return [...parts.values()].map(({ for: what, progress, resumesInMs, deadlineMs, atMs }, at) => {
        // All parts began together, and one that has ended must not seem to run longer than its limit.
        const time = at === 0 ? elapsed(nowMs - begunMs) : null;
        const label = [LABELS[what], time].filter((part) => part !== null).join(', ');
        const limit = deadlineMs === undefined ? '' : ` (up to ${Math.round(deadlineMs / 1_000)} s)`;
        const next = resumesInMs === null ? '' : `; next try in ${seconds(resumesInMs - (nowMs - atMs))}`;
        return `${label}${limit}: ${progress}${next}`;
      });
    },
    end: () => parts.clear(),
  };
}

/** Null if the text names them. */
const LABELS: Readonly<Record<Waiting['for'], string | null>> = {
  traces: null,
  probes: 'Probes',
  cleanup: 'Clean-up',
};

/** `12 s`, `1 min 3 s` */
export function elapsed(ms: number): string {
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

/** Silence after which a line is written, in milliseconds: 10 s with the tick that follows. */
export const SILENCE_MS = 9_000;
export const TICK_MS = 1_000;
/** Minimum interval between two lines about changes, in milliseconds. */
const MIN_INTERVAL_MS = 5_000;

export interface WaitLines {
  /** Starts a wait that was already announced. */
  readonly begin: (waiting: Waiting) => void;
  readonly note: (waiting: Waiting) => void;
  readonly end: () => void;
}

/** The wait as lines in a log, for commands that do nothing else meanwhile. */
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
    const texts = line.texts();
    if (texts.length === 0) return;
    writtenMs = monotonicMs();
    write(texts.join('. '));
  };
  const begin = (waiting: Waiting) => {
    line.note(waiting);
    writtenMs = monotonicMs();
    endTicks ??= options.every(TICK_MS, () => {
      if (sinceMs() >= SILENCE_MS) writeLine();
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
