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
  it('names target, run and seed before the first webhook, and where traces go', () => {
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
    expect(lines[0]).toMatch(/^1\/2 ✓ ORB_BREAKOUT #1: HTTP 200, \d+ ms, trace [0-9a-f]{32}$/);
    expect(lines[1]).toMatch(/^2\/2 ✗ ORB_BREAKOUT #1: HTTP 500: no, \d+ ms, trace [0-9a-f]{32}$/);
  });

  it('tells a large run in tenths, with its first broken tests', () => {
    const events = Array.from({ length: 1_000 }, (_, at) => judged(at + 1, at % 20 === 0));
    const lines = told([started(1_000), ...events]).slice(2);
    expect(lines.filter((line) => / sent, \d+ broken$/.test(line))).toHaveLength(10);
    expect(lines.at(-1)).toBe('1000/1000 sent, 50 broken');
    expect(lines).toHaveLength(10 + 20);
  });

  it('says what it waits for, at most every five seconds', () => {
    let nowMs = 0;
    const read = (progress: string): RunEvent => ({ type: 'traceRead', name: 'CHOP #1', progress });
    const lines: string[] = [];
    const progress = plainProgress({
      write: (line) => lines.push(line),
      terminal: TERMINAL,
      monotonicMs: () => nowMs,
    });
    progress.on({ type: 'tracesAwaited', count: 5, deadlineMs: 90_000 });
    for (nowMs = 0; nowMs <= 11_000; nowMs += 1_000) progress.on(read(`trace 1/5: ${nowMs} ms`));
    expect(lines).toEqual([
      'Reading 5 traces back from Sentry, for at most 90 s in all',
      'trace 1/5: 5000 ms',
      'trace 1/5: 10000 ms',
    ]);
  });

  it('passes on what is noticed and why sending ended, free of escape sequences', () => {
    const finding: Finding = { severity: 'warning', code: 'x', message: 'bad \u001b[31mthing', hint: null };
    const lines = told([
      { type: 'notice', finding },
      { type: 'sendingEnded', sent: 1, skippedBecause: null },
      { type: 'sendingEnded', sent: 1, skippedBecause: 'The run was stopped.' },
    ]);
    expect(lines).toEqual(['⚠ bad thing', 'The run was stopped.']);
  });
});

it('says nothing that steers a terminal', () => {
  const [, , why] = told([
    started(1, 'a\u001b[2Jb'),
    { type: 'sendingEnded', sent: 0, skippedBecause: 'c\u009b2J\nd' },
  ]);
  expect(told([started(1, 'a\u001b[2Jb')])[1]).toContain('traces reported to ab');
  expect(why).toBe('c d');
});
