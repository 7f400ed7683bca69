/** Which webhooks a target treated as duplicates. */
import { truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { Json } from '../../src/lib/model/json.ts';
import type { Summary } from '../../src/lib/model/report.ts';
import { createFold } from '../../src/lib/report/digest/fold.ts';
import { factsOf } from '../../src/lib/report/digest/run-facts.ts';
import {
  allDuplicatesFinding,
  createDuplicates,
  type EarlierRun,
  NO_EARLIER_IDS,
  readEarlierIds,
} from '../../src/lib/run/duplicates.ts';
import { aHead, keepRun, resultsFile } from '../report/saved-run.ts';
import { anExpectation, aResponse, aTest, aWarning } from '../support/builders.ts';
import { aPlannedTest } from '../support/sending.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { jsonResponse, textResponse } from '../validate/support.ts';

const NOW_MS = Date.parse('2026-08-01T12:00:40.000Z');
const EARLIER: EarlierRun = {
  runId: '20260801-120000-k3f9z',
  seed: '42',
  startedAtMs: Date.parse('2026-08-01T12:00:00.000Z'),
};
const REPEAT = {
  ...{ times: 1, afterMs: 0, secondEvent: 'error' as const },
  expect: anExpectation(),
};

const plan = (index: number, idPath?: string) =>
  aPlannedTest('https://hooks.example.com/webhook', {
    index,
    ...(idPath === undefined ? {} : { repeat: { ...REPEAT, idPath } }),
  });

describe('the id of a response', () => {
  it('belongs to the first test that received it', () => {
    const { earlierOwner } = createDuplicates(NO_EARLIER_IDS, () => NOW_MS);
    const owners = (['s1', 's2', 's1', 's1', 's2'] as const).map((id, at) =>
      earlierOwner(plan(at + 1), jsonResponse({ signal_id: id })),
    );
    expect(owners).toEqual([
      ...[null, null],
      'test 1 received the same signal_id',
      'test 1 received the same signal_id',
      'test 2 received the same signal_id',
    ]);
  });

  it('may belong to a test of an earlier run', () => {
    const { earlierOwner } = createDuplicates(
      { latest: EARLIER, ids: new Map([['s1', EARLIER]]) },
      () => NOW_MS,
    );
    expect(earlierOwner(plan(1), jsonResponse({ signal_id: 's1' }))).toBe(
      'a test of run 20260801-120000-k3f9z received the same signal_id (40 s ago)',
    );
    expect(earlierOwner(plan(2), jsonResponse({ signal_id: 's2' }))).toBeNull();
    // This run is nearer.
    expect(earlierOwner(plan(3), jsonResponse({ signal_id: 's1' }))).toBe(
      'test 1 received the same signal_id',
    );
  });

  it('is read from the path in repeat.id', () => {
    const { earlierOwner } = createDuplicates(NO_EARLIER_IDS, () => NOW_MS);
    const response = jsonResponse({ signal_id: 's1', order: { id: 7 } });
    expect(earlierOwner(plan(1, 'order.id'), response)).toBeNull();
    expect(earlierOwner(plan(2, 'order.id'), jsonResponse({ signal_id: 's2', order: { id: 7 } }))).toBe(
      'test 1 received the same order.id',
    );
  });

  it.each<[string, ReturnType<typeof jsonResponse>]>([
    ['is no JSON', textResponse('s1')],
    ['has no id', jsonResponse({ status: 'ACCEPTED' })],
    ['has an empty id', jsonResponse({ signal_id: '' })],
    ['has an id that is null', jsonResponse({ signal_id: null })],
    ['has an id that is an object', jsonResponse({ signal_id: { a: 1 } })],
    ['has an id that is true', jsonResponse({ signal_id: true })],
    ['is no success', jsonResponse({ signal_id: 's1' }, { status: 409 })],
    ['redirects', jsonResponse({ signal_id: 's1' }, { status: 302 })],
  ])('is absent from a response that %s', (_, response) => {
    const { earlierOwner } = createDuplicates(NO_EARLIER_IDS, () => NOW_MS);
    expect(earlierOwner(plan(1), response)).toBeNull();
    expect(earlierOwner(plan(2), response)).toBeNull();
  });

  it('is the same as a number and as a string', () => {
    const { earlierOwner } = createDuplicates(NO_EARLIER_IDS, () => NOW_MS);
    earlierOwner(plan(1), jsonResponse({ signal_id: 7 }));
    expect(earlierOwner(plan(2), jsonResponse({ signal_id: '7' }))).toBe(
      'test 1 received the same signal_id',
    );
    expect(earlierOwner(plan(3), jsonResponse({ signal_id: 0 }))).toBeNull();
    expect(earlierOwner(plan(4), jsonResponse({ signal_id: 0 }))).toBe('test 3 received the same signal_id');
  });

  it('is remembered for 10,000 others, because targets forget as well', () => {
    const { earlierOwner } = createDuplicates(NO_EARLIER_IDS, () => NOW_MS);
    for (let at = 1; at <= 10_001; at++) earlierOwner(plan(at), jsonResponse({ signal_id: `s${at}` }));
    expect(earlierOwner(plan(10_002), jsonResponse({ signal_id: 's2' }))).toBe(
      'test 2 received the same signal_id',
    );
    expect(earlierOwner(plan(10_003), jsonResponse({ signal_id: 's1' }))).toBeNull();
  });
});

describe('ids of saved runs', () => {
  const received = (index: number, body: Json, bodyCut = false) =>
    aTest({ index, name: `CHOP #${index}`, response: aResponse({ body: JSON.stringify(body), bodyCut }) });
  const FACTS = factsOf(aHead());
  const at = (minute: number) => `202608${String(minute).padStart(2, '0')}-120000-k3f9z`;
  const startedAt = (minute: number) => `2026-08-${String(minute).padStart(2, '0')}T12:00:00.000Z`;
  const keep = (dataDir: string, day: number, results: Parameters<typeof keepRun>[1]) =>
    keepRun(dataDir, { runId: at(day), ...results, head: { startedAt: startedAt(day), ...results?.head } });

  it('are those of the newest runs against the same target', async () => {
    const dataDir = tempFolder();
    keep(dataDir, 1, { results: [received(1, { signal_id: 's1' }), received(2, { signal_id: 's2' })] });
    keep(dataDir, 2, { results: [received(1, { signal_id: 's2' })], head: { seed: '7' } });
    keep(dataDir, 3, {
      results: [received(1, { signal_id: 's3' })],
      head: { target: 'https://other.example.com/webhook' },
    });
    keep(dataDir, 4, { results: [received(1, { signal_id: 's4' })], head: { profile: 'staging' } });
    const { latest, ids } = await readEarlierIds(dataDir, FACTS);
    expect(latest).toEqual({ runId: at(2), seed: '7', startedAtMs: Date.parse(startedAt(2)) });
    // The newest run that received it.
    expect([...ids].map(([id, { runId }]) => [id, runId]).sort()).toEqual([
      ['s1', at(1)],
      ['s2', at(2)],
    ]);
  });

  it('are absent from responses without one, or that were cut', async () => {
    const dataDir = tempFolder();
    keep(dataDir, 1, {
      results: [
        received(1, { status: 'ACCEPTED' }),
        received(2, { signal_id: 's2' }, true),
        aTest({ index: 3, response: aResponse({ body: 'OK' }) }),
        aTest({ index: 4, response: null }),
      ],
    });
    const { latest, ids } = await readEarlierIds(dataDir, FACTS);
    expect(latest?.runId).toBe(at(1));
    expect([...ids]).toEqual([]);
  });

  it('are read from five runs, and 200 results of each', async () => {
    const dataDir = tempFolder();
    for (const day of [1, 2, 3, 4, 5])
      keep(dataDir, day, { results: [received(1, { signal_id: `s${day}` })] });
    const many = Array.from({ length: 201 }, (_, index) =>
      received(index + 1, { signal_id: `m${index + 1}` }),
    );
    keep(dataDir, 6, { results: many });
    const { ids } = await readEarlierIds(dataDir, FACTS);
    expect(['s1', 's2', 's5', 'm1', 'm200', 'm201'].map((id) => ids.has(id))).toEqual([
      ...[false, true, true],
      ...[true, true, false],
    ]);
  });

  it('are not read from results of more than 4 MiB', async () => {
    const dataDir = tempFolder();
    const folder = keep(dataDir, 1, { results: [received(1, { signal_id: 's1' })] });
    truncateSync(resultsFile(folder), 4 * 1_048_576 + 1);
    expect([...(await readEarlierIds(dataDir, FACTS)).ids]).toEqual([]);
  });

  it.each([
    ['no store', () => `${tempFolder()}/none`],
    [
      'damaged results',
      () => {
        const dataDir = tempFolder();
        writeFileSync(resultsFile(keep(dataDir, 1, { results: [] })), '{"testId":\n\u0000');
        return dataDir;
      },
    ],
  ])('are not read if there is %s', async (_, make) => {
    expect([...(await readEarlierIds(make(), FACTS)).ids]).toEqual([]);
  });
});

describe('a run', () => {
  const duplicate = (index: number) => aTest({ index, warnings: [aWarning('duplicate', 'x')] });
  const refusal = (index: number) => aTest({ index, expectsAcceptance: false });
  const summaryOf = (...tests: readonly ReturnType<typeof aTest>[]): Summary => {
    const fold = createFold();
    for (const each of tests) fold.add(each);
    return fold.totals(0).summary;
  };
  const found = (summary: Summary, latest: EarlierRun | null = null, seed = '42') =>
    allDuplicatesFinding(summary, { latest, seed, nowMs: NOW_MS });

  test('in which every webhook was a duplicate tested nothing new', () => {
    expect(found(summaryOf(duplicate(1), duplicate(2)))).toEqual({
      severity: 'warning',
      code: 'all-duplicates',
      message: '2 of 2 webhooks were treated as duplicates: nothing new was tested',
      hint: expect.any(String),
    });
    expect(found(summaryOf(duplicate(1)))?.message).toBe(
      '1 of 1 webhook was treated as a duplicate: nothing new was tested',
    );
  });

  test('with the seed of the latest one names it', () => {
    const all = summaryOf(duplicate(1), duplicate(2));
    expect(found(all, EARLIER)?.message).toBe(
      '2 of 2 webhooks were treated as duplicates (of run 20260801-120000-k3f9z, 40 s ago): nothing new was tested',
    );
    expect(found(all, EARLIER, '43')?.message).not.toContain('of run');
  });

  test('is judged by the tests that expect to be accepted', () => {
    expect(found(summaryOf(duplicate(1), refusal(2)))?.message).toMatch(/^1 of 1 webhook/);
    expect(found(summaryOf(duplicate(1), aTest({ index: 2 })))).toBeNull();
    expect(found(summaryOf(refusal(1)))).toBeNull();
    expect(found(summaryOf())).toBeNull();
  });
});
