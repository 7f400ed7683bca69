import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/lib/model/event.ts';
import type { Finding } from '../../src/lib/model/finding.ts';
import { liveProgress } from '../../src/lib/view/live-progress.ts';
import { judged, manualClock, sent, started, waiting } from './events.ts';
import { fakeScreen } from './fake-screen.ts';

const TERMINAL = { columns: 80, color: false, unicode: true, hyperlinks: false, interactive: true };

function liveRun(size = { columns: 80, rows: 24 }) {
  const clock = manualClock();
  const screen = fakeScreen(size);
  const { stream } = screen;
  const progress = liveProgress({ stream, terminal: TERMINAL, monotonicMs: clock.monotonicMs });
  /** The frame is drawn by real timers; resolves as soon as the screen shows the text. */
  const shows = (text: string) =>
    expect.poll(() => screen.rows().join('\n'), { timeout: 5_000, interval: 20 }).toContain(text);
  const send = (events: readonly RunEvent[]) => {
    for (const event of events) progress.on(event);
  };
  return { clock, screen, progress, shows, send };
}

describe('the first frame', () => {
  it('is drawn at the start: no time passes, and nothing was sent', async () => {
    const { clock, screen, progress, shows, send } = liveRun();
    send([started(5)]);
    await shows('Total, 0 s');
    expect(clock.monotonicMs()).toBeLessThan(200);
    expect(screen.rows().slice(2)).toEqual([
      '  · ORB_BREAKOUT        ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/1',
      '  · TREND_CONTINUATION  ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/1',
      '  · VOL_EXPANSION       ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/1',
      '  · ORB_FAKEOUT         ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/1',
      '  · CHOP                ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/1',
      '  ⠋ Total, 0 s          ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/5',
      '  Preparing the first request',
    ]);
    await progress.end();
  });
});

describe('a live frame', () => {
  it('shows results as they come, then what is awaited, and leaves nothing behind', async () => {
    const { clock, screen, progress, shows, send } = liveRun();
    send([started(5, { tracesTo: 'o1.ingest.sentry.io' }), sent(1), judged(1), sent(2)]);
    await shows('1/5');
    expect(screen.isCursorShown()).toBe(false);
    send([
      { type: 'tracesAwaited', count: 5, deadlineMs: 15_000 },
      { type: 'probesAwaited', count: 5, deadlineMs: 7_000 },
      waiting('probes', '3 of 5 tests checked; waiting for database-save of 2 tests: 0 rows (expected 1)'),
    ]);
    clock.advance(12_000);
    send([waiting('traces', '3 of 5 traces complete; waiting for ab-routing in trace 4')]);
    await shows('in trace 4');
    expect(screen.rows().slice(-3)).toEqual([
      '  12 s (up to 15 s): 3 of 5 traces complete; waiting for ab-routing in trace 4',
      '  Probes (up to 7 s): 3 of 5 tests checked; waiting for database-save of 2',
      '    tests: 0 rows (expected 1)',
    ]);
    await progress.end();
    expect(screen.rows()).toEqual([
      'Sending 5 webhooks to https://hooks.example.com/webhook',
      expect.stringMatching(/^Run .* o1\.ingest\.sentry\.io$/),
    ]);
    expect(screen.isCursorShown()).toBe(true);
  });

  it('shows that the run is stopping', async () => {
    const { progress, shows, send, screen } = liveRun();
    send([started(5), sent(1)]);
    await shows('Total');
    progress.interrupt();
    await shows('Stopping.');
    expect(screen.rows().slice(-2)).toEqual([
      '  Stopping. Waiting briefly for requests in flight; press Ctrl-C again to quit',
      '    now.',
    ]);
    await progress.end();
  });

  it('prints early warnings at once and later ones after its end', async () => {
    const notice = (message: string): RunEvent => {
      const finding: Finding = { severity: 'warning', code: 'x', message, hint: null };
      return { type: 'notice', finding };
    };
    const { progress, shows, send, screen } = liveRun();
    send([started(5), notice('early')]);
    await shows('Total');
    send([notice('late'), { type: 'sendingEnded', sent: 1, skippedBecause: 'The run was stopped.' }]);
    expect(screen.rows().join('\n')).not.toContain('late');
    await progress.end();
    expect(screen.rows().slice(2)).toEqual(['⚠ early', '⚠ late', 'The run was stopped.']);
  });

  it('keeps other output until its end', async () => {
    const { progress, shows, send, screen } = liveRun();
    send([started(5)]);
    await shows('Total');
    screen.stream.write('a warning of Node\n');
    expect(screen.rows().join('\n')).not.toContain('a warning');
    await progress.end();
    expect(screen.rows().slice(2)).toEqual(['a warning of Node']);
  });

  it.each([
    ['at once', 0],
    ['after further frames', 300],
  ])('follows a terminal that becomes narrower and reports it %s', async (_, lateMs) => {
    const { clock, progress, shows, send, screen } = liveRun({ columns: 100, rows: 30 });
    send([started(5), sent(1)]);
    await shows('Total, 0 s');
    const begin = screen.rows().slice(0, 2);
    screen.resize(60);
    if (lateMs > 0) {
      clock.advance(1_000);
      await shows('Total, 1 s');
    }
    screen.reportSize();
    clock.advance(1_000);
    await shows(lateMs > 0 ? 'Total, 2 s' : 'Total, 1 s');
    const frame = screen.rows().filter((row) => row.includes('░'));
    expect(frame).toHaveLength(6);
    expect(Math.max(...frame.map((row) => row.length))).toBeLessThan(60);
    await progress.end();
    expect(screen.rows().join('').replaceAll(' ', '')).toBe(begin.join('').replaceAll(' ', ''));
  });

  it('wraps its first lines at the width of the terminal', async () => {
    const { progress, send, screen } = liveRun({ columns: 60, rows: 24 });
    send([started(5, { tracesTo: 'o1.ingest.sentry.io' })]);
    await progress.end();
    expect(Math.max(...screen.rows().map((row) => row.length))).toBeLessThanOrEqual(60);
    expect(screen.rows().at(-1)).toBe('  o1.ingest.sentry.io');
  });
});
