import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createCapacity } from '../../src/lib/send/capacity.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Whether a promise has resolved by now. */
async function resolved(promise: Promise<void>): Promise<boolean> {
  let done = false;
  void promise.then(() => {
    done = true;
  });
  await vi.advanceTimersByTimeAsync(0);
  return done;
}

describe('createRoom', () => {
  it('admits below the limit, and at the limit waits until one is released', async () => {
    const room = createCapacity({ limit: 2, stallMs: 1_000 });
    room.enter();
    expect(await resolved(room.ready())).toBe(true);
    room.enter();
    const waiting = room.ready();
    expect(await resolved(waiting)).toBe(false);
    room.leave();
    expect(await resolved(waiting)).toBe(true);
  });

  it('admits all once it is open', async () => {
    const room = createCapacity({ limit: 1, stallMs: 1_000 });
    room.enter();
    const waiting = room.ready();
    expect(await resolved(waiting)).toBe(false);
    room.open();
    expect(await resolved(waiting)).toBe(true);
    expect(await resolved(room.ready()), 'from now on').toBe(true);
  });

  it('keeps waiting as long as one is released now and then', async () => {
    const room = createCapacity({ limit: 2, stallMs: 1_000 });
    for (let each = 0; each < 6; each++) room.enter();
    const waiting = room.ready();
    for (let each = 0; each < 4; each++) {
      await vi.advanceTimersByTimeAsync(900);
      expect(await resolved(waiting)).toBe(false);
      room.leave();
    }
    await vi.advanceTimersByTimeAsync(900);
    room.leave();
    expect(await resolved(waiting)).toBe(true);
  });

  it('stops waiting once nothing was released for too long, until one is', async () => {
    const room = createCapacity({ limit: 1, stallMs: 1_000 });
    room.enter();
    room.enter();
    room.enter();
    const waiting = [room.ready(), room.ready()];
    await vi.advanceTimersByTimeAsync(999);
    expect(await resolved(Promise.race(waiting))).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await resolved(Promise.all(waiting).then(() => {}))).toBe(true);
    expect(await resolved(room.ready())).toBe(true);
    room.leave();
    expect(await resolved(room.ready())).toBe(false);
  });

  it('resolves when it is empty', async () => {
    const room = createCapacity({ limit: 1, stallMs: 1_000 });
    expect(await resolved(room.empty())).toBe(true);
    room.enter();
    room.enter();
    const empty = room.empty();
    room.leave();
    expect(await resolved(empty)).toBe(false);
    room.leave();
    expect(await resolved(empty)).toBe(true);
  });

  it('leaves no timer behind', async () => {
    const room = createCapacity({ limit: 1, stallMs: 1_000 });
    room.enter();
    const waiting = room.ready();
    room.leave();
    await waiting;
    expect(vi.getTimerCount()).toBe(0);
  });
});
