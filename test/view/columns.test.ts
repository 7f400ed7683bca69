import { expect, it } from 'vitest';
import { columns } from '../../src/lib/view/columns.ts';

it('shows one line a row, whatever is in its cells', () => {
  const rows = [
    ['a\u001b[31m', 'b\nc'],
    ['\u009b2J', 'd\u202e'],
  ];
  expect(columns({ head: ['ONE', 'TWO'], rows, width: 80 })).toBe('ONE  TWO\na    b c\n     d');
});
