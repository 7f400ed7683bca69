import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findBaseline } from '../../../src/lib/report/compare/baseline.ts';
import { aReport } from '../../support/builders.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { keepRun, resultsOf } from '../kept-run.ts';

const TARGET = { target: 'https://hooks.example.com/webhook' };
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

const green = async (dataDir: string, target: typeof TARGET | null, before: string | null) =>
  (await findBaseline({ dataDir, reference: 'last-green', target, before }))?.head.runId ?? null;

test('the last green run is of the same target, with exit code 0, and older', async () => {
  const dataDir = kept();
  expect(await green(dataDir, TARGET, null)).toBe(ids[3]);
  expect(await green(dataDir, TARGET, ids[3])).toBe(ids[0]);
  expect(await green(dataDir, null, ids[3])).toBe(ids[1]);
  expect(await green(dataDir, TARGET, ids[0])).toBeNull();
  expect(await green(tempFolder(), TARGET, null)).toBeNull();
});

test('a run that is named is that run, and an unknown one is told', async () => {
  const dataDir = kept();
  const find = (reference: string) => findBaseline({ dataDir, reference, target: TARGET, before: null });
  expect((await find('20260803'))?.head.runId).toBe(ids[2]);
  expect((await find(path.join(dataDir, 'runs', ids[0], 'run.json')))?.head.runId).toBe(ids[0]);
  await expect(find('2027')).rejects.toMatchObject({ code: 'UNKNOWN_RUN' });
  await expect(find('nowhere.json')).rejects.toMatchObject({ code: 'UNKNOWN_RUN' });
});

test('a JSON report is read whole, and one that is none is told with what to do', async () => {
  const file = path.join(tempFolder(), 'baseline.json');
  const find = (text: string) => {
    writeFileSync(file, text);
    return findBaseline({ dataDir: tempFolder(), reference: file, target: null, before: null });
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
