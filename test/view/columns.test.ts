import { expect, it } from 'vitest';
import { columns } from '../../src/lib/view/columns.ts';

it('shows one line per row for any cell text', () => {
  const rows = [
    ['a\u001b[31m', 'b\nc'],
    ['\u009b2J', 'd\u202e'],
  ];
  expect(columns({ head: ['ONE', 'TWO'], rows, width: 80 })).toBe('ONE  TWO\na    b c\n     d');
});

it('drops the spare column before it cuts a line', () => {
  const table = {
    head: ['RUN', 'STARTED', 'TARGET'],
    rows: [['20260101-a', '2026-01-01', 'https://a']],
    spare: 1,
  };
  expect(columns({ ...table, width: 33 })).toContain('20260101-a  2026-01-01  https://a');
  expect(columns({ ...table, width: 32 })).toBe('RUN         TARGET\n20260101-a  https://a');
  expect(columns({ ...table, width: 15 })).toBe('RUN         ...\n20260101-a  ...');
});
