/** When probes look, with a clock of the test's own. */
import { describe, expect, it } from 'vitest';
import type { SqlProbe } from '../../../src/lib/model/probe.ts';
import type { StageExpectation } from '../../../src/lib/model/trace-expectation.ts';
import { askProbes, LOOKS_AT_ONCE, probesDeadlineMs } from '../../../src/lib/stages/probes/ask-probes.ts';
import type { SqlOutcome, SqlQuestion } from '../../../src/lib/stages/probes/look.ts';

const SQL: SqlProbe = {
  url: 'postgres://db/x',
  query: 'SELECT 1 WHERE id = $1',
  params: ['{{response.id}}'],
  rows: { min: 1, max: 1 },
  match: null,
  withinMs: 10_000,
};

const aStage = (sql: Partial<SqlProbe> = {}): StageExpectation => ({
  name: 'save',
  span: null,
  parts: [],
  response: null,
  http: null,
  sql: { ...SQL, ...sql },
  maxDurationMs: null,
  required: false,
});

const ROWS = (rows: number): SqlOutcome => ({ ok: true, rows, first: rows === 0 ? null : { n: 1 } });

/** Time goes on only by sleeping and asking. */
async function ask(options: {
  readonly answer: (question: SqlQuestion, nowMs: number) => SqlOutcome;
  readonly stage?: StageExpectation;
  readonly tests?: number;
  readonly takesMs?: number;
  readonly hopeless?: string;
  readonly stopAfterMs?: number;
}) {
  let nowMs = 0;
  let sleeping: { readonly untilMs: number; readonly wake: () => void }[] = [];
  const looks: number[] = [];
  const progress: string[] = [];
  const stop = new AbortController();
  let atOnce = 0;
  let most = 0;
  const sleep = (ms: number) =>
    new Promise<void>((wake) => {
      sleeping.push({ untilMs: nowMs + ms, wake });
    });
  let over = false;
  const asked = askProbes({
    tests: Array.from({ length: options.tests ?? 1 }, (_, at) => ({
      testId: `t${at}`,
      name: `T #${at}`,
      values: { response: { id: `id${at}` } },
      hopeless: options.hopeless ?? null,
    })),
    stages: [options.stage ?? aStage()],
    ports: {
      call: () => Promise.reject(new Error('no HTTP here')),
      query: async (question) => {
        most = Math.max(most, ++atOnce);
        looks.push(nowMs);
        await sleep(options.takesMs ?? 0);
        atOnce--;
        return options.answer(question, nowMs);
      },
      checkSchema: () => [],
      userAgent: '',
      sleep,
      monotonicMs: () => nowMs,
    },
    onProgress: (each) => progress.push(each.progress),
    stop: stop.signal,
  }).finally(() => {
    over = true;
  });
  while (!over) {
    await new Promise((resolve) => setImmediate(resolve));
    if (options.stopAfterMs !== undefined && nowMs >= options.stopAfterMs) stop.abort();
    const next = Math.min(...sleeping.map(({ untilMs }) => untilMs));
    if (!Number.isFinite(next)) continue;
    nowMs = next;
    for (const each of sleeping) if (each.untilMs <= nowMs) each.wake();
    sleeping = sleeping.filter(({ untilMs }) => untilMs > nowMs);
  }
  const evidence = [...(await asked).values()].map((each) => each.get('save')?.sql ?? null);
  return { evidence, looks, progress, endedMs: nowMs, most };
}

describe('a probe', () => {
  it('looks until it holds', async () => {
    const { evidence, looks, progress } = await ask({ answer: (_, now) => ROWS(now >= 1_500 ? 1 : 0) });
    expect(evidence).toEqual([{ state: 'ok', detail: null }]);
    expect(looks).toEqual([0, 250, 750, 1_750]);
    expect(progress[0]).toBe('probe 1/1: save: 0 rows, expected 1');
  });

  it('looks for the last time at the end of its time', async () => {
    const { evidence, looks, endedMs } = await ask({ answer: () => ROWS(0) });
    expect(evidence).toEqual([
      { state: 'missing', detail: 'SQL: 0 rows, expected 1', circumstances: 'id id0, 8 looks in 10 s' },
    ]);
    expect(looks).toEqual([0, 250, 750, 1_750, 3_750, 5_750, 7_750, 10_000]);
    expect(endedMs).toBe(10_000);
  });

  it('that sees too much has failed, in its time', async () => {
    const { evidence } = await ask({ answer: ({ countUpTo }) => ROWS(countUpTo) });
    expect(evidence).toMatchObject([{ state: 'failed', detail: 'SQL: more than 1 row, expected 1' }]);
  });

  it('that can never look does so once', async () => {
    const answer = (): SqlOutcome => ({ ok: false, reason: 'no such table (42P01)', final: true });
    const { evidence, looks } = await ask({ answer });
    expect(evidence).toEqual([
      { state: 'unverified', detail: 'SQL: no such table (42P01)', circumstances: 'id id0' },
    ]);
    expect(looks).toHaveLength(1);
  });

  it('tries again where there may be somebody later', async () => {
    const down: SqlOutcome = { ok: false, reason: 'connection refused', final: false };
    const { evidence } = await ask({ answer: (_, now) => (now < 5_000 ? down : ROWS(1)) });
    expect(evidence).toMatchObject([{ state: 'ok' }]);
    const never = await ask({ answer: () => down });
    expect(never.evidence).toMatchObject([{ state: 'unverified', detail: 'SQL: connection refused' }]);
  });

  it('of a webhook that never arrived is not asked', async () => {
    const { evidence, looks } = await ask({ answer: () => ROWS(1), hopeless: 'no answer' });
    expect([evidence, looks]).toEqual([[{ state: 'missing', detail: 'no answer' }], []]);
  });

  it('without a value is not asked', async () => {
    const stage = aStage({ params: ['{{response.order}}'] });
    const { evidence, looks } = await ask({ answer: () => ROWS(1), stage });
    expect(evidence).toEqual([{ state: 'unverified', detail: 'SQL: there is no response.order' }]);
    expect(looks).toEqual([]);
  });

  it('says nothing when it is stopped', async () => {
    const { evidence, endedMs } = await ask({ answer: () => ROWS(0), stopAfterMs: 1_000 });
    expect(evidence).toEqual([null]);
    expect(endedMs).toBeLessThan(5_000);
  });
});

describe('the probes of a run', () => {
  it('wait side by side, a few looks at once', async () => {
    const { evidence, endedMs, most } = await ask({ answer: () => ROWS(0), tests: 50, takesMs: 10 });
    expect(evidence.map((each) => each?.state)).toEqual(Array.from({ length: 50 }, () => 'missing'));
    expect(most).toBe(LOOKS_AT_ONCE);
    expect(endedMs).toBeLessThan(10_500);
  });

  it('end, however slow those are who are asked, and every one that had its look says what it saw', async () => {
    const { evidence, endedMs } = await ask({ answer: () => ROWS(0), tests: 50, takesMs: 2_000 });
    expect(endedMs).toBeLessThanOrEqual(probesDeadlineMs([aStage()]) + 2_000);
    const states = evidence.map((each) => `${each?.state}: ${each?.detail}`);
    expect(new Set(states)).toEqual(
      new Set([
        'missing: SQL: 0 rows, expected 1',
        'unverified: SQL: no time was left for a look (5 at a time)',
      ]),
    );
  });
});
