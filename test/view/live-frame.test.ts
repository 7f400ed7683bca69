import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/lib/model/event.ts';
import { textWidth } from '../../src/lib/terminal/width.ts';
import { type FrameScreen, frameLines } from '../../src/lib/view/live-frame.ts';
import { createRunState } from '../../src/lib/view/run-state.ts';
import { judged, manualClock, sent, someScenarios, started } from './events.ts';

const SCREEN: FrameScreen = { columns: 80, rows: 24, color: false, unicode: true };

/** The frame after these events, the last one so many seconds ago. */
function frameAfter(
  events: readonly RunEvent[],
  options: {
    readonly screen?: Partial<FrameScreen>;
    readonly seconds?: number;
    readonly status?: readonly string[];
  } = {},
): readonly string[] {
  const clock = manualClock();
  const state = createRunState(clock.monotonicMs);
  for (const event of events) state.on(event);
  clock.advance((options.seconds ?? 0) * 1_000);
  const content = {
    ...{ scenarios: state.scenarios(), total: state.total(), elapsedMs: state.elapsedMs() },
    status: options.status ?? [state.activity()],
  };
  return frameLines(content, { ...SCREEN, ...options.screen });
}

const trimmed = (lines: readonly string[]) => lines.map((line) => line.trimEnd());

/** So many tests were sent and judged; every twentieth is broken. */
function doneTests(count: number): readonly RunEvent[] {
  return Array.from({ length: count }, (_, at) => at + 1).flatMap((index) => [
    sent(index),
    judged(index, index % 20 === 5),
  ]);
}

describe('a frame', () => {
  it('of five tests', () => {
    const lines = frameAfter([started(5), ...doneTests(3), sent(4)], { seconds: 3 });
    expect(trimmed(lines)).toEqual([
      '  ✓ ORB_BREAKOUT        ██████████████████████████████  1/1  ✓ 1',
      '  ✓ TREND_CONTINUATION  ██████████████████████████████  1/1  ✓ 1',
      '  ✓ VOL_EXPANSION       ██████████████████████████████  1/1  ✓ 1',
      '  ⠋ ORB_FAKEOUT         ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/1',
      '  · CHOP                ░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░  0/1',
      '  ⠋ Total, 3 s          ██████████████████░░░░░░░░░░░░  3/5  ✓ 3',
      '  Waiting for the response to ORB_FAKEOUT #1 for 3 s',
      ...['', '', ''],
    ]);
  });

  it('of 1,000 tests, on a narrow terminal without color and Unicode too', () => {
    const events = [started(1_000), ...doneTests(412), sent(413)];
    expect(trimmed(frameAfter(events))).toEqual([
      '  ⠋ ORB_BREAKOUT        ██████░░░░░░░░░       83/200  ✓    83',
      '  ⠋ TREND_CONTINUATION  ██████░░░░░░░░░       83/200  ✓    83',
      '  ⠋ VOL_EXPANSION       ██████░░░░░░░░░       82/200  ✓    82',
      '  ⠋ ORB_FAKEOUT         ██████░░░░░░░░░       82/200  ✓    82',
      '  ⠋ CHOP                ██████░░░░░░░░░       82/200  ✓    61           ✗    21',
      '  ⠋ Total, 0 s          ██████░░░░░░░░░    412/1,000  ✓   391           ✗    21',
      '  Sending',
      ...['', '', ''],
    ]);
    const narrow = frameAfter(events, { screen: { columns: 60, unicode: false } });
    expect(trimmed(narrow)).toEqual([
      '  -    ORB_BREAKOUT             83/200',
      '  -    TREND_CONTINUATION       83/200',
      '  -    VOL_EXPANSION            82/200',
      '  -    ORB_FAKEOUT              82/200',
      '  -    CHOP                     82/200           x    21',
      '  -    Total, 0 s            412/1,000           x    21',
      '  Sending',
      ...['', '', '', ''],
    ]);
  });

  it('marks scenarios that are done by their worst result', () => {
    const lines = frameAfter([started(20), ...doneTests(20)]);
    expect(lines.map((line) => line.slice(2, 8))).toEqual(
      expect.arrayContaining(['✓ ORB_', '✓ TREN', '✓ VOL_', '✗ CHOP', '⠋ Tota']),
    );
  });

  it('folds the scenarios that do not fit and keeps their results', () => {
    const names = Array.from({ length: 30 }, (_, at) => `SCENARIO_${at + 1}`);
    const begin = started(60, { scenarios: someScenarios(60, names) });
    const result = judged(1, true);
    if (result.type !== 'testJudged') return expect.fail();
    const events: readonly RunEvent[] = [
      begin,
      { type: 'testSent', index: 1, name: 'SCENARIO_29 #1', scenario: 'SCENARIO_29' },
      result,
    ];
    const lines = trimmed(frameAfter(events, { screen: { rows: 12 } }));
    expect(lines.slice(4, 7)).toEqual([
      '  · SCENARIO_5             ░░░░░░░░░░░░░░░░░░░░░░░░░░░    0/2',
      '    and 25 more scenarios  ░░░░░░░░░░░░░░░░░░░░░░░░░░░   1/50              ✗  1',
      '  ⠋ Total, 0 s             ░░░░░░░░░░░░░░░░░░░░░░░░░░░   1/60              ✗  1',
    ]);
  });

  it('shows what fits of a long status, and the end of the last text', () => {
    const long = `waiting for ${Array.from({ length: 40 }, (_, at) => `span-${at}`).join(', ')}`;
    const status = [long, long, 'Stopping.'];
    const lines = trimmed(frameAfter([started(5)], { status })).slice(6);
    expect(lines).toEqual([
      expect.stringMatching(/^ {2}waiting for span-0, .*…$/),
      expect.stringMatching(/^ {2}waiting for span-0, /),
      expect.stringMatching(/^ {4}.*…$/),
      '  Stopping.',
    ]);
  });
});

it('keeps its height and its columns over a run, on every terminal', () => {
  const screens = fc.record({
    columns: fc.integer({ min: 1, max: 300 }),
    rows: fc.integer({ min: 1, max: 60 }),
    color: fc.constant(false),
    unicode: fc.boolean(),
  });
  const runs = fc.record({
    tests: fc.integer({ min: 1, max: 300 }),
    extra: fc.integer({ min: 0, max: 40 }),
    screen: screens,
    status: fc.array(fc.string({ maxLength: 300, unit: 'grapheme' }), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(runs, ({ tests, extra, screen, status }) => {
      const names = Array.from({ length: extra }, (_, at) => `市場_${at}`);
      const scenarios = [...someScenarios(tests), ...names.map((name) => ({ name, tests: null }))];
      const begin = started(tests, { scenarios: scenarios.filter((each) => each.tests !== 0) });
      const frames = [0, 0.3, 0.7, 1].map((part) =>
        frameAfter([begin, ...doneTests(Math.floor(part * tests))], {
          ...{ screen, seconds: part * 3_000 },
          ...(part === 0.3 ? {} : { status }),
        }),
      );
      const [first = []] = frames;
      const width = Math.min(screen.columns - 1, 120);
      for (const lines of frames) {
        expect(lines).toHaveLength(first.length);
        expect(lines.length).toBeLessThanOrEqual(Math.max(1, screen.rows - 1));
        const rows = lines.filter((line) => /^ {2}.{1,4} Total, /u.test(line));
        for (const line of rows) expect(textWidth(line)).toBe(textWidth(first[lines.indexOf(line)] ?? ''));
        if (screen.columns >= 40)
          for (const line of lines) expect(textWidth(line)).toBeLessThanOrEqual(width);
        expect(lines.join('\n')).not.toMatch(/[0-9a-f]{32}/);
      }
    }),
    { numRuns: 200 },
  );
});
