import { expect, test } from 'vitest';
import type { HttpProbe } from '../../src/lib/model/probe.ts';
import { httpLook } from '../../src/lib/stages/probes/http.ts';
import { jsonAnswer } from '../validate/support.ts';

const PROBE: HttpProbe = {
  ...{ method: 'GET', url: '{{origin}}/', headers: {}, body: null, status: [200] },
  ...{ required: [], match: null, schema: null, withinMs: 1_000 },
};

const lookAt = (status: number | null, headers: Readonly<Record<string, string>> = {}) =>
  httpLook(
    PROBE,
    { origin: 'https://api.example.com' },
    {
      call: async () => ({
        answer: status === null ? null : jsonAnswer({}, { status, headers }),
        failure: null,
      }),
      checkSchema: () => [],
      userAgent: 'ua',
    },
  )({ withinMs: 1_000, signal: new AbortController().signal });

test.each<[number, string, boolean]>([
  [200, 'ok', true],
  [201, 'missing', false],
  [299, 'missing', false],
  [300, 'unverified', true],
  [399, 'unverified', true],
  [400, 'missing', false],
  [401, 'unverified', true],
  [403, 'unverified', true],
  [404, 'missing', false],
  [407, 'unverified', true],
  [429, 'unverified', false],
  [499, 'missing', false],
  [500, 'unverified', false],
  [503, 'unverified', false],
])('HTTP %i leaves a stage %s, for good: %s', async (status, state, final) => {
  expect(await lookAt(status)).toMatchObject({ state, final });
});

test.each([
  [{}, 0],
  [{ 'retry-after': '7' }, 7_000],
  [{ 'retry-after': '3600' }, 3_600_000],
  [{ 'retry-after': '3601' }, 3_600_000],
  [{ 'retry-after': 'soon' }, 0],
])('a server in trouble that says %j is asked again after %i ms', async (headers, waitMs) => {
  expect(await lookAt(503, headers)).toMatchObject({ waitMs });
});

test('a call without a response and without a reason leaves a stage unverified', async () => {
  expect(await lookAt(null)).toMatchObject({ state: 'unverified', final: false });
});
