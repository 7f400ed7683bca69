import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CleanupCall } from '../../src/lib/model/probe.ts';
import { readRun } from '../../src/lib/report/history/history.ts';
import { openCleanupLog } from '../../src/lib/report/store/cleanup/log.ts';
import { CLEANUP_FILE, type CleanupRecord } from '../../src/lib/report/store/cleanup/records.ts';
import { fromSaved, pathsOf, toSaved } from '../../src/lib/report/store/cleanup/saved-values.ts';
import { readCleanupState, readSavedWebhooks } from '../../src/lib/report/store/cleanup/state.ts';
import { isAlive, thisProcess } from '../../src/lib/report/store/run-owner.ts';
import { createRedactor } from '../../src/lib/secrets/redact.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { keepRun } from './saved-run.ts';

const RUN = '20260801-120000-k3f9z';

function sent(index: number, values: Readonly<Record<string, string>> = {}): CleanupRecord {
  return {
    ...{ type: 'sent', index, send: 0, testId: `${RUN}-${index}`, name: `CHOP #${index}`, scenario: 'CHOP' },
    ...{ replayed: false, calls: ['DELETE {{origin}}/signals/{{response.signal_id}}'], values, hidden: [] },
  };
}

function responded(index: number): CleanupRecord {
  const values = { 'response.signal_id': `s${index}` };
  return { type: 'responded', index, send: 0, values, hidden: [] };
}

const removed = (index: number, later = false): CleanupRecord => ({
  ...{ type: 'removed', index, send: 0, at: 0, called: true, later },
});
const closed = (index: number): CleanupRecord => ({ type: 'closed', index, send: 0 });

function logIn(folder: string, open = 0) {
  return openCleanupLog(folder, { open, removeEmpty: true });
}

describe('the log', () => {
  it('is removed if nothing is left, and stays if something is', () => {
    const folder = tempFolder();
    const log = logIn(folder);
    log.write(sent(1), responded(1));
    log.write(removed(1), closed(1));
    expect(log.open()).toBe(0);
    log.end();
    expect(existsSync(path.join(folder, CLEANUP_FILE))).toBe(false);

    const other = logIn(folder);
    other.write(sent(1));
    other.end();
    expect(existsSync(path.join(folder, CLEANUP_FILE))).toBe(true);
  });

  it('continues after a line that was cut off, and only that line is lost', async () => {
    const folder = tempFolder();
    const file = path.join(folder, CLEANUP_FILE);
    logIn(folder).write(sent(1), responded(1), sent(2));
    appendFileSync(file, '{"type":"responded","index":2,"se');
    logIn(folder, 2).write(removed(1), closed(1));
    const state = await readCleanupState(folder);
    expect([...(state?.open ?? [])]).toEqual([
      [2_000, { calls: 1, removed: 0, certain: 0, responded: false }],
    ]);
    expect(state?.done).toBe(1);
    expect(readFileSync(file, 'utf8').split('\n').length).toBe(7);
  });

  it('reports why it could not be written', () => {
    const folder = tempFolder();
    const file = path.join(folder, 'a-file');
    writeFileSync(file, '');
    const log = logIn(file);
    log.write(sent(1));
    expect(log.problem()).toMatchObject({ code: 'ENOTDIR' });
    expect(log.open()).toBe(0);
  });
});

describe('what is open', () => {
  it('is each webhook that is not closed, with the values of its response', async () => {
    const folder = tempFolder();
    logIn(folder).write(...[1, 2, 3, 4].map((index) => sent(index)), responded(4), responded(2), closed(1));
    const state = await readCleanupState(folder);
    if (state === null) throw new Error('There is one.');
    const webhooks: unknown[] = [];
    for await (const { sent: before, response: after } of readSavedWebhooks(folder, state))
      webhooks.push([before.index, after?.values['response.signal_id'] ?? null]);
    expect(webhooks).toEqual([
      [3, null],
      [4, 's4'],
      [2, 's2'],
    ]);
  });

  it('is nothing if the run saved nothing', async () => {
    expect(await readCleanupState(tempFolder())).toBeNull();
  });
});

describe('the head of a run', () => {
  it('that was killed has what it left', async () => {
    const folder = keepRun(tempFolder(), { head: null });
    logIn(folder).write(sent(1), responded(1), removed(1), closed(1), sent(2), responded(2), sent(3));
    const { head } = await readRun(folder);
    const leftOver = { ids: {}, command: null };
    expect(head.cleanup).toEqual({
      ...{ done: 1, failed: 1, unknown: 1, open: 2 },
      leftOvers: [
        {
          ...{ ...leftOver, testId: `${RUN}-2`, name: 'CHOP #2', certain: true },
          ids: { 'response.signal_id': 's2' },
          call: `DELETE ${new URL(head.target).origin}/signals/s2`,
          reason: 'Not made: the run was cut off',
        },
        {
          ...{ ...leftOver, testId: `${RUN}-3`, name: 'CHOP #3', certain: false },
          call: `DELETE ${new URL(head.target).origin}/signals/{{response.signal_id}}`,
          reason: 'The run was cut off before the response',
        },
      ],
    });
  });

  it('that ended counts what was removed later, and has no warning', async () => {
    const leftOver = {
      ...{ testId: `${RUN}-2`, name: 'CHOP #2', call: 'DELETE https://h.example/signals/s2', ids: {} },
      ...{ certain: true, reason: 'HTTP 500', command: 'curl' },
    };
    const warning = { severity: 'warning', hint: null } as const;
    const findings = [
      { ...warning, code: 'cleanup-failed', message: '1 call of clean-up failed: HTTP 500' },
      { ...warning, code: 'traces-limited', message: 'others' },
    ];
    const cleanup = { done: 40, failed: 1, unknown: 0, leftOvers: [leftOver], open: 1 };
    const folder = keepRun(tempFolder(), { head: { cleanup, findings } });
    const log = logIn(folder);
    log.write(sent(2), responded(2), { type: 'left', index: 2, send: 0, at: 0, leftOver });
    expect((await readRun(folder)).head).toMatchObject({
      cleanup,
      findings: [{ code: 'cleanup-failed' }, {}],
    });
    log.write(removed(2, true), closed(2));
    expect((await readRun(folder)).head).toMatchObject({
      cleanup: { done: 41, failed: 0, unknown: 0, leftOvers: [] },
      findings: [{ code: 'traces-limited' }],
    });
  });
});

describe('saved values', () => {
  const call: CleanupCall = {
    ...{ method: 'DELETE', url: '{{origin}}/{{response.data.id}}/{{testId}}', status: ['2xx'] },
    ...{ headers: { 'x-note': '{{request.note}}' }, body: { account: '{{response.account}}' } },
  };

  it('are those that the calls use, except those in every record', () => {
    expect(pathsOf([call])).toEqual(['response.data.id', 'request.note', 'response.account']);
  });

  it.each([
    ['a secret', { mask: createRedactor(['s3cr3t-value']), redactPaths: [] }],
    ['named by redact', { mask: (text: string) => text, redactPaths: ['account'] }],
    ['with a part that redact names', { mask: (text: string) => text, redactPaths: ['account.pin'] }],
  ])('are without one that is %s', (_, masking) => {
    const values = { response: { account: { pin: 's3cr3t-value' }, data: { id: 7 } } };
    expect(toSaved(['response.account', 'response.data.id', 'response.gone'], values, masking)).toEqual({
      values: { 'response.data.id': 7, 'response.gone': null },
      hidden: ['response.account'],
    });
  });

  it('are without one that is too long to be an id', () => {
    const values = { response: { id: 'x'.repeat(16_385) } };
    const saved = toSaved(['response.id'], values, { mask: (text) => text, redactPaths: [] });
    expect(saved).toEqual({ values: {}, hidden: ['response.id'] });
  });

  it('are found by their paths', () => {
    const saved = {
      'response.items.0.id': 'a',
      'response.data': { id: 1, more: [2] },
      'response.data.id': 1,
      'response.__proto__.x': 'y',
      'response.none': null,
    };
    expect(JSON.stringify(fromSaved(saved))).toBe(
      '{"response":{"data":{"id":1,"more":[2]},"items":{"0":{"id":"a"}},"__proto__":{"x":"y"}}}',
    );
    expect(({} as { readonly x?: unknown }).x).toBeUndefined();
  });
});

describe('the process of a run', () => {
  it('is not running if another process has its number, or it is on another machine', () => {
    const parent = { ...thisProcess(), pid: process.ppid };
    expect(isAlive({ ...parent, started: null })).toBe(true);
    expect(isAlive({ ...parent, host: 'elsewhere.example', started: null })).toBe(false);
    expect(isAlive({ ...parent, started: '1' })).toBe(process.platform !== 'linux');
    expect(isAlive(thisProcess())).toBe(true);
  });
});
