import { setTimeout as delay } from 'node:timers/promises';

/** Resolves after this time, or as soon as the signal is aborted; never rejects. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {});
}

export interface Grace {
  readonly signal: AbortSignal;
  /** Releases its timers. */
  readonly end: () => void;
}

/** A signal that is aborted `graceMs` after the stop, or `limitMs` from now, whichever comes first; null for no limit. */
export function graceAfter(
  stop: AbortSignal,
  { graceMs, limitMs = null }: { readonly graceMs: number; readonly limitMs?: number | null },
): Grace {
  const controller = new AbortController();
  const timers: NodeJS.Timeout[] = [];
  const abortIn = (ms: number) => {
    timers.push(setTimeout(() => controller.abort(), ms));
  };
  if (limitMs !== null) abortIn(limitMs);
  const stopping = () => abortIn(graceMs);
  if (stop.aborted) stopping();
  else stop.addEventListener('abort', stopping, { once: true });
  return {
    signal: controller.signal,
    end: () => {
      stop.removeEventListener('abort', stopping);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}
