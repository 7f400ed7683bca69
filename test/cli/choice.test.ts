import { expect, it } from 'vitest';
import { movedBy } from '../../src/lib/cli/choice.ts';

it.each([
  [{ name: 'down' }, 0, 1],
  [{ name: 'down' }, 2, 0],
  [{ name: 'up' }, 0, 2],
  [{ name: 'j' }, 1, 2],
  [{ name: 'k' }, 1, 0],
  [{ name: 'tab' }, 0, 1],
  [{ name: '3', sequence: '3' }, 0, 2],
  [{ name: '4', sequence: '4' }, 0, null],
  [{ name: 'x', sequence: 'x' }, 0, null],
])('%j moves from %i to %j', (key, at, expected) => {
  expect(movedBy(key, at, 3)).toBe(expected);
});
