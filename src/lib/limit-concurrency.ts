/** Limits how much happens at once. */

/**
 * Limit of requests in flight to Sentry's API: it limits concurrency per caller, and other programs with the same
 * token need a share of it.
 */
export const REQUESTS_AT_ONCE = 5;

/** Does the work for each item, a few at a time in order; items not yet started when `goOn` turns false are skipped. */
export async function forEachLimited<T>(
  items: readonly T[],
  {
    limit,
    goOn,
    work,
  }: { readonly limit: number; readonly goOn: () => boolean; readonly work: (item: T) => Promise<void> },
): Promise<void> {
  const rest = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    while (goOn()) {
      const next = rest.next();
      if (next.done === true) return;
      await work(next.value);
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
}
