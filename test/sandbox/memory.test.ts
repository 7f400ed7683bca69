import { describe, expect, it } from 'vitest';
import { createDuplicateMemory, DUPLICATE_WINDOW_MS } from '../../src/lib/sandbox/duplicate-memory.ts';
import type { Signal } from '../../src/lib/sandbox/signal.ts';
import { createSignalStore } from '../../src/lib/sandbox/signal-store.ts';
import { createTaskGroup } from '../../src/lib/sandbox/task-group.ts';

const signal = (symbol: string): Signal => ({
  symbol,
  direction: 'long',
  timeframe: '5m',
  scenario: null,
  testId: null,
  session: 's',
});

describe('createDuplicateMemory', () => {
  it('remembers for the window and not longer', () => {
    const memory = createDuplicateMemory();
    expect(memory.claim(signal('SPY'), 1_000)).toBeNull();
    expect(memory.claim(signal('SPY'), 1_000 + DUPLICATE_WINDOW_MS - 1)).toBe(DUPLICATE_WINDOW_MS - 1);
    expect(memory.claim(signal('SPY'), 1_000 + DUPLICATE_WINDOW_MS)).toBeNull();
    expect(memory.size()).toBe(1);
  });

  it('is bounded: the oldest is forgotten', () => {
    const memory = createDuplicateMemory(2);
    for (const symbol of ['A', 'B', 'C']) memory.claim(signal(symbol), 0);
    expect(memory.size()).toBe(2);
    expect(memory.claim(signal('C'), 1)).toBe(1);
    expect(memory.claim(signal('A'), 1)).toBeNull();
  });

  it('takes a released signal again', () => {
    const memory = createDuplicateMemory();
    memory.claim(signal('SPY'), 0);
    memory.release(signal('SPY'));
    expect(memory.claim(signal('SPY'), 1)).toBeNull();
  });

  it('does not confuse fields that run into each other', () => {
    const memory = createDuplicateMemory();
    memory.claim({ ...signal('A'), session: 'x' }, 0);
    expect(memory.claim({ ...signal('A'), session: null }, 0)).toBeNull();
  });
});

describe('createSignalStore', () => {
  it('keeps the newest', () => {
    const store = createSignalStore(2);
    for (const id of ['a', 'b', 'c']) store.save(id, { id });
    expect([store.find('a'), store.find('b'), store.find('c')]).toEqual([null, { id: 'b' }, { id: 'c' }]);
  });
});

describe('createTaskGroup', () => {
  it('waits for tasks that start others, and for failed ones', async () => {
    const tasks = createTaskGroup();
    const seen: string[] = [];
    const second = async () => void seen.push('second');
    void tasks.run(Promise.resolve().then(() => void tasks.run(Promise.resolve().then(second))));
    tasks.run(Promise.reject(new Error('boom'))).catch(() => seen.push('failed'));
    await tasks.settled(5_000);
    expect(seen.sort()).toEqual(['failed', 'second']);
  });

  it('gives up after the limit', async () => {
    const tasks = createTaskGroup();
    void tasks.run(new Promise(() => undefined));
    await tasks.settled(10);
  });
});
