/** Knowing what still goes on, so that a stop can wait for it. */
import { setTimeout as pause } from 'node:timers/promises';

export interface TaskGroup {
  /** Watches `task` and gives it back. */
  run<Result>(task: Promise<Result>): Promise<Result>;
  /** Resolves when nothing goes on any more, or after `limitMs`. */
  settled(limitMs: number): Promise<void>;
}

export function createTaskGroup(): TaskGroup {
  const running = new Set<Promise<unknown>>();
  const allDone = async (): Promise<void> => {
    // A task may start another as its last act.
    while (running.size > 0) await Promise.allSettled(running);
  };
  return {
    run(task) {
      running.add(task);
      const done = (): void => void running.delete(task);
      task.then(done, done);
      return task;
    },
    async settled(limitMs) {
      const timer = new AbortController();
      const limit = pause(limitMs, undefined, { signal: timer.signal }).catch(() => undefined);
      await Promise.race([allDone(), limit]);
      timer.abort();
    },
  };
}
