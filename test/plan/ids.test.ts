import fc from 'fast-check';
import { expect, it } from 'vitest';
import { newRunId, RUN_ID } from '../../src/lib/model/run-id.ts';

const moments = fc.date({ min: new Date('2000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true });
const draws = fc.array(fc.integer({ min: 0, max: 31 }), { minLength: 3, maxLength: 3 });

function idAt(moment: Date, numbers: readonly number[] = [0, 0, 0]): string {
  const left = [...numbers];
  return newRunId(moment, () => left.shift() ?? 0);
}

it('begins with the time in UTC', () => {
  expect(idAt(new Date('2026-11-23T12:52:53.000Z'), [3, 7, 31])).toBe('20261123-125253-0037z');
});

it('is safe in a file name, short, and recognized as a run id', () => {
  fc.assert(
    fc.property(moments, draws, (moment, numbers) => {
      const id = idAt(moment, numbers);
      expect(id).toMatch(RUN_ID);
      expect(id).toMatch(/^[0-9a-z-]{21}$/);
    }),
  );
});

it('sorts by time, to the millisecond', () => {
  fc.assert(
    fc.property(moments, fc.integer({ min: 1, max: 100_000 }), draws, draws, (moment, ms, first, second) => {
      const later = new Date(moment.getTime() + ms);
      expect(idAt(moment, first) < idAt(later, second)).toBe(true);
    }),
  );
});

it.each([
  '',
  'latest',
  '../../etc',
  '20261123-125253-0037z/..',
  '20261123-125253-0037Z',
  '20261123-125253-0037u',
])('%j is not a run id', (text) => {
  expect(text).not.toMatch(RUN_ID);
});
