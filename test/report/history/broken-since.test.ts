import { appendFileSync, rmSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { ReportHead, RunFacts } from '../../../src/lib/model/report.ts';
import type { TestResult } from '../../../src/lib/model/result.ts';
import type { StageState } from '../../../src/lib/model/stage.ts';
import { factsOf } from '../../../src/lib/report/digest/run-facts.ts';
import { historyOf } from '../../../src/lib/report/history/broken-since.ts';
import { startRun } from '../../../src/lib/report/store/store.ts';
import { anError, aReport, aStageResult, aTest, aTraceResult, aWarning } from '../../support/builders.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { aHead, edit, keepRun, resultsFile } from '../saved-run.ts';

const NOW = '2026-08-01T12:00:00.000Z';
const at = (hour: number) => `2026-08-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
const idAt = (hour: number) => `20260801-${String(hour).padStart(2, '0')}0000-aaaaa`;
const facts: RunFacts = factsOf(aHead({ runId: idAt(12) }));

const broken = (scenario: string, hour: number): TestResult =>
  aTest({ scenario, startedAt: at(hour), errors: [anError('match', 'no')] });
const working = (scenario: string, hour: number, more: Partial<TestResult> = {}): TestResult =>
  aTest({ scenario, startedAt: at(hour), ...more });

interface Saved {
  readonly hour: number;
  readonly results: readonly TestResult[];
  /** Null for a run that was killed. */
  readonly head?: Partial<ReportHead> | null;
}

/** Stores runs, in this order. */
function save(dataDir: string, ...runs: readonly Saved[]): readonly string[] {
  return runs.map(({ hour, results, head = {} }) => {
    const { summary } = aReport({ results });
    const scenarios = [...new Set(results.map(({ scenario }) => scenario))];
    const known = { startedAt: at(hour), scenarios, summary };
    return keepRun(dataDir, {
      runId: idAt(hour),
      results,
      head: head && { ...known, ...head },
      started: { startedAt: at(hour), scenarios },
    });
  });
}

function saved(...runs: readonly Saved[]): string {
  const dataDir = tempFolder();
  save(dataDir, ...runs);
  return dataDir;
}

const since = (dataDir: string, scenarios: string | readonly string[], run = facts, inResponse = true) =>
  historyOf(dataDir, run)(
    new Map(
      [scenarios].flat().map((scenario) => [scenario, { since: NOW, inResponse, cause: null, traceId: '0' }]),
    ),
    new AbortController().signal,
  );

const lastWorkedAt = (hour: number) => ({ runId: idAt(hour), at: at(hour) });
/** Broken in this run alone. */
const THIS_RUN = { scenario: 'A', since: NOW, sinceRun: idAt(12), runs: 1 };
const UNKNOWN = { ...THIS_RUN, lastWorked: null };

describe('since when a scenario is broken', () => {
  it('is determined by the last run in which all its tests worked', async () => {
    const dataDir = saved(
      { hour: 8, results: [working('A', 8), working('B', 8)] },
      { hour: 9, results: [broken('A', 9), working('A', 9), working('B', 9)] },
      { hour: 10, results: [working('C', 10)] },
      { hour: 11, results: [broken('A', 11), working('B', 11)] },
    );
    expect(await since(dataDir, ['A', 'B'])).toEqual([
      { scenario: 'A', since: at(9), sinceRun: idAt(9), runs: 3, lastWorked: lastWorkedAt(8) },
      { ...THIS_RUN, scenario: 'B', lastWorked: lastWorkedAt(11) },
    ]);
  });

  it('is unknown if no saved run worked, or none tested it', async () => {
    const dataDir = saved({ hour: 10, results: [broken('A', 10)] }, { hour: 11, results: [broken('A', 11)] });
    expect(await since(dataDir, ['A', 'NEW'])).toEqual([
      { scenario: 'A', since: at(10), sinceRun: idAt(10), runs: 3, lastWorked: null },
      { ...UNKNOWN, scenario: 'NEW' },
    ]);
    expect(await since(tempFolder(), 'A')).toEqual([UNKNOWN]);
    expect(await since(dataDir, [])).toEqual([]);
  });

  it('is the first of several broken tests of a run, whatever their order', async () => {
    const dataDir = saved({ hour: 11, results: [broken('A', 10), broken('A', 8), broken('A', 9)] });
    expect(await since(dataDir, 'A')).toMatchObject([{ since: at(8), sinceRun: idAt(11), runs: 2 }]);
  });

  it('does not depend on clocks: the order of saving counts, not the date', async () => {
    const dataDir = saved({ hour: 9, results: [broken('A', 9)] }, { hour: 23, results: [working('A', 23)] });
    startRun({ dataDir, started: { ...facts, endedAt: null, nextOffset: 0 } });
    save(dataDir, { hour: 10, results: [broken('A', 10)] });
    expect(await since(dataDir, 'A')).toEqual([{ ...THIS_RUN, lastWorked: lastWorkedAt(23) }]);
  });

  it.each<[string, Partial<ReportHead>]>([
    ['another target', { target: 'https://b.example/' }],
    ['another profile', { profile: 'staging' }],
    ['another environment', { environment: 'other' }],
    ['a shard', { shard: { index: 1, total: 2, planned: 4, plan: 'p' } }],
  ])('ignores runs of %s', async (_, head) => {
    const dataDir = saved(
      { hour: 10, results: [working('A', 10)] },
      { hour: 11, results: [broken('A', 11)], head },
    );
    expect(await since(dataDir, 'A')).toEqual([{ ...THIS_RUN, lastWorked: lastWorkedAt(10) }]);
  });

  it('ignores another port of this machine, but not that of the sandbox', async () => {
    const [here, there] = ['http://127.0.0.1:4711/webhook', 'http://127.0.0.1:4712/webhook'];
    const dataDir = saved(
      { hour: 10, results: [working('A', 10)], head: { target: there, sandbox: true } },
      { hour: 11, results: [working('A', 11)], head: { target: there } },
    );
    const told = async (run: Partial<RunFacts>) =>
      (await since(dataDir, 'A', { ...facts, ...run }))[0]?.lastWorked;
    expect(await told({ target: here, sandbox: true })).toEqual(lastWorkedAt(10));
    expect(await told({ target: here })).toBeNull();
    expect(await told({ target: there })).toEqual(lastWorkedAt(11));
  });
});

describe('a run that did not test the scenario is skipped', () => {
  const duplicate = { warnings: [aWarning('duplicate', 'x')] };
  const ofStopped = { ...UNKNOWN, sinceRun: idAt(11) };

  it.each<[string, Omit<Saved, 'hour'>]>([
    ['it sent others', { results: [working('B', 11)] }],
    ['it came to none of it', { results: [working('B', 11)], head: { scenarios: ['A', 'B'] } }],
    ['it sent nothing', { results: [], head: { scenarios: ['A'] } }],
    ['it was stopped before', { results: [], head: { scenarios: ['A'], status: 'interrupted' } }],
    [
      'it was stopped, and did not look at others',
      { results: [], head: { scenarios: ['A'], status: 'interrupted', brokenSince: [ofStopped] } },
    ],
    ['it was stopped in the middle of it', { results: [working('A', 11)], head: { status: 'interrupted' } }],
    ['it was killed in the middle of it', { results: [working('A', 11)], head: null }],
    ['it was killed before', { results: [], head: null }],
    ['all of it were duplicates', { results: [working('A', 11, duplicate), working('B', 11)] }],
    [
      'some of its results are lost',
      {
        results: [working('A', 11)],
        head: { summary: aReport({ results: [working('A', 11), working('A', 11)] }).summary },
      },
    ],
  ])('as %s', async (_, run) => {
    const newly = saved({ hour: 10, results: [working('A', 10)] }, { hour: 11, ...run });
    expect(await since(newly, 'A')).toEqual([{ ...THIS_RUN, lastWorked: lastWorkedAt(10) }]);
    const longer = saved(
      { hour: 9, results: [working('A', 9)] },
      { hour: 10, results: [broken('A', 10)] },
      { hour: 11, ...run },
    );
    expect(await since(longer, 'A'), 'and does not count').toEqual([
      { scenario: 'A', since: at(10), sinceRun: idAt(10), runs: 2, lastWorked: lastWorkedAt(9) },
    ]);
  });

  it.each<[string, Partial<ReportHead> | null]>([
    ['stopped', { status: 'interrupted', brokenSince: [ofStopped] }],
    ['killed', null],
  ])('unless it was broken before the run was %s', async (_, head) => {
    const dataDir = saved(
      { hour: 10, results: [working('A', 10)] },
      { hour: 11, results: [working('A', 11), broken('A', 11)], head },
    );
    expect(await since(dataDir, 'A')).toEqual([
      { scenario: 'A', since: at(11), sinceRun: idAt(11), runs: 2, lastWorked: lastWorkedAt(10) },
    ]);
  });

  it('unless a part of it was no duplicate, or a duplicate is expected', async () => {
    const some = saved({ hour: 11, results: [working('A', 11, duplicate), working('A', 11)] });
    expect(await since(some, 'A')).toMatchObject([{ lastWorked: lastWorkedAt(11) }]);
    const wanted = saved({
      hour: 11,
      results: [working('A', 11, { ...duplicate, expectsAcceptance: false })],
    });
    expect(await since(wanted, 'A')).toMatchObject([{ lastWorked: lastWorkedAt(11) }]);
  });

  const looked = (state: 'verified' | 'unverified' | 'skipped', stage?: StageState): Partial<TestResult> => ({
    trace: aTraceResult({ state }),
    stages: stage === undefined ? [] : [aStageResult('save', { state: stage, required: true })],
  });

  it.each([
    ['its trace was read', looked('verified'), 11],
    ['its trace was read and its stages checked', looked('verified', 'ok'), 11],
    ['probes alone checked its stages', looked('skipped', 'slow'), 11],
    ['its trace could not be read', looked('unverified', 'ok'), 10],
    ['its trace was not read', looked('skipped'), 10],
    ['a required stage could not be checked', looked('verified', 'unverified'), 10],
  ])('if it is broken after the response, and %s', async (_, result, hour) => {
    const dataDir = saved(
      { hour: 10, results: [working('A', 10, looked('verified', 'ok'))] },
      { hour: 11, results: [working('A', 11, result)] },
    );
    expect(await since(dataDir, 'A', facts, false)).toEqual([
      { ...THIS_RUN, lastWorked: lastWorkedAt(hour) },
    ]);
    expect(await since(dataDir, 'A', facts, true), 'as in the response it is').toEqual([
      { ...THIS_RUN, lastWorked: lastWorkedAt(11) },
    ]);
  });
});

describe('the result of an earlier run', () => {
  const earlier = { scenario: 'A', since: at(3), sinceRun: idAt(3), runs: 7, lastWorked: lastWorkedAt(2) };

  it('applies, even if the results it read are gone', async () => {
    const dataDir = saved({ hour: 11, results: [broken('A', 11)], head: { brokenSince: [earlier] } });
    expect(await since(dataDir, 'A')).toEqual([{ ...earlier, runs: 8 }]);
  });

  it('is a minimum, if neither found the end', async () => {
    const dataDir = saved(
      { hour: 10, results: [broken('A', 10)] },
      { hour: 11, results: [broken('A', 11)], head: { brokenSince: [{ ...earlier, lastWorked: null }] } },
    );
    expect(await since(dataDir, 'A')).toEqual([{ ...earlier, runs: 8, lastWorked: null }]);
  });

  it('does not prevent finding the end', async () => {
    const dataDir = saved(
      { hour: 9, results: [working('A', 9)] },
      { hour: 10, results: [], head: null },
      { hour: 11, results: [broken('A', 11)], head: { brokenSince: [{ ...UNKNOWN, sinceRun: idAt(11) }] } },
    );
    expect(await since(dataDir, 'A')).toEqual([
      { scenario: 'A', since: at(11), sinceRun: idAt(11), runs: 2, lastWorked: lastWorkedAt(9) },
    ]);
  });

  it('takes precedence over results: what traces showed of them may be lost', async () => {
    const dataDir = saved(
      { hour: 10, results: [broken('A', 10)] },
      { hour: 11, results: [working('A', 11)], head: { brokenSince: [{ ...earlier, lastWorked: null }] } },
    );
    expect(await since(dataDir, 'A')).toEqual([{ ...earlier, runs: 8, lastWorked: null }]);
  });

  it('may have no first run, if an earlier version saved it', async () => {
    const dataDir = tempFolder();
    const [folder = ''] = save(dataDir, {
      hour: 11,
      results: [broken('A', 11)],
      head: { brokenSince: [earlier] },
    });
    edit(`${folder}/run.json`, (text) => text.replace(`"sinceRun": "${idAt(3)}",`, ''));
    expect(await since(dataDir, 'A')).toEqual([{ ...earlier, sinceRun: null, runs: 8 }]);
  });
});

describe('the number of runs read', () => {
  const idOf = (number: number) => `20260731-00${String(number).padStart(4, '0')}-aaaaa`;
  const keep = (
    dataDir: string,
    number: number,
    results: readonly TestResult[],
    head: Partial<ReportHead> = {},
  ) => keepRun(dataDir, { runId: idOf(number), results, head: { scenarios: ['A'], ...head } });

  it.each([
    [9, 10, { runId: idOf(1) }],
    [10, 11, null],
  ])('is ten conclusive runs: after %i broken ones it is broken in %i', async (count, runs, lastWorked) => {
    const dataDir = tempFolder();
    keep(dataDir, 1, [working('A', 1)]);
    for (let number = 2; number < count + 2; number++) keep(dataDir, number, [broken('A', 2)]);
    expect(await since(dataDir, 'A')).toMatchObject([{ since: at(2), runs, lastWorked }]);
  });

  it.each([
    [49, { runId: idOf(1) }],
    [50, null],
  ])(
    'is fifty whose results are read: %i inconclusive ones may be between them',
    async (count, lastWorked) => {
      const dataDir = tempFolder();
      keep(dataDir, 1, [working('A', 1)]);
      for (let number = 2; number < count + 2; number++) keep(dataDir, number, []);
      expect(await since(dataDir, 'A')).toMatchObject([{ runs: 1, lastWorked }]);
    },
  );

  it.each<[string, Partial<ReportHead>]>([
    ['of another target', { target: 'https://b.example/' }],
    ['of other scenarios', { scenarios: ['B'] }],
  ])('is at most 200 runs, those that are %s included', async (_, head) => {
    const dataDir = tempFolder();
    keep(dataDir, 1, [working('A', 1)]);
    for (let number = 2; number <= 200; number++) keep(dataDir, number, [], head);
    expect(await since(dataDir, 'A')).toMatchObject([{ runs: 1, lastWorked: { runId: idOf(1) } }]);
    keep(dataDir, 201, [], head);
    expect(await since(dataDir, 'A')).toMatchObject([{ runs: 1, lastWorked: null }]);
  });

  it('ends at a run with more results than are read, and when the run is stopped', async () => {
    const dataDir = tempFolder();
    const [, folder = ''] = save(
      dataDir,
      { hour: 10, results: [working('A', 10)] },
      { hour: 11, results: [broken('A', 11)] },
    );
    const first = new Map([['A', { since: NOW, inResponse: true, cause: null, traceId: '0' }]]);
    expect(await historyOf(dataDir, facts)(first, AbortSignal.abort())).toEqual([UNKNOWN]);
    expect(await since(dataDir, 'A')).toMatchObject([{ runs: 2, lastWorked: { runId: idAt(10) } }]);
    const results = resultsFile(folder);
    appendFileSync(results, `${' '.repeat(8 * 1_048_576 - statSync(results).size - 1)}\n`);
    expect(await since(dataDir, 'A')).toMatchObject([{ runs: 2, lastWorked: { runId: idAt(10) } }]);
    appendFileSync(results, '\n');
    expect(await since(dataDir, 'A')).toEqual([UNKNOWN]);
    rmSync(results);
    expect(await since(dataDir, 'A'), 'without its results it says nothing').toEqual([
      { ...THIS_RUN, lastWorked: lastWorkedAt(10) },
    ]);
  });
});
