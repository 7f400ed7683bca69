import { expect, test } from 'vitest';
import type { HttpProbe } from '../../src/lib/model/probe.ts';
import type { Statement } from '../../src/lib/model/stage.ts';
import { runHttpProbe } from '../../src/lib/stages/probes/http.ts';
import { jsonResponse } from '../validate/support.ts';

const PROBE: HttpProbe = {
  ...{ method: 'GET', url: '{{origin}}/', headers: {}, body: null, status: [200] },
  ...{ required: [], match: null, stop: null, schema: null, withinMs: 1_000 },
};

const lookAt = (
  status: number | null,
  headers: Readonly<Record<string, string>> = {},
  expected: readonly number[] = [200],
) =>
  runHttpProbe(
    { ...PROBE, status: expected },
    { origin: 'https://api.example.com' },
    {
      call: async () => ({
        response: status === null ? null : jsonResponse({}, { status, headers }),
        failure: null,
      }),
      checkSchema: () => [],
      userAgent: 'ua',
    },
  )({ withinMs: 1_000, signal: new AbortController().signal });

test.each<[number, Statement, boolean]>([
  [200, 'confirms', true],
  // Another 2xx says nothing, but for those that say "not yet" or "nothing here".
  [201, 'unknown', false],
  [202, 'absent', false],
  [203, 'unknown', false],
  [204, 'absent', false],
  [299, 'unknown', false],
  [300, 'unknown', true],
  [399, 'unknown', true],
  [400, 'unknown', false],
  [401, 'unknown', true],
  [403, 'unknown', true],
  [404, 'absent', false],
  [407, 'unknown', true],
  [409, 'unknown', false],
  [410, 'absent', false],
  [422, 'unknown', false],
  [429, 'unknown', false],
  [499, 'unknown', false],
  [500, 'unknown', false],
  [503, 'unknown', false],
])('HTTP %i with 200 expected means %s, final: %s', async (status, statement, final) => {
  expect(await lookAt(status)).toMatchObject({ statement, final });
});

test.each<[number, Statement, boolean]>([
  [404, 'confirms', true],
  [410, 'unknown', false],
  [200, 'contradicts', true],
  [204, 'contradicts', true],
  [299, 'contradicts', true],
  [300, 'unknown', false],
  [401, 'unknown', false],
  [500, 'unknown', false],
])('HTTP %i with 404 expected means %s, final: %s', async (status, statement, final) => {
  expect(await lookAt(status, {}, [404])).toMatchObject({ statement, final });
});

test.each([
  [{}, 0],
  [{ 'retry-after': '7' }, 7_000],
  [{ 'retry-after': '3600' }, 3_600_000],
  [{ 'retry-after': '3601' }, 3_600_000],
  [{ 'retry-after': 'soon' }, 0],
])('a failing server that sends %j is queried again after %i ms', async (headers, waitMs) => {
  expect(await lookAt(503, headers)).toMatchObject({ waitMs });
});

test('a call without a response and without a reason is no evidence', async () => {
  expect(await lookAt(null)).toMatchObject({ statement: 'unknown', final: false });
});
