import { describe, expect, it, vi } from 'vitest';
import type { ReportHead } from '../../src/lib/model/report.ts';
import { createAlerts } from '../../src/lib/notify/alerts.ts';
import type { PostOutcome } from '../../src/lib/notify/post.ts';
import { jsonRequest } from '../../src/lib/notify/posting.ts';
import type { AlertPorts } from '../../src/lib/notify/send-alerts.ts';
import type { AlertState } from '../../src/lib/notify/state.ts';
import { createFold } from '../../src/lib/report/digest/fold.ts';
import { aHead } from '../report/saved-run.ts';
import { anError, aTest } from '../support/builders.ts';
import { anOutage } from './alerts.ts';

const BROKEN = aTest({ scenario: 'CHOP', verdict: 'broken', errors: [anError('timeout', 'no response')] });
const OK: PostOutcome = { ok: true };

interface Seen {
  readonly sent: string[];
  readonly saved: AlertState[];
  readonly checkIns: string[];
  readonly closed: string[];
}

function alertsWith(overrides: Partial<AlertPorts> = {}) {
  const seen: Seen = { sent: [], saved: [], checkIns: [], closed: [] };
  const notifier = {
    name: 'slack',
    type: 'slack',
    url: 'http://127.0.0.1:9/',
    after: 1,
    recoverAfter: 1,
    repeatAfterMs: null,
  } as const;
  const alerts = createAlerts({
    checkIn: {
      slug: 'e2e',
      host: 'sentry.example.com',
      send: async ({ status }) => {
        seen.checkIns.push(status);
        return OK;
      },
    },
    notifiers: [{ notifier, host: '127.0.0.1:9' }],
    required: { traces: false, stages: false },
    openState: async () => ({
      state: null,
      save: async (state) => {
        seen.saved.push(state);
      },
      close: async () => {
        seen.closed.push('closed');
      },
    }),
    remembers: true,
    postingsOf: (_, { changes }) =>
      changes.map((change) => ({ request: jsonRequest(`http://x/${change.kind}`, {}), covers: [change] })),
    post: async ({ url }) => {
      seen.sent.push(url);
      return OK;
    },
    stop: new AbortController().signal,
    ...overrides,
  });
  const fold = alerts.watch(createFold());
  return { alerts, fold, seen };
}

const end = (overrides: Partial<ReportHead> = {}) => aHead({ exitCode: 1, status: 'broken', ...overrides });
const codes = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code);

const UNSAVED = {
  state: null,
  save: () => Promise.reject(new Error('ENOSPC')),
  close: async () => {},
};

describe('the end of a run', () => {
  it('sends what broke, saves the state and checks in', async () => {
    const { alerts, fold, seen } = alertsWith();
    alerts.start();
    fold.add(BROKEN);
    expect(fold.totals(0).summary).toMatchObject({ total: 1, failed: 1 });
    expect(await alerts.finish(end())).toEqual([]);
    expect(seen.sent).toEqual(['http://x/broken']);
    expect(seen.checkIns).toEqual(['in_progress', 'error']);
    // Saved before sending, and again after it.
    expect(seen.saved.map(({ sent }) => sent.get('slack')?.map(({ reportedAt }) => reportedAt))).toEqual([
      [null],
      [end().startedAt],
    ]);
    expect(seen.saved[1]?.outages).toMatchObject([{ slot: 'timeout 200', failedRuns: 1 }]);
    expect(seen.closed).toEqual(['closed']);
  });

  it.each([
    ['saves the state waits for the configured number of runs', {}, 0],
    ['does not save the state reports at once', { remembers: false }, 1],
    ['cannot save the state reports at once', { openState: async () => UNSAVED }, 1],
  ] as readonly [string, Partial<AlertPorts>, number][])(
    'of a run that %s',
    async (_, overrides, messages) => {
      const notifier = { name: 'slack', type: 'slack', url: 'http://127.0.0.1:9/' } as const;
      const slow = { ...notifier, after: 2, recoverAfter: 1, repeatAfterMs: null };
      const { alerts, fold, seen } = alertsWith({
        notifiers: [{ notifier: slow, host: 'h' }],
        ...overrides,
      });
      fold.add(BROKEN);
      await alerts.finish(end());
      expect(seen.sent).toHaveLength(messages);
    },
  );

  it('of an interrupted run sends no alerts, saves nothing, and checks in', async () => {
    const { alerts, fold, seen } = alertsWith();
    fold.add(BROKEN);
    expect(await alerts.finish(end({ status: 'interrupted', exitCode: 130 }))).toEqual([]);
    expect(seen).toEqual({ sent: [], saved: [], checkIns: ['error'], closed: [] });
  });

  it('keeps the state of notifiers that are not configured now', async () => {
    const outage = anOutage({ key: 'k', scenario: 'S' });
    const before = { key: 'k', since: '2026-01-01', reportedAt: '2026-01-01' };
    const state: AlertState = { outages: [outage], sent: new Map([['pagerduty', [before]]]) };
    const kept: AlertState[] = [];
    const { alerts } = alertsWith({
      openState: async () => ({
        state,
        save: async (now) => {
          kept.push(now);
        },
        close: async () => {},
      }),
    });
    await alerts.finish(end());
    expect(kept[0]?.sent.get('pagerduty')).toEqual([before]);
    expect(kept[0]?.outages).toEqual([outage]);
  });

  it.each([
    [
      'what is remembered cannot be opened',
      { openState: () => Promise.reject(new Error('EIO')) },
      ['notify-failed'],
    ],
    ['another run does not let go of it', { openState: async () => null }, ['notify-failed']],
    ['it cannot be kept', { openState: async () => UNSAVED }, ['notify-not-kept']],
    [
      'a message cannot be made',
      {
        postingsOf: () => {
          throw new Error('a bug');
        },
      },
      ['notify-failed'],
    ],
    ['it is refused', { post: async () => ({ ok: false, reason: 'HTTP 500' }) }, ['notify-failed']],
    [
      'the check-in is refused',
      { checkIn: { slug: 's', host: 'h', send: async () => ({ ok: false, reason: 'HTTP 403' }) } },
      ['check-in-failed'],
    ],
  ] as readonly [string, Partial<AlertPorts>, readonly string[]][])(
    'is a warning if %s',
    async (_, overrides, expected) => {
      const { alerts, fold } = alertsWith(overrides);
      alerts.start();
      fold.add(BROKEN);
      const findings = await alerts.finish(end());
      expect(codes(findings)).toEqual(expected);
      expect(findings.every(({ severity }) => severity === 'warning')).toBe(true);
    },
  );

  it.each([
    ['5 s', false, 5_000],
    ['2 s once the run is to stop', true, 2_000],
  ])('abandons a request without a response within %s', async (_, stopped, limitMs) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const stop = new AbortController();
      const { alerts, fold } = alertsWith({
        stop: stop.signal,
        checkIn: null,
        post: (_request, signal) =>
          new Promise((resolve) =>
            signal.addEventListener('abort', () => resolve({ ok: false, reason: 'no response in time' })),
          ),
      });
      fold.add(BROKEN);
      let findings: readonly { readonly code: string }[] | null = null;
      const ended = alerts.finish(end()).then((all) => {
        findings = all;
      });
      if (stopped) stop.abort('SIGINT');
      await vi.advanceTimersByTimeAsync(limitMs - 1);
      expect(findings).toBeNull();
      await vi.advanceTimersByTimeAsync(1);
      await ended;
      expect(codes(findings ?? [])).toEqual(['notify-failed']);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([
    [0, 'ok'],
    [1, 'error'],
    [4, 'error'],
  ])('checks in with the meaning of its exit code %i: %s', async (exitCode, status) => {
    const { alerts, seen } = alertsWith({ notifiers: [] });
    await alerts.finish(end({ exitCode }));
    expect(seen.checkIns).toEqual([status]);
  });

  it('of a verified trace changes what was broken', async () => {
    const { alerts, fold, seen } = alertsWith();
    const working = aTest({ scenario: 'CHOP' });
    fold.add(working);
    fold.replace(working, { ...BROKEN, index: working.index });
    expect(fold.totals(0).summary).toMatchObject({ total: 1, failed: 1 });
    await alerts.finish(end());
    expect(seen.sent).toEqual(['http://x/broken']);
  });

  it('sends the end check-in last, however slow the start was', async () => {
    const order: string[] = [];
    const { alerts } = alertsWith({
      notifiers: [],
      checkIn: {
        slug: 's',
        host: 'h',
        send: async ({ status }) => {
          if (status === 'in_progress') await new Promise((resolve) => setTimeout(resolve, 100));
          order.push(status);
          return OK;
        },
      },
    });
    alerts.start();
    await alerts.finish(end({ exitCode: 0, status: 'healthy' }));
    expect(order).toEqual(['in_progress', 'ok']);
  });
});
