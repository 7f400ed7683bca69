import { describe, expect, it } from 'vitest';
import { CallTimeout, withinLimit } from '../../src/lib/plan/time-limit.ts';

const LIMIT_MS = 50;

function forever(): never {
  for (;;) {
    try {
      for (;;);
    } finally {
    }
  }
}

describe('a call with a time limit', () => {
  it('returns what the code returns, and throws what it throws', () => {
    const value = { a: 1 };
    expect(withinLimit({}, () => value)).toBe(value);
    const failure = Object.assign(new Error('mine'), { code: 'ERR_SCRIPT_EXECUTION_TIMEOUT' });
    const failing = () => {
      throw failure;
    };
    expect(() => withinLimit({}, failing)).toThrow(failure);
  });

  it.each([
    ['a loop', forever],
    ['a loop in an async function', async () => forever()],
    ['a wait', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)],
    ['toJSON', () => JSON.stringify({ toJSON: forever })],
  ])('that is %s is ended', (_, code) => {
    const call = () => withinLimit(code, (): unknown => code(), LIMIT_MS);
    expect(call).toThrow(new CallTimeout(LIMIT_MS));
    expect(
      withinLimit({}, () => 'next'),
      'the next call',
    ).toBe('next');
  });

  it('that did not return is not repeated', () => {
    let calls = 0;
    const code = () => {
      calls++;
      forever();
    };
    for (const _ of [1, 2, 3])
      expect(() => withinLimit(code, code, LIMIT_MS)).toThrow('did not return within 0.05 s');
    expect(calls).toBe(1);
  });
});
