/** When the webhooks of a run leave, and when they are given up. */
import { describe, expect, it, vi } from 'vitest';
import { anExpectation, someTimings } from '../support/builders.ts';
import { jsonResponse } from '../validate/support.ts';
import { type FakeRun, ranRun } from './fake-run.ts';

const REPEAT = {
  ...{ times: 1, afterMs: 0, idPath: 'signal_id', secondEvent: 'error' as const },
  expect: anExpectation(),
};

/**
 * Real milliseconds between webhooks. The clock of the run goes on by 10 ms a webhook and stands still while it waits, so
 * that a busy machine makes no wait shorter.
 */
async function gapsOf(
  given: Pick<FakeRun, 'settings'> & { readonly count: number; readonly repeat?: typeof REPEAT },
) {
  const leftAt: number[] = [];
  const { count, repeat = null, settings = {} } = given;
  const ran = await ranRun({
    outcomes: Array.from({ length: count }, (_, at) => ({
      response: jsonResponse({ signal_id: `s${at}` }),
      // A resend is due relative to when the first one left, by this machine's clock.
      get startedAt() {
        return new Date().toISOString();
      },
    })),
    settings,
    tests: () => ({ repeat }),
    onSend: () => leftAt.push(performance.now()),
  });
  return { ran, gaps: leftAt.slice(1).map((at, index) => at - (leftAt[index] ?? 0)) };
}

describe('webhooks of a run', () => {
  it('keep the minimum gap', async () => {
    const { gaps } = await gapsOf({
      count: 3,
      settings: { pace: { concurrency: 1, rate: null, gapMs: 40 } },
    });
    expect(gaps).toHaveLength(2);
    // Due at 40 and 80 ms, asked for at 10 and 20 ms.
    expect(gaps[0]).toBeGreaterThan(28);
    expect(gaps[1]).toBeGreaterThan(58);
  });

  it('that are resent take one slot of the rate each, and keep no minimum gap', async () => {
    const { gaps, ran } = await gapsOf({
      count: 2,
      repeat: REPEAT,
      settings: { pace: { concurrency: 1, rate: 20, gapMs: 600_000 } },
    });
    expect(ran.sends.map(({ index }) => index)).toEqual([1, 1, 2, 2]);
    expect(gaps[0]).toBeGreaterThan(48);
    // Due at 100 ms, asked for at 20 ms.
    expect(gaps[1]).toBeGreaterThan(78);
    expect(ran.results.map(({ repeat }) => repeat?.treatedAs)).toEqual(['one-event', 'one-event']);
    expect(ran.head).toMatchObject({ status: 'healthy', summary: { total: 2, successful: 2 } });
  });
});

describe('a resent webhook', () => {
  const call = {
    ...{ method: 'DELETE', url: '{{origin}}/signals/{{response.signal_id}}', headers: {}, body: null },
    status: ['2xx' as const],
  };
  const run = async (ids: readonly string[]) => {
    const left = [...ids];
    const removed: string[] = [];
    const ran = await ranRun({
      outcomes: [
        {
          get response() {
            return jsonResponse({ signal_id: left.shift() ?? '' });
          },
          // A resend is due relative to this machine's clock.
          startedAt: new Date().toISOString(),
        },
      ],
      tests: () => ({ repeat: REPEAT, cleanup: [call] }),
      ports: {
        cleanup: {
          call: async ({ url }) => {
            removed.push(url.split('/').at(-1) ?? '');
            return { response: jsonResponse({}, { status: 204 }), failure: null };
          },
          userAgent: 'ua',
          commandFor: () => 'curl',
          redact: (text) => text,
          redactPaths: [],
          log: null,
        },
      },
    });
    return { ran, removed };
  };

  it.each([
    ['one event leaves one thing', ['s1', 's1'], 'working', ['s1']],
    ['a second event is an error and leaves another', ['s1', 's2'], 'broken', ['s1', 's2']],
  ])('%s', async (_, ids, verdict, removed) => {
    const { ran, removed: calls } = await run(ids);
    expect(ran.results.map((result) => result.verdict)).toEqual([verdict]);
    expect(calls).toEqual(removed);
  });

  it('without an id may have left data', async () => {
    const { ran, removed } = await run(['s1', '']);
    expect(removed).toEqual(['s1']);
    expect(ran.results[0]?.repeat?.treatedAs).toBe('unknown');
    expect(ran.head.cleanup).toMatchObject({ done: 1, unknown: 1 });
  });
});

describe('a webhook in flight when the run is stopped', () => {
  it('has 1.5 s for its response', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const stop = new AbortController();
      let aborted: (() => void) | null = null;
      let left = () => {};
      const hasLeft = new Promise<void>((resolve) => {
        left = resolve;
      });
      let isAborted = false;
      const ending = ranRun({
        outcomes: [200, 200],
        stop,
        ports: {
          sender: {
            send: (test) =>
              new Promise((resolve) => {
                left();
                aborted = () =>
                  resolve({
                    ...{
                      startedAt: '2026-08-01T12:00:00.000Z',
                      request: test.request,
                      response: null,
                      attempts: [],
                    },
                    failure: { kind: 'aborted', message: 'stopped', code: null },
                    timings: someTimings(),
                    trace: { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), headers: {} },
                  });
              }),
            abort: () => {
              isAborted = true;
              aborted?.();
            },
            close: () => {},
          },
        },
      });
      await hasLeft;
      stop.abort('SIGINT');
      await vi.advanceTimersByTimeAsync(1_499);
      expect(isAborted).toBe(false);
      await vi.advanceTimersByTimeAsync(1);
      expect(isAborted).toBe(true);
      const { head } = await ending;
      expect(head).toMatchObject({ status: 'interrupted', exitCode: 130, summary: { total: 0, skipped: 2 } });
    } finally {
      vi.useRealTimers();
    }
  });

  it('is not aborted once the run is over', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const stop = new AbortController();
      const { calls } = await ranRun({ outcomes: [200], stop, onSend: () => stop.abort('SIGINT') });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(calls).not.toContain('abort');
    } finally {
      vi.useRealTimers();
    }
  });
});
