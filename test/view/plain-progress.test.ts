import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/lib/model/event.ts';
import type { Finding } from '../../src/lib/model/finding.ts';
import type { RunFacts } from '../../src/lib/model/report.ts';
import { plainProgress } from '../../src/lib/view/plain-progress.ts';
import { anError, aReport, aTest } from '../support/builders.ts';

const TERMINAL = { columns: 80, color: false, unicode: true, hyperlinks: false, interactive: false };

function told(events: readonly RunEvent[], clock: () => number = () => 0): readonly string[] {
  const lines: string[] = [];
  const progress = plainProgress({
    write: (line) => lines.push(line),
    terminal: TERMINAL,
    monotonicMs: clock,
    every: () => () => {},
  });
  for (const event of events) progress.on(event);
  return lines;
}

function started(planned: number, tracesTo: string | null = null, proxy: string | null = null): RunEvent {
  const facts: RunFacts = { ...aReport({ results: [] }), planned };
  return {
    type: 'runStarted',
    facts,
    sends: planned,
    proxy,
    tracesTo,
    contacts: { probes: [], cleanup: [] },
  };
}

const judged = (index: number, broken = false): RunEvent => ({
  type: 'testJudged',
  result: aTest({ index, errors: broken ? [anError('http-5xx', 'HTTP 500: no')] : [] }),
});

describe('progress as plain lines', () => {
  it('names target, run and seed before the first webhook, and where traces are sent', () => {
    const [target, run] = told([started(3, 'o1.ingest.sentry.io')]);
    expect(target).toBe('Sending 3 webhooks to https://hooks.example.com/webhook');
    expect(run).toMatch(/^Run \S+, seed 42, traces reported to o1\.ingest\.sentry\.io$/);
    expect(told([started(1)])[1]).toContain('no Sentry DSN: traces travel in the headers only');
    expect(told([started(1, null, 'proxy.example:3128')])[0]).toBe(
      'Sending 1 webhook to https://hooks.example.com/webhook through the proxy proxy.example:3128',
    );
  });

  it('has a line for each test of a small run', () => {
    const lines = told([started(2), judged(1), judged(2, true)]).slice(2);
    expect(lines[0]).toMatch(/^1\/2 ✓ ORB_BREAKOUT #1: HTTP 200, [\d.]+ m?s, trace [0-9a-f]{32}$/);
    expect(lines[1]).toMatch(/^2\/2 ✗ ORB_BREAKOUT #1: HTTP 500: no, [\d.]+ m?s, trace [0-9a-f]{32}$/);
  });

  it('reports a large run in tenths, with its first broken tests', () => {
    const events = Array.from({ length: 1_000 }, (_, at) => judged(at + 1, at % 20 === 0));
    const lines = told([started(1_000), ...events]).slice(2);
    expect(lines.filter((line) => / sent, \d+ broken$/.test(line))).toHaveLength(10);
    expect(lines.at(-1)).toBe('1000/1000 sent, 50 broken');
    expect(lines).toHaveLength(10 + 20);
  });

  describe('explains a wait', () => {
    const AWAITED: RunEvent = { type: 'tracesAwaited', count: 5, deadlineMs: 90_000 };
    const waiting = (
      what: 'traces' | 'probes' | 'cleanup',
      progress: string,
      resumesInMs: number | null = null,
    ): RunEvent => ({ type: 'waiting', for: what, progress, resumesInMs });

    /** Lines of a wait of so many seconds, with what happens at each of them. */
    function lines(seconds: number, at: Readonly<Record<number, readonly RunEvent[]>>): readonly string[] {
      let nowMs = 0;
      let tick = () => {};
      const written: string[] = [];
      const progress = plainProgress({
        write: (line) => written.push(line),
        terminal: TERMINAL,
        monotonicMs: () => nowMs,
        every: (_, run) => {
          tick = run;
          return () => {
            tick = () => {};
          };
        },
      });
      for (let second = 0; second <= seconds; second++) {
        nowMs = second * 1_000;
        tick();
        for (const event of at[second] ?? []) progress.on(event);
      }
      return written;
    }

    it('without news, at least every ten seconds', () => {
      expect(lines(30, { 0: [AWAITED] })).toEqual([
        'Reading 5 traces from Sentry (up to 90 s)',
        "9 s: waiting for Sentry's first response",
        "18 s: waiting for Sentry's first response",
        "27 s: waiting for Sentry's first response",
      ]);
    });

    it('with constant changes, at most every five', () => {
      const changes = Object.fromEntries(
        Array.from({ length: 11 }, (_, second) => [
          second,
          [waiting('traces', `${second} of 50 traces complete`)],
        ]),
      );
      expect(lines(11, { ...changes, 0: [AWAITED] })).toEqual([
        'Reading 5 traces from Sentry (up to 90 s)',
        '5 s: 5 of 50 traces complete',
        '10 s: 10 of 50 traces complete',
      ]);
    });

    it('with what is waited for, repeatedly', () => {
      const words = '3 of 5 traces complete; waiting for ab-routing in trace 4';
      expect(lines(22, { 0: [AWAITED], 3: [waiting('traces', words)] })).toEqual([
        'Reading 5 traces from Sentry (up to 90 s)',
        `9 s: ${words}`,
        `18 s: ${words}`,
      ]);
    });

    it('that Sentry requires at once, and counts down', () => {
      const words = '0 of 5 traces complete; Sentry limits requests';
      expect(lines(20, { 0: [AWAITED], 2: [waiting('traces', words, 12_000)] })).toEqual([
        'Reading 5 traces from Sentry (up to 90 s)',
        `2 s: ${words}; next try in 12 s`,
        `11 s: ${words}; next try in 3 s`,
        `20 s: ${words}; next try in 0 s`,
      ]);
    });

    it('that Sentry requires again and again, at most every five seconds', () => {
      const words = '0 of 5 traces complete; Sentry limits requests';
      const pauses = Object.fromEntries(
        [1, 3, 5, 7, 9].map((second) => [
          second,
          [waiting('traces', '0 of 5 traces complete'), waiting('traces', words, 2_000)],
        ]),
      );
      expect(lines(9, { ...pauses, 0: [AWAITED] })).toEqual([
        'Reading 5 traces from Sentry (up to 90 s)',
        `1 s: ${words}; next try in 2 s`,
        '7 s: 0 of 5 traces complete',
      ]);
    });

    it('for traces and probes in one line', () => {
      const events = [
        AWAITED,
        { type: 'probesAwaited', count: 5, deadlineMs: 15_000 },
        waiting('probes', '1 of 5 probes finished; waiting for save: 0 rows (expected 1)'),
        waiting('traces', '0 of 5 traces complete; no spans yet in 5 traces'),
      ] as const;
      expect(lines(9, { 0: events })).toEqual([
        'Reading 5 traces from Sentry (up to 90 s)',
        'Running probes for 5 tests (up to 15 s)',
        '9 s: 0 of 5 traces complete; no spans yet in 5 traces. 1 of 5 probes finished; waiting for save: 0 rows (expected 1)',
      ]);
    });

    it('for the clean-up, whose time starts anew', () => {
      const begins: RunEvent = { type: 'cleaningUp', count: 3, deadlineMs: 120_000 };
      expect(lines(84, { 0: [AWAITED], 7: [begins], 20: [waiting('cleanup', '2 of 3 calls made')] })).toEqual(
        [
          'Reading 5 traces from Sentry (up to 90 s)',
          'Cleaning up: 3 calls (up to 120 s)',
          '9 s: 0 of 3 calls made',
          ...[18, 27, 36, 45, 54].map((second) => `${second} s: 2 of 3 calls made`),
          '1 min 3 s: 2 of 3 calls made',
          '1 min 12 s: 2 of 3 calls made',
        ],
      );
    });

    it('free of escape sequences', () => {
      expect(lines(9, { 0: [AWAITED, waiting('traces', 'waiting for \u001b[31mred')] }).at(-1)).toBe(
        '9 s: waiting for red',
      );
    });
  });

  it('prints findings and why sending ended, free of escape sequences', () => {
    const finding: Finding = { severity: 'warning', code: 'x', message: 'bad \u001b[31mthing', hint: null };
    const lines = told([
      { type: 'notice', finding },
      { type: 'sendingEnded', sent: 1, skippedBecause: null },
      { type: 'sendingEnded', sent: 1, skippedBecause: 'The run was stopped.' },
    ]);
    expect(lines).toEqual(['⚠ bad thing', 'The run was stopped.']);
  });
});

it('never controls the terminal', () => {
  const [, , why] = told([
    started(1, 'a\u001b[2Jb'),
    { type: 'sendingEnded', sent: 0, skippedBecause: 'c\u009b2J\nd' },
  ]);
  expect(told([started(1, 'a\u001b[2Jb')])[1]).toContain('traces reported to ab');
  expect(why).toBe('c d');
});
