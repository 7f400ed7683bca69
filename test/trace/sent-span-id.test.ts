import { expect, test } from 'vitest';
import { sentSpanId } from '../../src/lib/trace/trace-id.ts';

const ID = '1234567890ABCDEF1234567890abcdef';
const SPAN = '00f067aa0ba902B7';

test.each([
  [`${ID}-${SPAN}-1`, '00f067aa0ba902b7'],
  [`${ID}-${SPAN}-0`, '00f067aa0ba902b7'],
  [`${ID}-${SPAN}`, '00f067aa0ba902b7'],
  [` ${ID}-${SPAN}-1 `, '00f067aa0ba902b7'],
  [`${ID}-${SPAN}-2`, null],
  [`${ID}-${SPAN}0`, null],
  [ID, null],
  ['', null],
  [undefined, null],
])('the span id of %j is %j', (header, expected) => {
  expect(sentSpanId(header)).toBe(expected);
});
