import { describe, expect, it } from 'vitest';
import { gapsOf } from '../../../src/lib/view/trace/span-gaps.ts';
import { aSpan } from '../../support/drawn-traces.ts';

const parent = aSpan('parent', [0, 200]);
const gaps = (...children: readonly (readonly [number, number])[]) =>
  gapsOf(
    parent,
    children.map((times) => aSpan('child', times)),
  );

describe('gapsOf', () => {
  it('finds time without a child span, the longest gap separately', () => {
    const found = gaps([100, 20], [20, 30], [25, 10]);
    expect(found?.totalMs).toBe(150);
    expect(found?.stretches.map(({ startMs, endMs }) => endMs - startMs)).toEqual([20, 50, 80]);
    expect(found?.longest.endMs).toBe(parent.startMs + 200);
  });

  it('ignores a span without children', () => {
    expect(gaps()).toBeNull();
  });

  it('ignores gaps below 30% of the span', () => {
    expect(gaps([0, 141])).toBeNull();
    expect(gaps([0, 140])?.totalMs).toBe(60);
  });

  it('ignores gaps below 50 ms', () => {
    const short = aSpan('short', [0, 60]);
    expect(gapsOf(short, [aSpan('child', [0, 11])])).toBeNull();
    expect(gapsOf(short, [aSpan('child', [0, 10])])?.totalMs).toBe(50);
  });

  it('does not count time outside the span', () => {
    expect(gaps([-100, 150], [150, 900])?.totalMs).toBe(100);
    expect(gaps([-100, 50], [300, 50])?.totalMs).toBe(200);
  });
});
