import { describe, expect, it } from 'vitest';
import { forEachLimited } from '../src/lib/limit-concurrency.ts';

/** Work that ends when a test says so, and what it saw of others. */
function controlled() {
  const ends: (() => void)[] = [];
  const began: number[] = [];
  let inFlight = 0;
  let most = 0;
  const work = async (item: number): Promise<number> => {
    began.push(item);
    most = Math.max(most, ++inFlight);
    await new Promise<void>((resolve) => ends.push(resolve));
    inFlight--;
    return item;
  };
  const endNext = async () => {
    ends.shift()?.();
    await new Promise(setImmediate);
  };
  return { work, began, endNext, most: () => most };
}

describe('each item, with at most the limit at once', () => {
  it.each([
    [3, 5, 3],
    [5, 3, 3],
    [1, 4, 1],
  ])('limit %i, %i items: %i at once', async (limit, count, expected) => {
    const { work, began, endNext, most } = controlled();
    const items = Array.from({ length: count }, (_, at) => at + 1);
    const done = forEachLimited(items, {
      limit,
      goOn: () => true,
      work: async (item) => void (await work(item)),
    });
    for (let at = 0; at < count; at++) await endNext();
    await done;
    expect(began).toEqual(items);
    expect(most()).toBe(expected);
  });

  it('starts no further one once it must stop', async () => {
    const began: number[] = [];
    await forEachLimited([1, 2, 3, 4], {
      limit: 1,
      goOn: () => began.length < 2,
      work: async (item) => {
        began.push(item);
      },
    });
    expect(began).toEqual([1, 2]);
  });
});
