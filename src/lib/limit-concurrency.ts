/** Bounds how much happens at once. */

/**
 * Requests under way at Sentry's API at once: it limits concurrency per caller, and everything else that uses the
 * same token wants some of it.
 */
export const REQUESTS_AT_ONCE = 5;

/** Does the work for each item, a few at a time in order; what has not begun when `goOn` turns false is left out. */
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
