import { describe, expect, it, vi } from 'vitest';
import type { ReportHead } from '../../src/lib/model/report.ts';
import type { PostOutcome } from '../../src/lib/notify/post.ts';
import { jsonRequest } from '../../src/lib/notify/posting.ts';
import type { AlertState } from '../../src/lib/notify/state.ts';
import { createFold } from '../../src/lib/report/fold.ts';
import { type AlertPorts, createAlerts } from '../../src/lib/run/alerts.ts';
import { aHead } from '../report/kept-run.ts';
import { anError, aTest } from '../support/builders.ts';

const BROKEN = aTest({ scenario: 'CHOP', verdict: 'broken', errors: [anError('timeout', 'no answer')] });
const OK: PostOutcome = { ok: true };

interface Seen {
  readonly told: string[];
  readonly kept: AlertState[];
  readonly checkIns: string[];
}

function alertsWith(overrides: Partial<AlertPorts> = {}) {
  const seen: Seen = { told: [], kept: [], checkIns: [] };
  const notifier = { name: 'slack', type: 'slack', url: 'http://127.0.0.1:9/', repeatAfterMs: null } as const;
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
    lastState: async () => new Map(),
    keepState: async (state) => {
      seen.kept.push(state);
    },
    postingsOf: (_, { changes }) =>
      changes.map((change) => ({ request: jsonRequest(`http://x/${change.kind}`, {}), covers: [change] })),
    post: async ({ url }) => {
      seen.told.push(url);
      return OK;
    },
    stop: new AbortController().signal,
    ...overrides,
  });
  const fold = alerts.watched(createFold());
  return { alerts, fold, seen };
}

const end = (overrides: Partial<ReportHead> = {}) => aHead({ exitCode: 1, status: 'broken', ...overrides });
const codes = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code);

describe('the end of a run', () => {
  it('tells what broke, remembers it and checks in', async () => {
    const { alerts, fold, seen } = alertsWith();
    alerts.begun();
    fold.add(BROKEN);
    expect(fold.totals(0).summary).toMatchObject({ total: 1, failed: 1 });
    expect(await alerts.ended(end())).toEqual([]);
    expect(seen.told).toEqual(['http://x/broken']);
    expect(seen.checkIns).toEqual(['in_progress', 'error']);
    expect(seen.kept[0]?.get('slack')).toMatchObject([{ key: 'CHOP/timeout' }]);
  });

  it('that was interrupted tells nobody, remembers nothing, and checks in', async () => {
    const { alerts, fold, seen } = alertsWith();
    fold.add(BROKEN);
    expect(await alerts.ended(end({ status: 'interrupted', exitCode: 130 }))).toEqual([]);
    expect(seen).toEqual({ told: [], kept: [], checkIns: ['error'] });
  });

  it('keeps what is remembered of notifiers that are not in use now', async () => {
    const before = { key: 'k', scenario: 'S', code: 'c', since: '2026-01-01', toldAt: '2026-01-01' };
    const { alerts, seen } = alertsWith({ lastState: async () => new Map([['pagerduty', [before]]]) });
    await alerts.ended(end());
    expect(seen.kept[0]?.get('pagerduty')).toEqual([before]);
  });

  it.each([
    [
      'what it was told cannot be read',
      { lastState: () => Promise.reject(new Error('EIO')) },
      ['notify-failed'],
    ],
    ['it cannot be kept', { keepState: () => Promise.reject(new Error('ENOSPC')) }, ['notify-not-kept']],
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
    'is a warning where %s',
    async (_, overrides, expected) => {
      const { alerts, fold } = alertsWith(overrides);
      alerts.begun();
      fold.add(BROKEN);
      const findings = await alerts.ended(end());
      expect(codes(findings)).toEqual(expected);
      expect(findings.every(({ severity }) => severity === 'warning')).toBe(true);
    },
  );

  it.each([
    ['5 s', false, 5_000],
    ['2 s once the run is to stop', true, 2_000],
  ])('gives up what gets no response within %s', async (_, stopped, limitMs) => {
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
      const ended = alerts.ended(end()).then((all) => {
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
  ])('checks in with what its exit code %i means: %s', async (exitCode, status) => {
    const { alerts, seen } = alertsWith({ notifiers: [] });
    await alerts.ended(end({ exitCode }));
    expect(seen.checkIns).toEqual([status]);
  });

  it('of a verified trace changes what was broken', async () => {
    const { alerts, fold, seen } = alertsWith();
    const working = aTest({ scenario: 'CHOP' });
    fold.add(working);
    fold.replace(working, { ...BROKEN, index: working.index });
    expect(fold.totals(0).summary).toMatchObject({ total: 1, failed: 1 });
    await alerts.ended(end());
    expect(seen.told).toEqual(['http://x/broken']);
  });

  it('checks in last with the end, however slow the start was', async () => {
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
    alerts.begun();
    await alerts.ended(end({ exitCode: 0, status: 'healthy' }));
    expect(order).toEqual(['in_progress', 'ok']);
  });
});
