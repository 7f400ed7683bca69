import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { type Comparable, findBaseline, greenBefore } from '../../../src/lib/report/compare/baseline.ts';
import { aReport } from '../../support/builders.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { keepRun, resultsOf } from '../saved-run.ts';

const { target, profile, environment, shard, scenarios } = aReport();
const LIKE: Comparable = { target, profile, environment, shard, scenarios };
const ids = [
  '20260801-120000-aaaaa',
  '20260802-120000-bbbbb',
  '20260803-120000-ccccc',
  '20260804-120000-ddddd',
] as const;

function kept(): string {
  const dataDir = tempFolder();
  keepRun(dataDir, { runId: ids[0], head: { exitCode: 0 } });
  keepRun(dataDir, { runId: ids[1], head: { exitCode: 0, target: 'https://staging.example.com/webhook' } });
  keepRun(dataDir, { runId: ids[2], head: { exitCode: 1 } });
  keepRun(dataDir, { runId: ids[3], head: { exitCode: 0 } });
  return dataDir;
}

const green = async (dataDir: string, like: Comparable | null, before: string | null) =>
  (await findBaseline({ dataDir, reference: 'last-green', like, before }))?.head.runId ?? null;

test('the last green run is of the same target, with exit code 0, and older', async () => {
  const dataDir = kept();
  expect(await green(dataDir, LIKE, null)).toBe(ids[3]);
  expect(await green(dataDir, LIKE, ids[3])).toBe(ids[0]);
  expect(await green(dataDir, null, ids[3])).toBe(ids[1]);
  expect(await green(dataDir, LIKE, ids[0])).toBeNull();
  expect(await green(tempFolder(), LIKE, null)).toBeNull();
});

test('a named run is that run, and an unknown one is an error', async () => {
  const dataDir = kept();
  const find = (reference: string) => findBaseline({ dataDir, reference, like: LIKE, before: null });
  expect((await find('20260803'))?.head.runId).toBe(ids[2]);
  expect((await find(path.join(dataDir, 'runs', ids[0], 'run.json')))?.head.runId).toBe(ids[0]);
  await expect(find('2027')).rejects.toMatchObject({ code: 'UNKNOWN_RUN' });
  await expect(find('nowhere.json')).rejects.toMatchObject({ code: 'UNKNOWN_RUN' });
});

test('a JSON report is read completely, and another file is an error with a remedy', async () => {
  const file = path.join(tempFolder(), 'baseline.json');
  const find = (text: string) => {
    writeFileSync(file, text);
    return findBaseline({ dataDir: tempFolder(), reference: file, like: null, before: null });
  };
  const report = aReport();
  const read = await find(JSON.stringify(report));
  expect(read?.head.runId).toBe(report.runId);
  expect(read === null ? [] : await resultsOf(read)).toEqual(report.results);
  expect(
    (await find(JSON.stringify({ ...report, endedAt: null, durationMs: null })))?.head.endedAt,
  ).toBeNull();
  for (const text of ['', '{"results":[]}', JSON.stringify({ ...report, results: [{}] }), '[1]'])
    await expect(find(text), text).rejects.toMatchObject({ code: 'REPORT_UNREADABLE' });
});

test('the last green run has the same profile and shard, and a scenario of the run if there is one', async () => {
  const dataDir = tempFolder();
  const shared = { exitCode: 0, scenarios: [...LIKE.scenarios, 'OLD'] } as const;
  keepRun(dataDir, { runId: ids[0], head: shared });
  keepRun(dataDir, { runId: ids[1], head: { ...shared, profile: 'staging' } });
  keepRun(dataDir, { runId: ids[2], head: { ...shared, scenarios: ['ELSE'] } });
  expect(await green(dataDir, LIKE, null)).toBe(ids[0]);
  expect(await green(dataDir, { ...LIKE, profile: 'staging' }, null)).toBe(ids[1]);
  expect(await green(dataDir, { ...LIKE, scenarios: ['NEW'] }, null)).toBe(ids[2]);
});

test('a run that failed only because there was nothing to compare with is green', async () => {
  const dataDir = tempFolder();
  const nothing = (severity: 'error' | 'warning') => ({
    exitCode: 4,
    findings: [{ severity, code: 'nothing-compared', message: 'Nothing was compared', hint: null }],
  });
  keepRun(dataDir, { runId: ids[0], head: nothing('error') });
  keepRun(dataDir, { runId: ids[1], head: nothing('warning') });
  keepRun(dataDir, { runId: ids[2], head: { exitCode: 4 } });
  expect(await green(dataDir, LIKE, null)).toBe(ids[0]);
});

test('with a saved run include up to 49 green ones before it, of the same kind; with any other none', async () => {
  const dataDir = tempFolder();
  const id = (at: number) => `202607${String(10 + (at % 20))}-1200${String(at).padStart(2, '0')}-aaaaa`;
  const many = Array.from({ length: 55 }, (_, at) => id(at)).toSorted();
  const green = { exitCode: 0, scenarios: LIKE.scenarios };
  for (const runId of many) keepRun(dataDir, { runId, head: green });
  keepRun(dataDir, { runId: ids[0], head: { ...green, exitCode: 1 } });
  keepRun(dataDir, { runId: ids[1], head: { ...green, environment: 'staging' } });
  keepRun(dataDir, { runId: ids[2], head: green });
  keepRun(dataDir, { runId: ids[3], head: green });
  const base = await findBaseline({ dataDir, reference: ids[2], like: LIKE, before: null });
  const earlier = base === null ? [] : await greenBefore(dataDir, base);
  expect(earlier.map(({ head }) => head.runId)).toEqual(many.toReversed().slice(0, 49));
  const file = path.join(tempFolder(), 'other.json');
  writeFileSync(file, JSON.stringify(aReport({ runId: '20260901-120000-other' })));
  const other = await findBaseline({ dataDir, reference: file, like: LIKE, before: null });
  expect(other === null ? null : await greenBefore(dataDir, other)).toEqual([]);
});
