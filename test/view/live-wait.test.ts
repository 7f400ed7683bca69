import { expect, it } from 'vitest';
import { createLiveWait } from '../../src/lib/view/live-wait.ts';

const ERASE = '\r\u001b[2K';

it('keeps one line, shorter than the screen, and removes it at the end', () => {
  const written: string[] = [];
  const ticks: (() => void)[] = [];
  let nowMs = 0;
  const wait = createLiveWait({
    write: (text) => written.push(text),
    monotonicMs: () => nowMs,
    every: (_ms, run) => {
      ticks.push(run);
      return () => ticks.pop();
    },
    screen: { columns: 40, color: false, unicode: true, hyperlinks: false },
  });
  wait.note({ for: 'traces', progress: 'waiting for a span with a very long name', resumesInMs: null });
  nowMs = 3_000;
  for (const tick of ticks) tick();
  expect(written).toEqual([
    `${ERASE}0 s: waiting for a span with a very lo…`,
    `${ERASE}3 s: waiting for a span with a very lo…`,
  ]);
  wait.end();
  wait.end();
  expect(written.slice(2)).toEqual([ERASE]);
  expect(ticks).toEqual([]);
});
