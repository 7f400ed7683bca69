import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { thisProcess } from '../../../src/lib/report/store/run-owner.ts';
import { runsFolder, startRun } from '../../../src/lib/report/store/store.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { aHead, aStartedRun, headFile, resultsFile, threeTests } from '../saved-run.ts';

const modeOf = (file: string) => statSync(file).mode & 0o777;

describe('a saved run', () => {
  it.runIf(process.platform !== 'win32')(
    'is readable only by its owner, and so are the folders above it',
    () => {
      const dataDir = path.join(tempFolder(), 'new', 'data');
      const writer = startRun({ dataDir, started: aStartedRun() });
      writer.finish(aHead());
      expect([headFile(writer.folder), resultsFile(writer.folder)].map(modeOf)).toEqual([0o600, 0o600]);
      expect([writer.folder, runsFolder(dataDir), dataDir].map(modeOf)).toEqual([0o700, 0o700, 0o700]);
    },
  );

  it('has each result as one complete line as soon as it is appended', () => {
    const writer = startRun({ dataDir: tempFolder(), started: aStartedRun() });
    for (const [at, result] of threeTests().entries()) {
      writer.append(result);
      const text = readFileSync(resultsFile(writer.folder), 'utf8');
      expect(text.endsWith('\n')).toBe(true);
      expect(
        text
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line)),
      ).toEqual(threeTests().slice(0, at + 1));
    }
  });

  it('is known from its start, and its head is replaced at the end', () => {
    const writer = startRun({ dataDir: tempFolder(), started: aStartedRun() });
    expect(JSON.parse(readFileSync(headFile(writer.folder), 'utf8'))).toEqual({
      ...aStartedRun(),
      owner: { pid: process.pid, host: hostname(), started: thisProcess().started },
    });
    writer.finish(aHead());
    expect(JSON.parse(readFileSync(headFile(writer.folder), 'utf8'))).toEqual(aHead());
    expect(readdirSync(writer.folder).sort()).toEqual(['results.ndjson', 'run.json']);
  });
});

describe('a run that cannot be saved', () => {
  it('because its id is taken does not affect the other one', () => {
    const dataDir = tempFolder();
    const writer = startRun({ dataDir, started: aStartedRun() });
    writer.append(threeTests()[0] ?? expect.fail());
    expect(() => startRun({ dataDir, started: aStartedRun() })).toThrow(
      expect.objectContaining({
        code: 'STORE_UNAVAILABLE',
        message: `The run cannot be saved: a run with the id ${aStartedRun().runId} already exists in ${writer.folder}.`,
        hint: 'Start the run again to get a new id.',
      }),
    );
    expect(readFileSync(resultsFile(writer.folder), 'utf8').split('\n')).toHaveLength(2);
  });

  it('because a file is in the way is reported with the folder', () => {
    const dataDir = tempFolder();
    writeFileSync(path.join(dataDir, 'runs'), '');
    expect(() => startRun({ dataDir, started: aStartedRun() })).toThrow(
      path.join(dataDir, 'runs', aStartedRun().runId),
    );
  });
});
