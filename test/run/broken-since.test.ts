import { appendFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RunFacts } from '../../src/lib/model/report.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import { factsOf } from '../../src/lib/report/run-facts.ts';
import { historyOf } from '../../src/lib/run/broken-since.ts';
import { aHead, keepRun, resultsFile } from '../report/kept-run.ts';
import { anError, aTest } from '../support/builders.ts';
import { tempFolder } from '../support/temp-folder.ts';

const NOW = '2026-08-01T12:00:00.000Z';
const at = (hour: number) => `2026-08-01T${String(hour).padStart(2, '0')}:00:00.000Z`;
const idAt = (hour: number) => `20260801-${String(hour).padStart(2, '0')}0000-aaaaa`;
const facts: RunFacts = factsOf(aHead({ runId: idAt(12) }));

const broken = (scenario: string, hour: number): TestResult =>
  aTest({ scenario, startedAt: at(hour), errors: [anError('match', 'no')] });
const working = (scenario: string, hour: number): TestResult => aTest({ scenario, startedAt: at(hour) });

/** @param hours hour → the results of the run that was kept then, and what else its head says */
function kept(
  hours: Readonly<Record<number, readonly TestResult[]>>,
  head: Parameters<typeof aHead>[0] = {},
) {
  const dataDir = tempFolder();
  const folders = Object.entries(hours).map(([hour, results]) =>
    keepRun(dataDir, { runId: idAt(Number(hour)), results, head: { startedAt: at(Number(hour)), ...head } }),
  );
  return { dataDir, folders };
}

const since = (dataDir: string, ...scenarios: string[]) =>
  historyOf(dataDir, facts)(
    new Map(scenarios.map((scenario) => [scenario, NOW])),
    new AbortController().signal,
  );

describe('since when a scenario is broken', () => {
  it('is said by the last run in which all its tests worked', async () => {
    const { dataDir } = kept({
      8: [working('A', 8), working('B', 8)],
      9: [broken('A', 9), working('A', 9), working('B', 9)],
      10: [working('C', 10)],
      11: [broken('A', 11), working('B', 11)],
    });
    expect(await since(dataDir, 'A', 'B')).toEqual([
      { scenario: 'A', since: at(9), runs: 3, lastWorked: { runId: idAt(8), at: at(8) } },
      { scenario: 'B', since: NOW, runs: 1, lastWorked: { runId: idAt(11), at: at(11) } },
    ]);
  });

  it('is not known where no kept run worked, or none says anything', async () => {
    const { dataDir } = kept({ 10: [broken('A', 10)], 11: [broken('A', 11)] });
    expect(await since(dataDir, 'A', 'NEW')).toEqual([
      { scenario: 'A', since: at(10), runs: 3, lastWorked: null },
      { scenario: 'NEW', since: NOW, runs: 1, lastWorked: null },
    ]);
    expect(await since(tempFolder(), 'A')).toEqual([
      { scenario: 'A', since: NOW, runs: 1, lastWorked: null },
    ]);
    expect(await since(dataDir)).toEqual([]);
  });

  it('goes on from what an earlier run knew, though its results are gone', async () => {
    const earlier = { scenario: 'A', since: at(3), runs: 7, lastWorked: { runId: idAt(2), at: at(2) } };
    const { dataDir } = kept({ 11: [] }, { brokenSince: [earlier] });
    expect(await since(dataDir, 'A')).toEqual([{ ...earlier, runs: 8 }]);
  });

  it('asks neither later runs, nor those of another target, profile or environment', async () => {
    const { dataDir } = kept({ 13: [working('A', 13)] });
    keepRun(dataDir, {
      runId: idAt(11),
      results: [working('A', 11)],
      head: { target: 'https://b.example/' },
    });
    keepRun(dataDir, { runId: idAt(10), results: [working('A', 10)], head: { profile: 'staging' } });
    keepRun(dataDir, { runId: idAt(9), results: [working('A', 9)], head: { environment: 'other' } });
    expect(await since(dataDir, 'A')).toMatchObject([{ lastWorked: null }]);
  });

  const idOf = (number: number) => `20260731-00${String(number).padStart(4, '0')}-aaaaa`;

  it.each([
    [9, 10, { runId: idOf(1) }],
    [10, 11, null],
  ])(
    'is read in ten runs at most: after %i broken ones it is broken in %i',
    async (count, runs, lastWorked) => {
      const dataDir = tempFolder();
      keepRun(dataDir, { runId: idOf(1), results: [working('A', 1)] });
      for (let number = 2; number < count + 2; number++)
        keepRun(dataDir, { runId: idOf(number), results: [broken('A', 2)] });
      expect(await since(dataDir, 'A')).toMatchObject([{ since: at(2), runs, lastWorked }]);
    },
  );

  it('is looked for in 200 runs at most, those of another target among them', async () => {
    const dataDir = tempFolder();
    const elsewhere = (number: number) =>
      keepRun(dataDir, { runId: idOf(number), results: [], head: { target: 'https://b.example/' } });
    keepRun(dataDir, { runId: idOf(1), results: [working('A', 1)] });
    for (let number = 2; number <= 200; number++) elsewhere(number);
    expect(await since(dataDir, 'A')).toMatchObject([{ runs: 1, lastWorked: { runId: idOf(1) } }]);
    elsewhere(201);
    expect(await since(dataDir, 'A')).toMatchObject([{ runs: 1, lastWorked: null }]);
  });

  it('is the first of several broken tests of a run, whatever their order', async () => {
    const { dataDir } = kept({ 11: [broken('A', 10), broken('A', 8), broken('A', 9)] });
    expect(await since(dataDir, 'A')).toMatchObject([{ since: at(8), runs: 2 }]);
  });

  it('ends at a run with more results than are read, and when the run is stopped', async () => {
    const { dataDir, folders } = kept({ 10: [working('A', 10)], 11: [broken('A', 11)] });
    const stopped = await historyOf(dataDir, facts)(new Map([['A', NOW]]), AbortSignal.abort());
    expect(stopped).toMatchObject([{ runs: 1, lastWorked: null }]);
    expect(await since(dataDir, 'A')).toMatchObject([{ runs: 2, lastWorked: { runId: idAt(10) } }]);
    const results = resultsFile(folders[1] ?? '');
    appendFileSync(results, `${' '.repeat(8 * 1_048_576 - statSync(results).size - 1)}\n`);
    expect(await since(dataDir, 'A')).toMatchObject([{ runs: 2, lastWorked: { runId: idAt(10) } }]);
    appendFileSync(results, '\n');
    expect(await since(dataDir, 'A')).toMatchObject([{ runs: 1, lastWorked: null }]);
  });
});
