/** A signal that aborts with another one, or when its time has passed. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  readonly abort: () => void;
  /** To be called once nothing depends on it. */
  readonly end: () => void;
}

/** @param ms null for no separate limit */
export function timeLimit(ms: number | null, stop?: AbortSignal): TimeLimit {
  const controller = new AbortController();
  const abort = () => controller.abort();
  if (stop?.aborted === true) abort();
  stop?.addEventListener('abort', abort, { once: true });
  const timer = ms === null ? undefined : setTimeout(abort, Math.max(0, ms));
  return {
    signal: controller.signal,
    abort,
    end: () => {
      clearTimeout(timer);
      stop?.removeEventListener('abort', abort);
    },
  };
}
