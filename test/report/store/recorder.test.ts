import { closeSync, existsSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readRun } from '../../../src/lib/report/history/history.ts';
import { createRecorder, MAX_UNSAVED } from '../../../src/lib/report/store/recorder.ts';
import { anError, aTest } from '../../support/builders.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { aHead, aStartedRun, resultsFile, resultsOf, threeTests } from '../saved-run.ts';

function recorderIn(dataDir: string) {
  return createRecorder({ dataDir, started: aStartedRun(), stays: true });
}

/** Takes the file from under the writer, so that its next write fails as on a full disk. */
function closeUnderIts(file: string): void {
  for (const fd of readdirSync('/proc/self/fd').map(Number)) {
    try {
      if (readlinkSync(`/proc/self/fd/${fd}`) === file) closeSync(fd);
    } catch {
      // The descriptor of the listing itself is gone by now.
    }
  }
}

describe('a recorder', () => {
  it('saves results and returns them', async () => {
    const recorder = recorderIn(tempFolder());
    for (const result of threeTests()) await recorder.add(result);
    const source = await recorder.finish(aHead());
    expect(source.head).toEqual(aHead());
    expect(await resultsOf(source)).toEqual(threeTests());
    expect(await resultsOf(source), 'and once more').toEqual(threeTests());
    expect(recorder.problems()).toEqual([]);
    expect((await readRun(recorder.folder() ?? '')).head).toEqual(aHead());
  });

  it('returns all results if nothing can be saved, and reports that', async () => {
    const dataDir = path.join(tempFolder(), 'file');
    writeFileSync(dataDir, '');
    const recorder = recorderIn(dataDir);
    for (const result of threeTests()) await recorder.add(result);
    const source = await recorder.finish(aHead());
    expect(await resultsOf(source)).toEqual(threeTests());
    expect(recorder.folder()).toBeNull();
    expect(recorder.problems()).toEqual([
      {
        severity: 'warning',
        code: 'not-kept',
        message: expect.stringContaining('cannot be saved'),
        hint: expect.stringContaining('dataDir'),
      },
    ]);
  });

  it('holds a limited number in memory if nothing can be saved, the most important ones, and reports that', async () => {
    const dataDir = path.join(tempFolder(), 'file');
    writeFileSync(dataDir, '');
    const recorder = recorderIn(dataDir);
    const errors = [anError('http-5xx', 'HTTP 500')];
    for (let index = 1; index <= 5_000; index++)
      await recorder.add(aTest({ index, ...(index > 4_000 ? { errors } : {}) }));
    const results = await resultsOf(await recorder.finish(aHead()));
    expect(results).toHaveLength(2 * MAX_UNSAVED);
    expect(results.filter(({ verdict }) => verdict === 'broken').map(({ index }) => index)).toEqual(
      Array.from({ length: 1_000 }, (_, at) => 4_001 + at),
    );
    expect(recorder.problems().map(({ code, message }) => [code, message])).toEqual([
      ['not-kept', expect.stringContaining('cannot be saved')],
      ['results-lost', expect.stringMatching(/^3,000 results could neither be saved nor held in memory/)],
    ]);
  });

  it('saves all of it at the end if the obstacle is gone', async () => {
    const dataDir = path.join(tempFolder(), 'file');
    writeFileSync(dataDir, '');
    const recorder = recorderIn(dataDir);
    const [first, second, third] = threeTests();
    if (!first || !second || !third) throw new Error('There are three.');
    const verified = { ...second, trace: { ...second.trace, state: 'verified' as const } };
    for (const result of [first, second, third]) await recorder.add(result);
    recorder.update(verified);
    recorder.retry();
    expect(recorder.problems()[0]?.code, 'still in the way').toBe('not-kept');
    rmSync(dataDir);
    recorder.retry();
    expect(recorder.problems()).toEqual([]);
    expect(await resultsOf(await recorder.finish(aHead()))).toEqual([first, verified, third]);
    expect(await resultsOf(await readRun(recorder.folder() ?? ''))).toEqual([first, verified, third]);
  });

  it.runIf(existsSync('/proc/self/fd'))(
    'returns all results in order if saving fails in between',
    async () => {
      const recorder = recorderIn(tempFolder());
      const [first, second, third] = threeTests();
      if (!first || !second || !third) throw new Error('There are three.');
      await recorder.add(first);
      const folder = recorder.folder() ?? '';
      closeUnderIts(resultsFile(folder));
      await recorder.add(second);
      await recorder.add(third);
      const source = await recorder.finish(aHead());
      expect((await resultsOf(source)).map(({ index }) => index)).toEqual([1, 2, 3]);
      expect(source.head).toEqual(aHead());
      expect(recorder.folder()).toBeNull();
      expect(recorder.problems()[0]?.message).toMatch(/^Only the first result of this run is saved\. /);
      expect((await readRun(folder)).head, 'what was kept is honest about it').toMatchObject({
        status: 'interrupted',
        summary: { total: 1 },
      });
    },
  );
});
