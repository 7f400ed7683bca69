/** Events of a run, for the tests of its progress. */
import type { PlannedScenario, RunEvent } from '../../src/lib/model/event.ts';
import type { RunFacts } from '../../src/lib/model/report.ts';
import { anError, aReport, aTest } from '../support/builders.ts';

export const NAMES = ['ORB_BREAKOUT', 'TREND_CONTINUATION', 'VOL_EXPANSION', 'ORB_FAKEOUT', 'CHOP'] as const;

/** As many tests of each scenario, in turns. */
export function someScenarios(planned: number, names: readonly string[] = NAMES): readonly PlannedScenario[] {
  return names.map((name, at) => ({ name, tests: Math.ceil((planned - at) / names.length) }));
}

export function started(
  planned: number,
  overrides: Partial<Extract<RunEvent, { type: 'runStarted' }>> = {},
): RunEvent {
  const facts: RunFacts = { ...aReport({ results: [] }), planned };
  return {
    ...{ type: 'runStarted', facts, scenarios: someScenarios(planned), sends: planned },
    ...{ proxy: null, tracesTo: null, contacts: { probes: [], cleanup: [] } },
    ...overrides,
  };
}

function scenarioOf(index: number): string {
  return NAMES[(index - 1) % NAMES.length] ?? '';
}

export const sent = (index: number): RunEvent => ({
  type: 'testSent',
  index,
  name: `${scenarioOf(index)} #${Math.ceil(index / NAMES.length)}`,
  scenario: scenarioOf(index),
});

export const judged = (index: number, broken = false): RunEvent => ({
  type: 'testJudged',
  result: aTest({ index, errors: broken ? [anError('http-5xx', 'HTTP 500: no')] : [] }),
});

export const waiting = (
  what: 'traces' | 'probes' | 'cleanup',
  progress: string,
  resumesInMs: number | null = null,
): RunEvent => ({ type: 'waiting', for: what, progress, resumesInMs });

/** A clock that moves only when told to, and timers that run by it. */
export function manualClock() {
  let nowMs = 0;
  const timers = new Map<() => void, { readonly everyMs: number; nextMs: number }>();
  return {
    monotonicMs: () => nowMs,
    every: (ms: number, run: () => void) => {
      timers.set(run, { everyMs: ms, nextMs: nowMs + ms });
      return () => timers.delete(run);
    },
    running: () => timers.size,
    advance: (ms: number) => {
      const endMs = nowMs + ms;
      for (;;) {
        const [due] = [...timers].sort(([, a], [, b]) => a.nextMs - b.nextMs);
        if (due === undefined || due[1].nextMs > endMs) break;
        nowMs = due[1].nextMs;
        due[1].nextMs += due[1].everyMs;
        due[0]();
      }
      nowMs = endMs;
    },
  };
}
