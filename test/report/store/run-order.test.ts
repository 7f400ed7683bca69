import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findRun,
  readRun,
  readSavedRuns,
  runsBefore,
  savedRuns,
} from '../../../src/lib/report/history/history.ts';
import { tidyOrder } from '../../../src/lib/report/store/run-order.ts';
import { runsFolder } from '../../../src/lib/report/store/store.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { edit, headFile, keepRun, resultsFile, resultsOf } from '../saved-run.ts';

const [LAST_YEAR, TODAY, HOUR_BACK, EPOCH, FUTURE] = [
  '20250801-120000-aaaaa',
  '20260801-120000-aaaaa',
  '20260801-110000-aaaaa',
  '19700101-000001-aaaaa',
  '20990101-000000-aaaaa',
] as const;

const orderFile = (dataDir: string) => path.join(dataDir, 'run-order.txt');

function stored(...ids: readonly string[]): string {
  const dataDir = tempFolder();
  for (const runId of ids) keepRun(dataDir, { runId });
  return dataDir;
}

/** As an earlier version stored it, or as it was copied here. */
function withoutLine(dataDir: string, runId: string): void {
  edit(orderFile(dataDir), (text) => text.replace(`${runId}\n`, ''));
}

describe('the run that was saved last comes first', () => {
  it.each([
    ['the clock was set back an hour', [TODAY, HOUR_BACK]],
    ['the clock began anew', [TODAY, EPOCH]],
    ['the clock was ahead for a while', [LAST_YEAR, FUTURE, TODAY]],
    ['two machines share the folder', [TODAY, EPOCH, HOUR_BACK, FUTURE, LAST_YEAR]],
    ['three began in the same second', ['ccccc', 'aaaaa', 'bbbbb'].map((end) => `20260801-120000-${end}`)],
  ])('if %s', async (_, ids) => {
    const dataDir = stored(...ids);
    expect(await savedRuns(dataDir)).toEqual(ids.toReversed());
    expect(await findRun(dataDir, 'latest')).toBe(path.join(runsFolder(dataDir), ids.at(-1) ?? ''));
    const heads = [];
    for await (const { head } of readSavedRuns(dataDir)) heads.push(head.runId);
    expect(heads).toEqual(ids.toReversed());
  });

  it('and what was saved before a run precedes it, even if that run is gone', async () => {
    const dataDir = stored(FUTURE, TODAY, LAST_YEAR);
    expect(await runsBefore(dataDir, LAST_YEAR)).toEqual([TODAY, FUTURE]);
    expect(await runsBefore(dataDir, FUTURE)).toEqual([]);
    expect(await runsBefore(dataDir, HOUR_BACK)).toEqual([LAST_YEAR, TODAY, FUTURE]);
    const heads = [];
    for await (const { head } of readSavedRuns(dataDir, { before: TODAY })) heads.push(head.runId);
    expect(heads).toEqual([FUTURE]);
  });
});

describe('runs without a record of when they were saved', () => {
  it('precede those that are saved from now on, in the order of their ids', async () => {
    const dataDir = stored(FUTURE, LAST_YEAR);
    rmSync(orderFile(dataDir));
    expect(await savedRuns(dataDir)).toEqual([FUTURE, LAST_YEAR]);
    keepRun(dataDir, { runId: TODAY });
    expect(await savedRuns(dataDir)).toEqual([TODAY, FUTURE, LAST_YEAR]);
    expect(readFileSync(orderFile(dataDir), 'utf8')).toBe(`${LAST_YEAR}\n${FUTURE}\n${TODAY}\n`);
    expect(statSync(orderFile(dataDir)).mode & 0o777).toBe(0o600);
  });

  it('follow those that were recorded: an earlier version may share the folder', async () => {
    const dataDir = stored(FUTURE, TODAY);
    withoutLine(dataDir, TODAY);
    expect(await savedRuns(dataDir)).toEqual([TODAY, FUTURE]);
  });

  it.each([
    ['was cut off in a line', (text: string) => text.slice(0, -12)],
    ['is not ours', () => 'hello\n../../etc\n'],
    ['is zeros', (text: string) => '\0'.repeat(text.length)],
    ['names a run twice', (text: string) => text + text],
    ['names runs that are gone', (text: string) => `20240101-000000-zzzzz\n${text}`],
  ])('are still found if the file %s, and the next one is the latest', async (_, damage) => {
    const dataDir = stored(FUTURE, LAST_YEAR);
    edit(orderFile(dataDir), damage);
    expect((await savedRuns(dataDir)).toSorted()).toEqual([LAST_YEAR, FUTURE]);
    keepRun(dataDir, { runId: TODAY });
    expect((await savedRuns(dataDir))[0]).toBe(TODAY);
    keepRun(dataDir, { runId: EPOCH });
    expect((await savedRuns(dataDir)).slice(0, 2)).toEqual([EPOCH, TODAY]);
  });

  it.each([
    ['a pipe', (file: string) => spawnSync('mkfifo', [file])],
    ['a folder', (file: string) => mkdirSync(file)],
    ['a link to a device', (file: string) => symlinkSync('/dev/zero', file)],
  ])('are in the order of their ids if %s is in place of the file', async (_, make) => {
    const dataDir = tempFolder();
    make(orderFile(dataDir));
    for (const runId of [TODAY, LAST_YEAR]) keepRun(dataDir, { runId });
    expect(await savedRuns(dataDir)).toEqual([TODAY, LAST_YEAR]);
  });
});

it('lose their lines once many of them are gone', async () => {
  const dataDir = stored(FUTURE, TODAY);
  const gone = (count: number) =>
    Array.from({ length: count }, (_, at) => `20240101-${String(at).padStart(6, '0')}-aaaaa\n`).join('');
  edit(orderFile(dataDir), (text) => gone(1_002) + text);
  tidyOrder(dataDir, [FUTURE, TODAY]);
  expect(readFileSync(orderFile(dataDir), 'utf8')).toHaveLength(1_004 * 22);
  edit(orderFile(dataDir), (text) => `20250101-000000-aaaaa\n${text}`);
  tidyOrder(dataDir, [FUTURE, TODAY]);
  expect(readFileSync(orderFile(dataDir), 'utf8')).toBe(`${FUTURE}\n${TODAY}\n`);
});

describe('in the folder of a run, only regular files are read', () => {
  const pipe = (file: string) => {
    rmSync(file, { force: true });
    expect(spawnSync('mkfifo', [file]).status).toBe(0);
  };
  const elsewhere = (file: string) => {
    const other = path.join(tempFolder(), 'other');
    cpSync(file, other);
    rmSync(file);
    symlinkSync(other, file);
  };
  const device = (file: string) => {
    rmSync(file);
    symlinkSync('/dev/zero', file);
  };

  it.each([
    ['a pipe', pipe],
    ['a link', elsewhere],
    ['a link to a device', device],
  ])('%s in place of both is not a run', async (_, make) => {
    const dataDir = stored(TODAY, LAST_YEAR);
    const folder = path.join(runsFolder(dataDir), LAST_YEAR);
    for (const file of [headFile(folder), resultsFile(folder)]) make(file);
    expect(await savedRuns(dataDir)).toEqual([TODAY]);
    await expect(findRun(dataDir, folder)).rejects.toMatchObject({ code: 'UNKNOWN_RUN' });
  });

  it.each([
    ['a pipe', pipe],
    ['a link', elsewhere],
  ])('%s in place of the head loses its data, in place of the results those', async (_, make) => {
    const dataDir = stored(TODAY, LAST_YEAR);
    const [first, second] = [TODAY, LAST_YEAR].map((id) => path.join(runsFolder(dataDir), id)) as [
      string,
      string,
    ];
    make(headFile(first));
    make(resultsFile(second));
    expect((await readRun(first)).head).toMatchObject({ status: 'interrupted', seed: 'unknown' });
    expect(await resultsOf(await readRun(second))).toEqual([]);
    expect(await savedRuns(dataDir)).toEqual([LAST_YEAR, TODAY]);
  });
});
