import { expect, test } from 'vitest';
import type { Json } from '../../../src/lib/model/json.ts';
import { isMissingOnly } from '../../../src/lib/stages/probes/probe-result.ts';

test.each<[Json, Json, boolean]>([
  [{}, { status: 'SAVED' }, true],
  [{ status: null }, { status: 'SAVED' }, true],
  [{ status: 'SAVED' }, { status: 'SAVED', variant: 'A' }, true],
  [{ order: {} }, { order: { id: 7 } }, true],
  [null, { status: 'SAVED' }, true],
  [{ status: 'PENDING' }, { status: 'SAVED' }, false],
  [{ status: 'PENDING' }, { status: 'SAVED', variant: 'A' }, false],
  [{ order: { id: 8 } }, { order: { id: 7 } }, false],
  [{ status: null }, { status: null }, false],
])('%j has no difference from %j except missing fields: %s', (actual, expected, isMissing) => {
  expect(isMissingOnly(actual, expected)).toBe(isMissing);
});
