import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/lib/model/json.ts';
import type { StopValues } from '../../../src/lib/model/probe.ts';
import { rowText } from '../../../src/lib/stages/probes/row-text.ts';

test.each<[JsonObject, JsonObject | null, StopValues | null, string | null]>([
  [
    { id: 7, rejection_reason: 'mtf_bias_missing', status: 'rejected' },
    { status: 'approved' },
    null,
    'status "rejected" (expected "approved"), id 7, rejection_reason "mtf_bias_missing"',
  ],
  [{ id: 7, status: 'rejected' }, null, { status: ['rejected'] }, 'status "rejected", id 7'],
  [{ a: 1, b: true, c: null, d: 'x' }, null, null, 'a 1, b true, c null, d "x"'],
  [{ symbol: 'SPY' }, { symbol: 'SPY' }, null, 'symbol "SPY"'],
  [{ id: 7 }, { status: 'approved' }, null, 'status missing (expected "approved"), id 7'],
  // Never JSON, never binary, nothing secret.
  [{ id: 7, payload: { a: 1 }, tags: ['a'] }, null, null, 'id 7'],
  [{ id: 7, payload: '{"a":1}', list: ' [1]' }, null, null, 'id 7'],
  [{ id: 7, note: '[draft' }, null, null, 'id 7, note "[draft"'],
  [{ id: 7, bytes: '\\x0aff' }, null, null, 'id 7'],
  [{ id: 7, api_key: 'k', password_hash: 'h', session_token: 't' }, null, null, 'id 7'],
  [{ payload: {} }, null, null, null],
  [{}, null, null, null],
  [{ result: { status: 'no' } }, null, { 'result.status': ['no'] }, 'result.status "no"'],
])('%j, %j, %j: %s', (row, match, stop, text) => {
  expect(rowText(row, { match, stop })).toBe(text);
});

test('is at most 300 characters', () => {
  const row = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`column_${at}`, 'x'.repeat(100)]));
  const text = rowText(row, { match: null, stop: null }) ?? '';
  expect(text).toHaveLength(300);
  expect(text.startsWith('column_0 "xxx')).toBe(true);
});
