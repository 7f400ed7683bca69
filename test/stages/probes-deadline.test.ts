import { expect, test } from 'vitest';
import type { StageExpectation } from '../../src/lib/model/trace-expectation.ts';
import { SANDBOX_STAGES } from '../../src/lib/stages/built-in.ts';
import { countProbes, probesDeadlineMs, runProbes } from '../../src/lib/stages/probes/run-probes.ts';
import { aStage } from '../support/builders.ts';
import { fakeClock } from '../trace/scripted-api.ts';
import { jsonResponse } from '../validate/support.ts';

const HTTP = {
  method: 'GET',
  url: '{{origin}}/',
  headers: {},
  body: null,
  status: [],
  required: [],
  match: null,
  stop: null,
  schema: null,
};
const SQL = {
  ...{ url: 'postgres://db', query: 'SELECT 1', params: [], rows: { min: 1, max: null } },
  ...{ match: null, stop: null },
};

function probed(httpMs: number | null, sqlMs: number | null): StageExpectation {
  return aStage('save', {
    span: null,
    http: httpMs === null ? null : { ...HTTP, withinMs: httpMs },
    sql: sqlMs === null ? null : { ...SQL, withinMs: sqlMs },
  });
}

test.each<[string, readonly StageExpectation[], number, number]>([
  ['no stage', [], 0, 5_000],
  ['a stage without a probe', [probed(null, null)], 0, 5_000],
  ['an HTTP probe', [probed(2_000, null)], 1, 7_000],
  ['an SQL probe', [probed(null, 3_000)], 1, 8_000],
  ['both', [probed(2_000, 3_000)], 2, 8_000],
  ['several stages', [probed(2_000, 1_000), probed(null, null), probed(4_000, null)], 3, 9_000],
])(
  '%s: %i probes, which take the longest of their limits and 5 s at most',
  (_, stages, count, deadlineMs) => {
    expect([countProbes(stages), probesDeadlineMs(stages)]).toEqual([count, deadlineMs]);
  },
);

test('only the last stage of the sandbox has a probe', () => {
  expect(SANDBOX_STAGES.map(({ name, http }) => [name, http !== null])).toEqual([
    ['webhook-ingestion', false],
    ['data-enrichment', false],
    ['ab-routing', false],
    ['engine-execution', false],
    ['database-save', true],
  ]);
});

/** Asks the HTTP probe of one test until its time is over, with a clock of its own. */
async function asked(withinMs: number, id: string) {
  const clock = fakeClock();
  const limits: number[] = [];
  const stage = probed(withinMs, null);
  const http = stage.http && { ...stage.http, url: '{{origin}}/{{response.id}}' };
  const found = await runProbes({
    tests: [
      {
        testId: 't',
        index: 1,
        name: 'T #1',
        values: { origin: 'https://api.example.com', response: { id } },
        respondedAtMs: clock.ports.monotonicMs(),
      },
    ],
    stages: [{ ...stage, http }],
    ports: {
      call: async (_request, timing) => {
        limits.push(timing.withinMs);
        return { response: jsonResponse({}, { status: 404 }), failure: null };
      },
      query: async () => expect.fail(),
      checkSchema: () => [],
      userAgent: 'ua',
      ...clock.ports,
    },
    others: Promise.resolve(),
    othersEndMs: Number.POSITIVE_INFINITY,
    onConfirmed: () => {},
    onProgress: () => {},
    stop: new AbortController().signal,
  });
  return { limits, http: found.get('t')?.get('save')?.http };
}

test.each([
  [60_000, 10_000, 5_000],
  [3_000, 8_000, 5_000],
])('a probe of %i ms: the first query gets %i ms, the last one %i ms', async (withinMs, first, last) => {
  const { limits } = await asked(withinMs, 's1');
  expect([limits[0], limits.at(-1)]).toEqual([first, last]);
});

test.each([
  [80, `id ${'x'.repeat(80)}, `],
  [81, `id ${'x'.repeat(80)}…, `],
])('an id of %i characters is shown as %j', async (length, text) => {
  const { http } = await asked(1_000, 'x'.repeat(length));
  expect(http?.circumstances?.startsWith(text)).toBe(true);
});
