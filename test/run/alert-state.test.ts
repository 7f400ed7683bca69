import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Told } from '../../src/lib/model/alert.ts';
import { keepAlertState, lastAlertState } from '../../src/lib/run/alert-state.ts';
import { aStartedRun, keepRun } from '../report/kept-run.ts';
import { tempFolder } from '../support/temp-folder.ts';

const AT = '2026-08-01T12:00:00.000Z';
const told = (scenario: string): Told => ({
  key: `${scenario}/timeout`,
  scenario,
  code: 'timeout',
  since: AT,
  toldAt: AT,
});
const state = (scenario: string) => new Map([['slack', [told(scenario)]]]);
const NOW = aStartedRun({ runId: '20260801-130000-aaaaa' });
const id = (hour: number) => `20260801-${String(hour).padStart(2, '0')}0000-k3f9z`;

describe('what was told last', () => {
  it('is nothing where no run told anybody', async () => {
    const dataDir = tempFolder();
    expect(await lastAlertState(dataDir, NOW)).toEqual(new Map());
    keepRun(dataDir);
    expect(await lastAlertState(dataDir, NOW)).toEqual(new Map());
  });

  it('is that of the newest run of the same kind that told anybody, cut off ones between or not', async () => {
    const dataDir = tempFolder();
    await keepAlertState(keepRun(dataDir, { runId: id(8) }), state('OLD'));
    await keepAlertState(keepRun(dataDir, { runId: id(9) }), state('NEW'));
    keepRun(dataDir, { runId: id(10), head: null });
    const others = [{ target: 'https://other.example.com/' }, { profile: 'p' }, { environment: 'e' }];
    for (const [at, head] of [...others, { shard: { index: 1, total: 2, planned: 4, plan: 'p' } }].entries())
      await keepAlertState(keepRun(dataDir, { runId: id(11 + at), head }), state('OTHER'));
    expect(await lastAlertState(dataDir, NOW)).toEqual(state('NEW'));
  });

  it('is looked for in 200 runs at most, those of another target among them', async () => {
    const dataDir = tempFolder();
    const elsewhere = (number: number) =>
      keepRun(dataDir, {
        runId: `20260702-00${String(number).padStart(4, '0')}-aaaaa`,
        results: [],
        head: { target: 'https://other.example.com/' },
      });
    await keepAlertState(keepRun(dataDir, { runId: '20260701-000000-aaaaa' }), state('OLD'));
    for (let number = 1; number <= 199; number++) elsewhere(number);
    expect(await lastAlertState(dataDir, NOW)).toEqual(state('OLD'));
    elsewhere(200);
    expect(await lastAlertState(dataDir, NOW)).toEqual(new Map());
  });

  it('is not that of the run itself', async () => {
    const dataDir = tempFolder();
    await keepAlertState(keepRun(dataDir, { runId: NOW.runId }), state('MINE'));
    expect(await lastAlertState(dataDir, NOW)).toEqual(new Map());
  });

  it.each([
    ['cut off', '{"schemaVersion":1,"open":{"sl'],
    ['of a newer version', '{"schemaVersion":2,"open":{}}'],
    ['no object', '[]'],
    ['empty', ''],
  ])('is looked for further back where the file is %s', async (_, text) => {
    const dataDir = tempFolder();
    await keepAlertState(keepRun(dataDir, { runId: id(8) }), state('OLD'));
    writeFileSync(path.join(keepRun(dataDir, { runId: id(9) }), 'alerts.json'), text);
    expect(await lastAlertState(dataDir, NOW)).toEqual(state('OLD'));
  });

  it('leaves out what in it is damaged', async () => {
    const dataDir = tempFolder();
    const damaged = [{ ...told('A'), since: 'yesterday' }, { ...told('B'), key: 7 }, null, 'x'];
    const open = { slack: [...damaged, told('FINE')], pagerduty: 'x' };
    const folder = keepRun(dataDir, { runId: id(9) });
    writeFileSync(path.join(folder, 'alerts.json'), JSON.stringify({ schemaVersion: 1, open }));
    expect(await lastAlertState(dataDir, NOW)).toEqual(
      new Map([
        ['slack', [told('FINE')]],
        ['pagerduty', []],
      ]),
    );
  });
});

describe('keeping it', () => {
  it('is for the user alone, and leaves nothing else behind', async () => {
    const dataDir = tempFolder();
    const folder = keepRun(dataDir);
    const before = readdirSync(folder);
    await keepAlertState(folder, state('A'));
    expect(readdirSync(folder).sort()).toEqual([...before, 'alerts.json'].sort());
    expect(statSync(path.join(folder, 'alerts.json')).mode & 0o777).toBe(0o600);
  });

  it('fails with the reason where its folder is gone', async () => {
    const gone = path.join(tempFolder(), 'gone');
    await expect(keepAlertState(gone, state('A'))).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' });
  });

  it('fails where it cannot be done, and leaves nothing half done', async () => {
    const dataDir = tempFolder();
    const folder = keepRun(dataDir);
    mkdirSync(path.join(folder, 'alerts.json'));
    await expect(keepAlertState(folder, state('A'))).rejects.toThrow(/EISDIR|EPERM|ENOTEMPTY|EEXIST/);
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
});
