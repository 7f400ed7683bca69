import { expect, it } from 'vitest';
import { columns } from '../../src/lib/view/columns.ts';

const unicode = true;

it('shows one line per row for any cell text', () => {
  const rows = [
    ['a\u001b[31m', 'b\nc'],
    ['\u009b2J', 'd\u202e'],
  ];
  expect(columns({ head: ['ONE', 'TWO'], rows, width: 80, unicode })).toBe('ONE  TWO\na    b c\n     d');
});

it('drops the spare column before it cuts a line', () => {
  const table = {
    head: ['RUN', 'STARTED', 'TARGET'],
    rows: [['20260101-a', '2026-01-01', 'https://a']],
    spare: [1],
    unicode,
  };
  expect(columns({ ...table, width: 33 })).toContain('20260101-a  2026-01-01  https://a');
  expect(columns({ ...table, width: 32 })).toBe('RUN         TARGET\n20260101-a  https://a');
  expect(columns({ ...table, width: 15 })).toBe('RUN         TA…\n20260101-a  ht…');
});

it('shrinks columns to their minimum, in order, at the end or in the middle', () => {
  const table = {
    head: ['KEY', 'VALUE', 'FROM'],
    rows: [['url', 'https://hooks.example.com/webhook', 'file prod-e2e.config.yaml']],
    shrinking: [
      { at: 1, min: 10, cut: 'end' },
      { at: 2, min: 12, cut: 'middle' },
    ],
  } as const;
  expect(columns({ ...table, width: 50, unicode }).split('\n')[1]).toBe(
    'url  https://hooks.exa…  file prod-e2e.config.yaml',
  );
  expect(columns({ ...table, width: 32, unicode }).split('\n')[1]).toBe('url  https://h…  file pr…ig.yaml');
  expect(columns({ ...table, width: 32, unicode: false }).split('\n')[1]).toBe(
    'url  https:/...  file p...g.yaml',
  );
});

it('aligns numbers on the right', () => {
  const rows = [
    ['a', '5 ms'],
    ['b', '1,250 ms'],
  ];
  expect(columns({ head: ['RUN', 'P95'], rows, width: 80, unicode, right: [1] })).toBe(
    'RUN       P95\na        5 ms\nb    1,250 ms',
  );
});
