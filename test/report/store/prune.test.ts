import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { savedRuns } from '../../../src/lib/report/history/history.ts';
import { openCleanupLog } from '../../../src/lib/report/store/cleanup/log.ts';
import { droppedText, MAX_RUNS_WITH_LEFTOVERS, pruneRuns } from '../../../src/lib/report/store/prune.ts';
import { runsFolder, startRun } from '../../../src/lib/report/store/store.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import {
  aHead,
  aStartedRun,
  begunBy,
  edit,
  endedPid,
  headFile,
  keepRun,
  resultsFile,
  threeTests,
} from '../saved-run.ts';

const IDS = ['20260801-120000-aaaaa', '20260801-120000-abbbb', '20260802-090000-ccccc'] as const;
const HOUR_MS = 60 * 60 * 1000;

function threeRuns(): string {
  const dataDir = tempFolder();
  for (const runId of IDS) keepRun(dataDir, { runId });
  return dataDir;
}

/** As if nothing in the folder had been written for so long. */
function age(folder: string, hours: number): void {
  const then = new Date(Date.now() - hours * HOUR_MS);
  for (const name of readdirSync(folder)) utimesSync(path.join(folder, name), then, then);
  utimesSync(folder, then, then);
}

describe('of saved runs', () => {
  it.each([
    [0, []],
    [1, [IDS[2]]],
    [2, [IDS[2], IDS[1]]],
    [50, [IDS[2], IDS[1], IDS[0]]],
  ])('the newest %i stay', async (keep, expected) => {
    const dataDir = threeRuns();
    await pruneRuns(dataDir, { keep });
    expect(await savedRuns(dataDir)).toEqual(expected);
    expect(readdirSync(runsFolder(dataDir)).sort(), 'and nothing else').toEqual([...expected].sort());
  });

  it('those that left data behind stay as well, the newest 100 of them, and others are named', async () => {
    const dataDir = tempFolder();
    const ids = Array.from({ length: MAX_RUNS_WITH_LEFTOVERS + 3 }, (_, at) => {
      const runId = `20260801-${String(120_000 + at)}-aaaaa`;
      const folder = keepRun(dataDir, { runId, results: [] });
      const log = openCleanupLog(folder, { open: 0, removeEmpty: false });
      const key = { index: 1, send: 0 };
      log.write({
        ...{ type: 'sent', ...key, testId: `${runId}-1`, name: 'CHOP #1', scenario: 'CHOP' },
        ...{ replayed: false, calls: ['DELETE {{origin}}/{{testId}}'], values: {}, hidden: [] },
      });
      // Of the newest of the old ones everything is removed.
      if (at === MAX_RUNS_WITH_LEFTOVERS + 1) log.write({ type: 'closed', ...key });
      return runId;
    });
    const dropped = await pruneRuns(dataDir, { keep: 1 });
    expect(dropped).toEqual([ids[0]]);
    expect(droppedText(dropped)).toBe(
      `1 saved run with left-overs removed (keep, and more than 100 such runs): ${ids[0]}`,
    );
    expect(await savedRuns(dataDir)).toEqual([ids.at(-1), ...ids.slice(1, -2).toReversed()]);
  });

  it('only those are removed: other folders stay', async () => {
    const dataDir = threeRuns();
    const theirs = path.join(runsFolder(dataDir), '2025-experiment');
    mkdirSync(theirs);
    await pruneRuns(dataDir, { keep: 0 });
    expect(existsSync(theirs)).toBe(true);
    expect(await savedRuns(dataDir)).toEqual([]);
  });

  it('one in progress stays, and can continue', async () => {
    const dataDir = threeRuns();
    const running = startRun({ dataDir, started: aStartedRun({ runId: '20250101-000000-zzzzz' }) });
    const [first, second] = threeTests();
    if (!first || !second) throw new Error('There are three.');
    running.append(first);
    age(running.folder, 23);
    await pruneRuns(dataDir, { keep: 0 });
    running.append(second);
    running.finish(aHead({ runId: '20250101-000000-zzzzz' }));
    expect(await savedRuns(dataDir)).toEqual(['20250101-000000-zzzzz']);
    await pruneRuns(dataDir, { keep: 0 });
    expect(await savedRuns(dataDir), 'once it is over').toEqual([]);
  });

  it.each([
    ['written 25 hours ago', 25],
    ['written 25 hours from now, before the clock was set back', -25],
  ])('one that was killed stays for a day, and is removed if it was last %s', async (_, hours) => {
    const dataDir = tempFolder();
    const folder = keepRun(dataDir, { head: null });
    begunBy(folder, endedPid());
    for (const stays of [0, hours - Math.sign(hours) * 2]) {
      age(folder, stays);
      await pruneRuns(dataDir, { keep: 0 });
      expect(existsSync(folder), `${stays} hours`).toBe(true);
    }
    age(folder, hours);
    await pruneRuns(dataDir, { keep: 0 });
    expect(existsSync(folder)).toBe(false);
  });

  it('one whose process is running stays for a month, whatever the clock shows', async () => {
    const dataDir = tempFolder();
    const folder = keepRun(dataDir, { head: null });
    for (const hours of [25, -25, 29 * 24]) {
      age(folder, hours);
      await pruneRuns(dataDir, { keep: 0 });
      expect(existsSync(folder), `${hours} hours`).toBe(true);
    }
    age(folder, 31 * 24);
    await pruneRuns(dataDir, { keep: 0 });
    expect(existsSync(folder), 'that may be another process by now').toBe(false);
  });

  it.each([
    [1, [IDS[0]]],
    [2, [IDS[2], IDS[0]]],
    [3, [IDS[2], IDS[1], IDS[0]]],
    [0, []],
  ])(
    '%i stay, and the one that has just ended is among them, even if others were saved later',
    async (keep, left) => {
      const dataDir = threeRuns();
      await pruneRuns(dataDir, { keep, own: IDS[0] });
      expect(await savedRuns(dataDir)).toEqual(left);
    },
  );

  it('those with future dates are not newer', async () => {
    const dataDir = tempFolder();
    const future = [1, 2, 3].map((day) => `2099010${day}-000000-aaaaa`);
    for (const runId of [...future, ...IDS]) {
      keepRun(dataDir, { runId });
      await pruneRuns(dataDir, { keep: 2, own: runId });
    }
    expect(await savedRuns(dataDir)).toEqual([IDS[2], IDS[1]]);
  });

  it.each([
    ['has no head yet', (folder: string) => mkdirSync(folder, { recursive: true })],
    [
      'has a head that is damaged',
      (folder: string) => {
        mkdirSync(folder, { recursive: true });
        writeFileSync(headFile(folder), '{"schemaVersion":1,');
        writeFileSync(resultsFile(folder), JSON.stringify(threeTests()[0]));
      },
    ],
  ])('one that %s is removed if nothing was written for a day', async (_, make) => {
    const dataDir = tempFolder();
    const folder = path.join(runsFolder(dataDir), IDS[0]);
    make(folder);
    await pruneRuns(dataDir, { keep: 0 });
    expect(existsSync(folder)).toBe(true);
    age(folder, 25);
    await pruneRuns(dataDir, { keep: 0 });
    expect(existsSync(folder)).toBe(false);
  });

  it('one of a newer version stays forever', async () => {
    const dataDir = threeRuns();
    const newer = path.join(runsFolder(dataDir), IDS[0]);
    edit(headFile(newer), (text) => text.replace('"schemaVersion": 1', '"schemaVersion": 2'));
    age(newer, 1_000);
    const before = readFileSync(headFile(newer));
    await pruneRuns(dataDir, { keep: 0 });
    expect(await savedRuns(dataDir)).toEqual([IDS[0]]);
    expect(readFileSync(headFile(newer))).toEqual(before);
  });

  it('what another process started to remove is removed, too', async () => {
    const dataDir = threeRuns();
    mkdirSync(path.join(runsFolder(dataDir), `.${IDS[0]}.removed`));
    await pruneRuns(dataDir, { keep: 50 });
    expect(readdirSync(runsFolder(dataDir)).sort()).toEqual([...IDS]);
  });

  it('old ones are removed however many processes remove them at once', async () => {
    const dataDir = tempFolder();
    const ids = Array.from({ length: 40 }, (_, at) => `20260801-1200${String(at).padStart(2, '0')}-aaaaa`);
    for (const runId of ids) keepRun(dataDir, { runId });
    await Promise.all(Array.from({ length: 8 }, () => pruneRuns(dataDir, { keep: 2 })));
    expect(await savedRuns(dataDir)).toEqual(ids.slice(-2).reverse());
    await pruneRuns(dataDir, { keep: 2 });
    expect(readdirSync(runsFolder(dataDir))).toEqual(ids.slice(-2));
  });
});
