import { describe, expect, it } from 'vitest';
import { bar, barColumns, dots } from '../../../src/lib/view/trace/time-axis.ts';

const axis = { originMs: 1_000, lengthMs: 100, columns: 10 };
const from = (start: number, end: number) => ({ startMs: 1_000 + start, endMs: 1_000 + end });

describe('barColumns', () => {
  it.each([
    [40, 0],
    [69, 0],
    [70, 16],
    [80, 20],
    [200, 60],
    [400, 60],
  ])('of a screen of %i columns are %i', (screen, columns) => {
    expect(barColumns(screen)).toBe(columns);
  });
});

describe('bar', () => {
  it.each([
    ['the whole', from(0, 100), '██████████', '##########'],
    ['the middle', from(30, 50), '   ██', '   ##'],
    ['a part of a cell', from(50, 55), '     ▌', '     #'],
    ['next to nothing', from(50, 50), '     ▏', '     #'],
    ['the very end', from(100, 100), '         █', '         #'],
    ['before the axis', from(-500, -400), '▏', '#'],
    ['from before into it', from(-500, 20), '██', '##'],
    ['beyond the axis', from(200, 300), '         █', '         #'],
    ['backwards', from(40, 10), '    ▏', '    #'],
    ['no time at all', from(Number.NaN, 10), '', ''],
  ])('of %s', (_, stretch, unicode, ascii) => {
    expect(bar(axis, stretch, true)).toBe(unicode);
    expect(bar(axis, stretch, false)).toBe(ascii);
  });

  it('on an axis without length is still drawn', () => {
    expect(bar({ ...axis, lengthMs: 0 }, from(0, 0), true)).toBe('▏');
  });
});

describe('dots', () => {
  it('are drawn at the time of their spans', () => {
    expect(dots(axis, [from(10, 30), from(80, 81)], true)).toBe(' ··     ·');
    expect(dots(axis, [from(10, 30), from(80, 200)], false)).toBe(' ..     ..');
  });
});
