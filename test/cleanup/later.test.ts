import { describe, expect, it } from 'vitest';
import { CALLS_AT_ONCE, type CleanupPort } from '../../src/lib/cleanup/call.ts';
import { createCleanup } from '../../src/lib/cleanup/cleanup.ts';
import { cleanUpLater, GIVE_UP_AFTER } from '../../src/lib/cleanup/later.ts';
import type { Settings } from '../../src/lib/config/settings/settings.ts';
import type { CleanupCall } from '../../src/lib/model/probe.ts';
import { openCleanupLog } from '../../src/lib/report/store/cleanup/log.ts';
import { readCleanupState } from '../../src/lib/report/store/cleanup/state.ts';
import { someTimings } from '../support/builders.ts';
import { aPlannedTest } from '../support/sending.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { jsonResponse } from '../validate/support.ts';

const ORIGIN = 'https://h.example';
const BY_ID: CleanupCall = {
  ...{ method: 'DELETE', url: '{{origin}}/signals/{{response.signal_id}}', headers: {}, body: null },
  status: ['2xx', 404],
};
const BY_TEST = { ...BY_ID, url: '{{origin}}/tests/{{index}}' };

function portWith(call: CleanupPort['call'], log: CleanupPort['log']): CleanupPort {
  const redact = (text: string) => text;
  return { call, userAgent: 'ua', commandFor: () => 'curl', redact, redactPaths: [], log };
}

/** Webhooks that were sent and are not cleaned up: each with its response, without one, or only about to leave. */
async function left(
  kinds: readonly ('responded' | 'timeout' | 'sending' | 'refused')[],
  calls: readonly CleanupCall[],
) {
  const folder = tempFolder();
  const log = openCleanupLog(folder, { open: 0, removeEmpty: true });
  const port = portWith(() => Promise.reject(new Error('not to be called')), log);
  const cleanup = createCleanup({ port, monotonicMs: () => 0, stop: new AbortController().signal });
  for (const [at, kind] of kinds.entries()) {
    const test = {
      ...aPlannedTest(`${ORIGIN}/webhook`, { index: at + 1 }),
      ...{ scenario: 'CHOP', cleanup: calls },
    };
    const mask = (text: string) => text;
    cleanup.sending(test, 0, mask);
    if (kind === 'sending') continue;
    const failure = { kind: 'response-timeout', message: 'No response within 1 s', code: null } as const;
    cleanup.add({
      ...{ test, send: 0, mask },
      delivery: {
        ...{ startedAt: '2026-08-01T12:00:00.000Z', request: test.request },
        response:
          kind === 'timeout'
            ? null
            : kind === 'refused'
              ? jsonResponse({}, { status: 400 })
              : jsonResponse({ signal_id: `s${at + 1}` }),
        failure: kind === 'timeout' ? failure : null,
        ...{ timings: someTimings(), attempts: [], trace: { traceId: '', spanId: '', headers: {} } },
      },
      judgment: { errors: [], warnings: [], missingData: [] },
    });
  }
  log.end();
  return folder;
}

interface Later {
  readonly now?: readonly CleanupCall[];
  readonly stop?: AbortController;
}

async function later(
  folder: string,
  calls: readonly CleanupCall[],
  call: CleanupPort['call'],
  { stop }: Later = {},
) {
  const state = await readCleanupState(folder);
  if (state === null) return null;
  const log = openCleanupLog(folder, { open: state.open.size, removeEmpty: false });
  const port = portWith(call, log);
  // Nothing else of the settings is read.
  const settings = {
    scenarios: [{ name: 'CHOP', cleanup: calls }],
    replay: { rules: [] },
  } as unknown as Settings;
  const result = await cleanUpLater({
    ...{ folder, state, port, sources: { settings, origin: ORIGIN, port } },
    ...{ stop: (stop ?? new AbortController()).signal, onCall: () => {} },
  });
  return { ...result, open: log.open() };
}

const responding =
  (urls: string[], status = 204): CleanupPort['call'] =>
  async ({ url }) => {
    urls.push(url.slice(ORIGIN.length));
    return { response: jsonResponse({}, { status }), failure: null };
  };

describe('clean-up of a saved run', () => {
  it('makes open calls, also without a response if it is not needed', async () => {
    const calls = [BY_ID, BY_TEST];
    const folder = await left(['responded', 'timeout', 'sending', 'refused'], calls);
    const urls: string[] = [];
    const result = await later(folder, calls, responding(urls));
    expect(urls.toSorted()).toEqual(['/signals/s1', '/tests/1', '/tests/2', '/tests/3', '/tests/4']);
    expect(result).toMatchObject({ done: 5, failed: 0, unknown: 2, changed: 0, open: 2 });
    expect(result?.leftOvers.map(({ reason }) => reason)).toEqual([
      'No response, so there is no response.signal_id',
      'No response, so there is no response.signal_id',
    ]);
    const again: string[] = [];
    expect(await later(folder, calls, responding(again))).toMatchObject({ done: 0, unknown: 2, open: 2 });
    expect(again).toEqual([]);
  });

  it('makes no call for a refused webhook without an id', async () => {
    expect(await later(await left(['refused'], [BY_ID]), [BY_ID], responding([]))).toBeNull();
  });

  it('makes a few calls at a time, in the order of the tests', async () => {
    const folder = await left(
      Array.from({ length: 12 }, () => 'responded' as const),
      [BY_ID],
    );
    const urls: string[] = [];
    let [atOnce, most] = [0, 0];
    await later(folder, [BY_ID], async ({ url }) => {
      most = Math.max(most, ++atOnce);
      urls.push(url);
      await new Promise((resolve) => setTimeout(resolve, 1));
      atOnce -= 1;
      return { response: jsonResponse({}, { status: 404 }), failure: null };
    });
    expect(most).toBe(CALLS_AT_ONCE);
    expect(urls).toEqual(Array.from({ length: 12 }, (_, at) => `${ORIGIN}/signals/s${at + 1}`));
  });

  it('stops if nothing responds, and leaves the rest open', async () => {
    const folder = await left(
      Array.from({ length: 40 }, () => 'responded' as const),
      [BY_ID],
    );
    const failure = {
      kind: 'refused',
      message: 'Connection refused',
      code: 'ECONNREFUSED',
    } as const;
    let calls = 0;
    const result = await later(folder, [BY_ID], async () => {
      calls += 1;
      return { response: null, failure };
    });
    expect(result).toMatchObject({ done: 0, gaveUp: true, open: 40 });
    expect(calls).toBeGreaterThanOrEqual(GIVE_UP_AFTER);
    expect(calls).toBeLessThan(GIVE_UP_AFTER + CALLS_AT_ONCE);
  });

  it('makes no further calls once it is stopped', async () => {
    const folder = await left(
      Array.from({ length: 20 }, () => 'responded' as const),
      [BY_ID],
    );
    const stop = new AbortController();
    const urls: string[] = [];
    const first = await later(
      folder,
      [BY_ID],
      (request, timing) => {
        if (urls.length === 6) stop.abort('SIGINT');
        return responding(urls)(request, timing);
      },
      { stop },
    );
    expect(first?.done).toBe(urls.length);
    expect(first?.open).toBe(20 - urls.length);
    const rest: string[] = [];
    expect(await later(folder, [BY_ID], responding(rest))).toMatchObject({ open: 0 });
    expect([...urls, ...rest].toSorted()).toEqual(
      Array.from({ length: 20 }, (_, at) => `/signals/s${at + 1}`).toSorted(),
    );
  });

  it('repeats a failed call, but not the one next to it that succeeded', async () => {
    const calls = [BY_TEST, BY_ID];
    const folder = await left(['responded'], calls);
    const failing: CleanupPort['call'] = async ({ url }) => ({
      response: jsonResponse({}, { status: url.includes('signals') ? 500 : 204 }),
      failure: null,
    });
    expect(await later(folder, calls, failing)).toMatchObject({ done: 1, failed: 1, open: 1 });
    const urls: string[] = [];
    expect(await later(folder, calls, responding(urls))).toMatchObject({ done: 1, open: 0 });
    expect(urls).toEqual(['/signals/s1']);
  });
});
