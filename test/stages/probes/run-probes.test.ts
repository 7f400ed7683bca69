/** When probes run, with a clock of the test's own. */
import { describe, expect, it } from 'vitest';
import type { SqlProbe } from '../../../src/lib/model/probe.ts';
import type { StageExpectation } from '../../../src/lib/model/trace-expectation.ts';
import { LAST_PROBE_MS, MAX_PROBES_IN_FLIGHT } from '../../../src/lib/stages/probes/poll-probe.ts';
import type { SqlOutcome, SqlQuery } from '../../../src/lib/stages/probes/probe-result.ts';
import { probesDeadlineMs, runProbes } from '../../../src/lib/stages/probes/run-probes.ts';
import { aStage } from '../../support/builders.ts';

const SQL: SqlProbe = {
  url: 'postgres://db/x',
  query: 'SELECT 1 WHERE id = $1',
  params: ['{{response.id}}'],
  rows: { min: 1, max: 1 },
  match: null,
  stop: null,
  withinMs: 10_000,
};

const save = (sql: Partial<SqlProbe> = {}): StageExpectation =>
  aStage('save', { span: null, sql: { ...SQL, ...sql } });

const ROWS = (rows: number): SqlOutcome => ({ ok: true, rows, first: rows === 0 ? null : { n: 1 } });

/** Time goes on only by sleeping and asking. */
async function ask(options: {
  readonly response: (question: SqlQuery, nowMs: number) => SqlOutcome;
  readonly stages?: readonly StageExpectation[];
  readonly tests?: number;
  readonly takesMs?: number;
  /** How long before the probes began the response came. */
  readonly respondedMsAgo?: number;
  /** When all other waiting ends; at once by default. */
  readonly othersEndMs?: number;
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
  const confirmed: string[] = [];
  const asked = runProbes({
    tests: Array.from({ length: options.tests ?? 1 }, (_, at) => ({
      testId: `t${at}`,
      index: at + 1,
      name: `T #${at}`,
      values: { response: { id: `id${at}` } },
      respondedAtMs: -(options.respondedMsAgo ?? 0),
    })),
    stages: options.stages ?? [save()],
    others: options.othersEndMs === undefined ? Promise.resolve() : sleep(options.othersEndMs),
    othersEndMs: Number.POSITIVE_INFINITY,
    onConfirmed: (testId, stage) => confirmed.push(`${testId} ${stage} ${nowMs}`),
    ports: {
      call: () => Promise.reject(new Error('no HTTP here')),
      query: async (question) => {
        most = Math.max(most, ++atOnce);
        looks.push(nowMs);
        await sleep(options.takesMs ?? 0);
        atOnce--;
        return options.response(question, nowMs);
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
  const found = [...(await asked).values()];
  const evidence = found.map((each) => each.get('save')?.sql ?? null);
  return { evidence, found, confirmed, looks, progress, endedMs: nowMs, most };
}

describe('a probe', () => {
  it('queries until it confirms', async () => {
    const { evidence, looks, progress, confirmed } = await ask({
      response: (_, now) => ROWS(now >= 1_500 ? 1 : 0),
    });
    expect(evidence).toMatchObject([{ statement: 'confirms', detail: null, late: null, row: 'n 1' }]);
    // Again at the end, as another row may have come.
    expect(looks).toEqual([0, 250, 750, 1_750, 1_750]);
    expect(confirmed).toEqual(['t0 save 1750']);
    expect(progress.at(-1)).toBe('1 of 1 test checked');
    expect(progress[0]).toBe('0 of 1 test checked; waiting for save: 0 rows (expected 1)');
  });

  it('queries for the last time at its time limit', async () => {
    const { evidence, looks, endedMs } = await ask({ response: () => ROWS(0) });
    expect(evidence).toEqual([
      {
        ...{ kind: 'sql', statement: 'absent', detail: '0 rows (expected 1)', reason: null },
        ...{ circumstances: 'id id0, 8 queries in 10 s', late: null, row: null, hint: null, status: null },
      },
    ]);
    expect(looks).toEqual([0, 250, 750, 1_750, 3_750, 5_750, 7_750, 10_000]);
    expect(endedMs).toBe(10_000);
  });

  it('has a time limit that starts at its own response', async () => {
    const { looks, endedMs } = await ask({ response: () => ROWS(0), respondedMsAgo: 9_000 });
    expect(looks).toEqual([0, 250, 750, 1_000]);
    expect(endedMs).toBe(1_000);
    const over = await ask({ response: () => ROWS(0), respondedMsAgo: 60_000 });
    expect(over.looks).toEqual([0]);
  });

  it('that reads something else is queried until its time limit', async () => {
    const stages = [save({ match: { n: 2 } })];
    const { evidence, endedMs } = await ask({ response: () => ROWS(1), stages });
    expect(evidence).toMatchObject([
      { statement: 'contradicts', detail: 'n 1 (expected 2)', row: 'n 1 (expected 2)' },
    ]);
    expect(endedMs).toBe(10_000);
    const late = await ask({
      response: (_, now): SqlOutcome => ({ ok: true, rows: 1, first: { n: now < 3_000 ? 1 : 2 } }),
      stages,
    });
    expect(late.evidence).toMatchObject([{ statement: 'confirms' }]);
  });

  it('that reads a final value stops', async () => {
    const stages = [save({ match: { status: 'approved' }, stop: { status: ['rejected', 'failed'] } })];
    const response = (_: SqlQuery, now: number): SqlOutcome => ({
      ok: true,
      rows: 1,
      first: { id: 7, status: now < 700 ? 'pending' : 'rejected', reason: 'mtf_bias_missing' },
    });
    const { evidence, looks } = await ask({ response, stages });
    expect(evidence).toMatchObject([
      {
        statement: 'contradicts',
        detail: 'status "rejected" (expected "approved"), id 7, reason "mtf_bias_missing"',
      },
    ]);
    expect(looks).toEqual([0, 250, 750]);
  });

  it('that expects a final value confirms it', async () => {
    const stages = [save({ match: { status: 'rejected' }, stop: { status: ['rejected'] } })];
    const response = (): SqlOutcome => ({ ok: true, rows: 1, first: { status: 'rejected' } });
    expect((await ask({ response, stages })).evidence).toMatchObject([{ statement: 'confirms' }]);
    const unmatched = [save({ stop: { status: ['rejected'] } })];
    expect((await ask({ response, stages: unmatched })).evidence).toMatchObject([
      { statement: 'contradicts' },
    ]);
  });

  it('that can never run does so once', async () => {
    const response = (): SqlOutcome => ({
      ok: false,
      reason: 'no such table (42P01)',
      final: true,
      hint: 'Look',
    });
    const { evidence, looks } = await ask({ response });
    expect(evidence).toMatchObject([
      { statement: 'unknown', reason: 'probe-failed', detail: 'no such table (42P01)', hint: 'Look' },
    ]);
    expect(looks).toHaveLength(1);
  });

  it('runs again if a database may recover', async () => {
    const down: SqlOutcome = { ok: false, reason: 'connection refused', final: false };
    const { evidence } = await ask({ response: (_, now) => (now < 5_000 ? down : ROWS(1)) });
    expect(evidence).toMatchObject([{ statement: 'confirms' }]);
    const never = await ask({ response: () => down });
    expect(never.evidence).toMatchObject([{ statement: 'unknown', detail: 'connection refused' }]);
  });

  it('whose last query could not run is unknown, and reports what it saw before', async () => {
    const down: SqlOutcome = { ok: false, reason: 'connection refused', final: false };
    const { evidence } = await ask({ response: (_, now) => (now < 9_000 ? ROWS(0) : down) });
    expect(evidence).toMatchObject([
      { statement: 'unknown', detail: 'connection refused; before that: 0 rows (expected 1)' },
    ]);
  });

  it('without a value is not run', async () => {
    const stages = [save({ params: ['{{response.order}}'] })];
    const { evidence, looks } = await ask({ response: () => ROWS(1), stages });
    expect(evidence).toMatchObject([{ statement: 'unknown', detail: 'there is no response.order' }]);
    expect(looks).toEqual([]);
  });

  it('has no result if it is stopped', async () => {
    const { evidence, endedMs } = await ask({ response: () => ROWS(0), stopAfterMs: 1_000 });
    expect(evidence).toEqual([null]);
    expect(endedMs).toBe(1_750);
  });
});

describe('a probe that expects nothing', () => {
  const stages = [save({ rows: { min: 0, max: 0 } })];

  it('confirms only after its time limit', async () => {
    const { evidence, endedMs, confirmed } = await ask({ response: () => ROWS(0), stages });
    expect(evidence).toMatchObject([{ statement: 'confirms' }]);
    expect(endedMs).toBe(10_000);
    expect(confirmed).toEqual(['t0 save 10000']);
  });

  it('contradicts with the first row, at once', async () => {
    const { evidence, endedMs } = await ask({ response: (_, now) => ROWS(now >= 3_000 ? 1 : 0), stages });
    expect(evidence).toMatchObject([{ statement: 'contradicts', detail: 'found a row (expected 0): n 1' }]);
    expect(endedMs).toBe(3_750);
  });
});

describe('once all other waiting has ended', () => {
  it('a probe with a maximum is queried again, because another row may have arrived', async () => {
    const response = (_: SqlQuery, now: number) => ROWS(now >= 20_000 ? 2 : 1);
    const { evidence, looks } = await ask({ response, othersEndMs: 30_000 });
    expect(looks).toEqual([0, 30_000]);
    expect(evidence).toMatchObject([
      { statement: 'contradicts', detail: 'more than 1 row (expected 1): n 1' },
    ]);
  });

  it('a probe without a maximum is not', async () => {
    const stages = [save({ rows: { min: 1, max: null } })];
    expect((await ask({ response: () => ROWS(1), stages, othersEndMs: 30_000 })).looks).toEqual([0]);
  });

  it('what was absent is queried again, and is late if it has arrived', async () => {
    const response = (_: SqlQuery, now: number) => ROWS(now >= 12_000 ? 1 : 0);
    const { evidence, looks } = await ask({ response, othersEndMs: 15_000 });
    expect(looks.slice(-2)).toEqual([10_000, 15_000]);
    expect(evidence).toMatchObject([{ statement: 'confirms', late: 'after more than 10 s (limit 10 s)' }]);
    const never = await ask({ response: () => ROWS(0), othersEndMs: 15_000 });
    expect(never.evidence).toMatchObject([{ statement: 'absent', late: null }]);
  });

  it('what was absent needs no further query if nothing else was waited for', async () => {
    expect((await ask({ response: () => ROWS(0), othersEndMs: 1_000 })).looks.at(-1)).toBe(10_000);
    expect((await ask({ response: () => ROWS(0), othersEndMs: 1_000 })).looks).toHaveLength(8);
  });
});

describe('the probes of a run', () => {
  it('wait in parallel, a few queries at once', async () => {
    const stages = Array.from({ length: 8 }, (_, at) => ({ ...save(), name: `save ${at}` }));
    const { found, most } = await ask({ response: () => ROWS(0), tests: 5, stages, takesMs: 10 });
    const statement = found.flatMap((each) => [...each.values()].map(({ sql }) => sql?.statement));
    expect(statement).toEqual(Array.from({ length: 40 }, () => 'absent'));
    expect(most).toBe(MAX_PROBES_IN_FLIGHT);
  });

  it('take turns: queries of one stage run one after another', async () => {
    const stages = [save(), { ...save({ query: 'SELECT blocked' }), name: 'blocked' }];
    const blocked: SqlOutcome = { ok: false, reason: 'blocked by a lock', final: false };
    const { found, looks } = await ask({
      response: ({ query }) => (query === 'SELECT blocked' ? blocked : ROWS(1)),
      tests: 20,
      stages,
      takesMs: 500,
    });
    const saved = found.map((each) => each.get('save')?.sql?.statement);
    expect(saved).toEqual(Array.from({ length: 20 }, () => 'confirms'));
    // Two lanes: never more than two queries begin at the same moment.
    const begun = looks.reduce(
      (counts, at) => counts.set(at, (counts.get(at) ?? 0) + 1),
      new Map<number, number>(),
    );
    expect(Math.max(...begun.values())).toBeLessThanOrEqual(2);
  });

  it('end, however slow the server is, and each one that ran reports what it saw', async () => {
    const { evidence, endedMs } = await ask({ response: () => ROWS(0), tests: 50, takesMs: 2_000 });
    // Each of the two rounds ends with the queries that are in flight.
    expect(endedMs).toBeLessThanOrEqual(probesDeadlineMs([save()]) + 2_000 + LAST_PROBE_MS + 2_000);
    const statements = evidence.map((each) => `${each?.statement}: ${each?.detail}`);
    expect(new Set(statements)).toEqual(
      new Set(['absent: 0 rows (expected 1)', 'unknown: no time was left for a query (5 run at a time)']),
    );
  });
});
