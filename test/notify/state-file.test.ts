import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RunFacts } from '../../src/lib/model/report.ts';
import type { AlertState } from '../../src/lib/notify/state.ts';
import { openAlertState } from '../../src/lib/notify/state-file.ts';
import { aStartedRun } from '../report/saved-run.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { anOutage } from './alerts.ts';

const AT = '2026-08-01T12:00:00.000Z';
const NEVER = new AbortController().signal;
const NOW = aStartedRun();

function stateOf(key: string): AlertState {
  return {
    outages: [anOutage({ key, slot: key })],
    sent: new Map([['slack', [{ key, since: AT, reportedAt: AT }]]]),
  };
}

async function opened(dataDir: string, facts: RunFacts = NOW, stop = NEVER) {
  const open = await openAlertState(dataDir, facts, stop);
  if (open === null) throw new Error('another run holds it');
  return open;
}

async function kept(dataDir: string, state: AlertState, facts: RunFacts = NOW) {
  const { save: keep, close } = await opened(dataDir, facts);
  await keep(state);
  await close();
}

async function read(dataDir: string, facts: RunFacts = NOW) {
  const { state, close } = await opened(dataDir, facts);
  await close();
  return state;
}

const filesIn = (dataDir: string) => readdirSync(path.join(dataDir, 'alerts'));
const fileIn = (dataDir: string) => path.join(dataDir, 'alerts', filesIn(dataDir)[0] ?? '');

describe('the saved alert state', () => {
  it('is empty at first, then what the last run saved', async () => {
    const dataDir = tempFolder();
    expect(await read(dataDir)).toBeNull();
    await kept(dataDir, stateOf('first'));
    await kept(dataDir, stateOf('second'));
    expect(await read(dataDir)).toEqual(stateOf('second'));
  });

  it('is separate for each target, profile, environment and shard', async () => {
    const dataDir = tempFolder();
    await kept(dataDir, stateOf('here'));
    const shard = { index: 1, total: 2, planned: 4, plan: 'p' };
    const elsewhere = [
      { target: 'https://other.example.com/' },
      { profile: 'p' },
      { environment: 'e' },
      { shard },
      { shard: { ...shard, index: 2 } },
    ].map((facts) => aStartedRun(facts));
    for (const facts of elsewhere) {
      expect(await read(dataDir, facts)).toBeNull();
      await kept(dataDir, stateOf('there'), facts);
    }
    expect(await read(dataDir)).toEqual(stateOf('here'));
    expect(filesIn(dataDir)).toHaveLength(6);
  });

  it.each([
    ['cut off', '{"schemaVersion":2,"outages":[{"ke'],
    ['of another version', '{"schemaVersion":1,"open":{}}'],
    ['no object', '[]'],
    ['empty', ''],
  ])('is empty if the file is %s', async (_, text) => {
    const dataDir = tempFolder();
    await kept(dataDir, stateOf('x'));
    writeFileSync(fileIn(dataDir), text);
    expect(await read(dataDir)).toBeNull();
  });

  it('skips damaged entries', async () => {
    const dataDir = tempFolder();
    await kept(dataDir, stateOf('fine'));
    const file = fileIn(dataDir);
    const saved = JSON.parse(readFileSync(file, 'utf8'));
    const [outage] = saved.outages;
    const outages = [null, 'x', { ...outage, since: 'yesterday' }, { ...outage, scenarios: [] }, outage];
    const [entry] = saved.sent.slack;
    const slack = [{ ...entry, reportedAt: 7 }, { ...entry, key: 'of no outage' }, entry];
    writeFileSync(file, JSON.stringify({ ...saved, outages, sent: { slack, pagerduty: 'x' } }));
    expect(await read(dataDir)).toEqual({
      ...stateOf('fine'),
      sent: new Map([
        ['slack', stateOf('fine').sent.get('slack')],
        ['pagerduty', []],
      ]),
    });
  });

  it('has a limited size', async () => {
    const dataDir = tempFolder();
    const outages = Array.from({ length: 1_005 }, (_, at) => anOutage({ key: `k${at}` }));
    await kept(dataDir, { outages, sent: new Map() });
    expect((await read(dataDir))?.outages.map(({ key }) => key)).toEqual(
      outages.slice(5).map(({ key }) => key),
    );
  });

  it('is readable only by the user, and leaves no other files', async () => {
    const dataDir = tempFolder();
    await kept(dataDir, stateOf('x'));
    expect(filesIn(dataDir)).toEqual([expect.stringMatching(/^[0-9a-f]{16}\.json$/)]);
    expect(statSync(fileIn(dataDir)).mode & 0o777).toBe(0o600);
    expect(statSync(path.join(dataDir, 'alerts')).mode & 0o777).toBe(0o700);
  });

  it('is removed for targets that no run has tested for three months', async () => {
    const dataDir = tempFolder();
    const day = 86_400_000;
    const aged = async (target: string, days: number) => {
      await kept(dataDir, stateOf('x'), aStartedRun({ target }));
      const [newest = ''] = filesIn(dataDir).filter(
        (name) => statSync(path.join(dataDir, 'alerts', name)).mtimeMs > Date.now() - day,
      );
      const at = new Date(Date.now() - days * day);
      utimesSync(path.join(dataDir, 'alerts', newest), at, at);
    };
    await aged('https://a.example.com/', 91);
    await aged('https://b.example.com/', 89);
    expect(await read(dataDir)).toBeNull();
    expect(await read(dataDir, aStartedRun({ target: 'https://a.example.com/' }))).toBeNull();
    expect(await read(dataDir, aStartedRun({ target: 'https://b.example.com/' }))).toEqual(stateOf('x'));
  });

  it('reports why it cannot be written, and leaves no partial file', async () => {
    const dataDir = tempFolder();
    await kept(dataDir, stateOf('x'));
    const { save: keep, close } = await opened(dataDir, aStartedRun({ profile: 'p' }));
    const lock = filesIn(dataDir).find((name) => name.endsWith('.lock')) ?? '';
    mkdirSync(path.join(dataDir, 'alerts', lock.replace('.lock', '')));
    await expect(keep(stateOf('y'))).rejects.toThrow(/EISDIR|EPERM|ENOTEMPTY|EEXIST/);
    await close();
    expect(filesIn(dataDir).filter((name) => /tmp|lock/.test(name))).toEqual([]);
  });

  it('can be read but not written if no folder can be created', async () => {
    const dataDir = path.join(tempFolder(), 'file');
    writeFileSync(dataDir, 'in the way');
    const { state, save: keep, close } = await opened(dataDir);
    expect(state).toBeNull();
    await expect(keep(stateOf('x'))).rejects.toMatchObject({ code: 'ENOTDIR' });
    await close();
  });
});

describe('one run at a time', () => {
  it('reads and writes it; the next one waits, and sees the result', async () => {
    const dataDir = tempFolder();
    const first = await opened(dataDir);
    let isOpen = false;
    const second = opened(dataDir).then((open) => {
      isOpen = true;
      return open;
    });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(isOpen).toBe(false);
    await first.save(stateOf('first'));
    await first.close();
    const { state, close } = await second;
    expect(state).toEqual(stateOf('first'));
    await close();
  });

  it('waits at most its time limit', async () => {
    const dataDir = tempFolder();
    const first = await opened(dataDir);
    expect(await openAlertState(dataDir, NOW, AbortSignal.timeout(100))).toBeNull();
    // Another target has nothing to do with it.
    const other = await opened(dataDir, aStartedRun({ profile: 'p' }));
    await other.close();
    await first.close();
    expect(await read(dataDir)).toBeNull();
  });

  it.each([
    ['of a run that was killed', JSON.stringify({ pid: 4194305, host: hostname(), started: null }), 0],
    ['that is older than any run sends alerts', 'another-host 1', 16_000],
    ['from the future', 'another-host 1', -16_000],
  ])('does not wait for a lock %s', async (_, owner, ageMs) => {
    const dataDir = tempFolder();
    const first = await opened(dataDir);
    await first.save(stateOf('x'));
    const lock = path.join(dataDir, 'alerts', filesIn(dataDir).find((name) => name.endsWith('.lock')) ?? '');
    writeFileSync(lock, owner);
    const at = new Date(Date.now() - ageMs);
    utimesSync(lock, at, at);
    const { state, close } = await opened(dataDir);
    expect(state).toEqual(stateOf('x'));
    await close();
    expect(filesIn(dataDir).filter((name) => name.includes('lock'))).toEqual([]);
  });
});
