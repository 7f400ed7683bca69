import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/lib/model/event.ts';
import type { Finding } from '../../src/lib/model/finding.ts';
import { plainProgress } from '../../src/lib/view/plain-progress.ts';
import { judged, manualClock, sent, started, waiting } from './events.ts';

const TERMINAL = { columns: 80, color: false, unicode: true, hyperlinks: false, interactive: false };

/** Lines of a run: each event happens at its second, and the run ends at the last of them. */
function linesOf(
  seconds: number,
  at: Readonly<Record<number, readonly RunEvent[]>>,
): readonly { readonly second: number; readonly line: string }[] {
  const clock = manualClock();
  const lines: { second: number; line: string }[] = [];
  const progress = plainProgress({
    write: (line) => lines.push({ second: clock.monotonicMs() / 1_000, line }),
    terminal: TERMINAL,
    monotonicMs: clock.monotonicMs,
    every: clock.every,
  });
  for (let second = 0; second <= seconds; second++) {
    for (const event of at[second] ?? []) progress.on(event);
    if (second < seconds) clock.advance(1_000);
  }
  void progress.end();
  expect(clock.running()).toBe(0);
  return lines;
}

function textsOf(seconds: number, at: Readonly<Record<number, readonly RunEvent[]>>): readonly string[] {
  return linesOf(seconds, at).map(({ line }) => line);
}

const wrote = (events: readonly RunEvent[]): readonly string[] => textsOf(0, { 0: events });

/** The longest time without a line, in seconds. */
function longestSilence(
  seconds: number,
  lines: readonly { readonly second: number; readonly line: string }[],
): number {
  const times = [0, ...lines.map(({ second }) => second), seconds];
  return Math.max(...times.map((time, at) => time - (times[at - 1] ?? 0)));
}

describe('the start of a run in a log', () => {
  it('names the target, run, seed and Sentry host before the first webhook', () => {
    const [target, run] = wrote([started(3, { tracesTo: 'o1.ingest.sentry.io' })]);
    expect(target).toBe('Sending 3 webhooks to https://hooks.example.com/webhook');
    expect(run).toMatch(/^Run \S+, seed 42, traces reported to o1\.ingest\.sentry\.io$/);
    expect(wrote([started(1)])[1]).toContain('no Sentry DSN: only trace headers are sent');
    expect(wrote([started(1, { proxy: 'proxy.example:3128', sends: 3 })])[0]).toBe(
      'Sending 1 webhook (and 2 resends) to https://hooks.example.com/webhook through the proxy proxy.example:3128',
    );
  });

  it('names the hosts that are contacted besides the target', () => {
    const contacts = { probes: ['127.0.0.1'], cleanup: ['api.example.com'], alerts: ['hooks.slack.com'] };
    expect(wrote([started(1, { contacts })])[2]).toBe(
      'Probes will query 127.0.0.1; clean-up will call api.example.com; alerts will go to hooks.slack.com',
    );
  });
});

describe('sending in a log', () => {
  it('has a line for each test of a run of up to 20', () => {
    const lines = wrote([started(2), sent(1), judged(1), sent(2), judged(2, true)]).slice(2);
    expect(lines[0]).toMatch(/^1\/2 ✓ ORB_BREAKOUT #1: HTTP 200, [\d.]+ m?s, trace [0-9a-f]{32}$/);
    expect(lines[1]).toMatch(/^2\/2 ✗ ORB_BREAKOUT #1: HTTP 500: no, [\d.]+ m?s, trace [0-9a-f]{32}$/);
    const of20 = Array.from({ length: 20 }, (_, at) => judged(at + 1));
    expect(wrote([started(20), ...of20])).toHaveLength(2 + 20);
  });

  it('has one line every 10 s for a larger run, and one at its end', () => {
    const perSecond = (second: number) =>
      Array.from({ length: 25 }, (_, at) => second * 25 + at + 1).flatMap((index, at) => [
        sent(index),
        judged(index, at === 0),
      ]);
    const seconds = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [at + 1, perSecond(at)]));
    const ended: RunEvent = { type: 'sendingEnded', sent: 1_000, skippedBecause: null };
    const lines = linesOf(41, { ...seconds, 0: [started(1_000)], 41: [ended] });
    expect(lines.slice(2).map(({ line }) => line)).toEqual([
      '9 s: 200 of 1,000 tests done: 192 passed, 8 broken',
      '18 s: 425 of 1,000 tests done: 408 passed, 17 broken',
      '27 s: 650 of 1,000 tests done: 624 passed, 26 broken',
      '36 s: 875 of 1,000 tests done: 840 passed, 35 broken',
      '41 s: 1,000 of 1,000 tests done: 960 passed, 40 broken',
    ]);
    expect(longestSilence(41, lines)).toBeLessThanOrEqual(10);
  });

  it('explains a slow response, a retry, a resend and a slow rate at least every 10 s', () => {
    const paused = (what: 'retry' | 'resend' | 'rate', index: number | null, seconds: number): RunEvent => ({
      ...{ type: 'sendingPaused', for: what, index, resumesInMs: seconds * 1_000 },
    });
    const lines = linesOf(60, {
      0: [started(4), sent(1)],
      20: [judged(1), sent(2), paused('retry', 2, 30)],
      35: [sent(3), paused('resend', 3, 60)],
      40: [judged(2), judged(3), paused('rate', null, 20)],
    });
    expect(lines.slice(2).map(({ line }) => line.replace(/, trace .*/, ''))).toEqual([
      '9 s: 0 of 4 tests done: 0 passed. Waiting for the response to ORB_BREAKOUT #1 for 9 s',
      '18 s: 0 of 4 tests done: 0 passed. Waiting for the response to ORB_BREAKOUT #1 for 18 s',
      expect.stringMatching(/^1\/4 /),
      '29 s: 1 of 4 tests done: 1 passed. Retrying TREND_CONTINUATION #1 in 21 s',
      '38 s: 1 of 4 tests done: 1 passed. Retrying TREND_CONTINUATION #1 in 12 s (1 more test waiting)',
      expect.stringMatching(/^2\/4 /),
      expect.stringMatching(/^3\/4 /),
      '49 s: 3 of 4 tests done: 3 passed. Next request in 11 s (planned rate)',
      '58 s: 3 of 4 tests done: 3 passed. Next request in 2 s (planned rate)',
    ]);
    expect(longestSilence(60, lines)).toBeLessThanOrEqual(10);
  });

  it('names the oldest of several requests in flight', () => {
    const lines = textsOf(9, { 0: [started(30), sent(1)], 1: [sent(2), sent(3)] });
    expect(lines.at(-1)).toBe(
      '9 s: 0 of 30 tests done: 0 passed. Waiting for 3 responses; the oldest, to ORB_BREAKOUT #1, for 9 s',
    );
  });
});

describe('a wait in a log', () => {
  const AWAITED: RunEvent = { type: 'tracesAwaited', count: 5, deadlineMs: 90_000 };

  it('has a line at least every 10 s although nothing happens', () => {
    expect(textsOf(30, { 0: [AWAITED] })).toEqual([
      'Reading 5 traces from Sentry (up to 90 s)',
      "9 s (up to 90 s): 0 of 5 traces complete; waiting for Sentry's first response",
      "18 s (up to 90 s): 0 of 5 traces complete; waiting for Sentry's first response",
      "27 s (up to 90 s): 0 of 5 traces complete; waiting for Sentry's first response",
    ]);
  });

  it('has no more lines if something changes all the time', () => {
    const changes = Object.fromEntries(
      Array.from({ length: 20 }, (_, second) => [
        second,
        [waiting('traces', `${second} of 50 traces complete`)],
      ]),
    );
    expect(textsOf(20, { ...changes, 0: [AWAITED] })).toEqual([
      'Reading 5 traces from Sentry (up to 90 s)',
      '9 s (up to 90 s): 8 of 50 traces complete',
      '18 s (up to 90 s): 17 of 50 traces complete',
    ]);
  });

  it('lists what has arrived and what is missing', () => {
    const text = '3 of 5 traces complete; waiting for ab-routing in trace 4';
    expect(textsOf(22, { 0: [AWAITED], 3: [waiting('traces', text)] })).toEqual([
      'Reading 5 traces from Sentry (up to 90 s)',
      `9 s (up to 90 s): ${text}`,
      `18 s (up to 90 s): ${text}`,
    ]);
  });

  it('reports the first pause that Sentry asks for at once, and counts down', () => {
    const text = '0 of 5 traces complete; Sentry limits requests';
    const events = {
      0: [AWAITED],
      2: [waiting('traces', text, 12_000)],
      5: [waiting('traces', text, 9_000)],
    };
    expect(textsOf(20, events)).toEqual([
      'Reading 5 traces from Sentry (up to 90 s)',
      `2 s (up to 90 s): ${text}; next try in 12 s`,
      `11 s (up to 90 s): ${text}; next try in 3 s`,
      `20 s (up to 90 s): ${text}; next try in 0 s`,
    ]);
  });

  it('for traces and probes is one line', () => {
    const events = [
      AWAITED,
      { type: 'probesAwaited', count: 5, deadlineMs: 7_000 },
      waiting('probes', '3 of 5 tests checked; waiting for database-save of 2 tests: 0 rows (expected 1)'),
      waiting('traces', '0 of 5 traces complete; no spans yet in 5 traces'),
    ] as const;
    expect(textsOf(9, { 0: events })).toEqual([
      'Reading 5 traces from Sentry (up to 90 s)',
      'Running probes for 5 tests (up to 7 s)',
      '9 s (up to 90 s): 0 of 5 traces complete; no spans yet in 5 traces. Probes (up to 7 s): 3 of 5 tests checked; waiting for database-save of 2 tests: 0 rows (expected 1)',
    ]);
  });

  it('for probes alone does not mention the spans that Sentry has accepted before', () => {
    const events = [
      waiting('traces', 'waiting for Sentry to accept the spans of prod-e2e'),
      { type: 'probesAwaited', count: 2, deadlineMs: 30_000 },
    ] as const;
    expect(textsOf(9, { 0: events }).slice(1)).toEqual([
      'Probes, 9 s (up to 30 s): 0 of 2 tests checked; waiting for the first responses',
    ]);
  });

  it('for the clean-up counts its own time', () => {
    const begins: RunEvent = { type: 'cleaningUp', count: 3, deadlineMs: 120_000 };
    const events = { 0: [AWAITED], 7: [begins], 20: [waiting('cleanup', '2 of 3 calls made')] };
    expect(textsOf(80, events)).toEqual([
      'Reading 5 traces from Sentry (up to 90 s)',
      'Cleaning up: 3 calls (up to 120 s)',
      'Clean-up, 9 s (up to 120 s): 0 of 3 calls made',
      ...['18 s', '27 s', '36 s', '45 s', '54 s', '1 min 3 s', '1 min 12 s'].map(
        (time) => `Clean-up, ${time} (up to 120 s): 2 of 3 calls made`,
      ),
    ]);
  });

  it('after everything was sent has a line every 10 s until the report', () => {
    const ended: RunEvent = { type: 'sendingEnded', sent: 1, skippedBecause: null };
    const lines = textsOf(20, { 0: [started(1), sent(1), judged(1), ended] });
    expect(lines.slice(3)).toEqual([
      '9 s: 1 of 1 test done: 1 passed. Preparing the report',
      '18 s: 1 of 1 test done: 1 passed. Preparing the report',
    ]);
  });
});

describe('text from outside', () => {
  it('cannot control the terminal', () => {
    const finding: Finding = { severity: 'warning', code: 'x', message: 'bad \u001b[31mthing', hint: null };
    const ended = { type: 'sendingEnded', sent: 0, skippedBecause: 'c\u009b2J\nd' } as const;
    const events: readonly RunEvent[] = [
      started(1, { tracesTo: 'a\u001b[2Jb' }),
      { type: 'notice', finding },
      waiting('traces', 'waiting for \u001b[31mred', 1_000),
      ended,
    ];
    expect(wrote(events).slice(1)).toEqual([
      expect.stringContaining('traces reported to ab'),
      '⚠ bad thing',
      '0 s: waiting for red; next try in 1 s',
      'c d',
    ]);
  });
});
