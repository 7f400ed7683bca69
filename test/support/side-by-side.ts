/** Runs independent work side by side, at most a few at once: programs that wait cost nothing, busy ones share the processors. */
const AT_ONCE = 4;

/** Does the work for each item, in their order. After an error no further item is begun; it is thrown once all work has ended. */
export async function sideBySide<Item>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
  atOnce = AT_ONCE,
): Promise<void> {
  // One iterator for all lanes, so that each item is taken once.
  const rest = items[Symbol.iterator]();
  let failed = false;
  const lane = async () => {
    for (let next = rest.next(); !next.done && !failed; next = rest.next()) {
      await work(next.value).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: atOnce }, lane));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}
