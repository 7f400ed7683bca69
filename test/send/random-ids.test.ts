import { describe, expect, it } from 'vitest';
import { randomHex } from '../../src/lib/send/trace.ts';

describe('random ids', () => {
  it('have two hex digits per byte, and never repeat, across many blocks', () => {
    const ids = Array.from({ length: 20_000 }, (_, at) => randomHex(at % 2 === 0 ? 16 : 8));
    expect(ids.filter((id) => !/^([0-9a-f]{32}|[0-9a-f]{16})$/.test(id))).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    // No id is the beginning of another one: that would be the same bytes handed out twice.
    const beginnings = new Set(ids.map((id) => id.slice(0, 16)));
    expect(beginnings.size).toBe(ids.length);
  });
});
