import { describe, expect, it } from 'vitest';
import type { StageState } from '../../src/lib/model/stage.ts';
import { stageFindings, unverifiedFindings } from '../../src/lib/run/verification-findings.ts';
import { BUILT_IN_STAGES } from '../../src/lib/stages/built-in.ts';
import { adviceFor } from '../../src/lib/trace/advice.ts';
import type { TraceReading } from '../../src/lib/trace/watched-trace.ts';

describe('traces that could not be verified', () => {
  const aReading = (
    name: string,
    reason: TraceReading['reason'],
    detail: string | null = null,
  ): TraceReading => ({
    ...{ name, traceId: 'a'.repeat(32), trace: null, followed: [], reason, detail },
    wait: { polls: 1, waitedMs: 0, awaited: [] },
  });
  const found = (...readings: readonly TraceReading[]) =>
    unverifiedFindings(readings, (text) => text.replaceAll('t0ken', '***'));

  it('are none where all were verified', () => {
    expect(found(aReading('A #1', null), aReading('A #2', null))).toEqual([]);
    expect(found()).toEqual([]);
  });

  it('are one finding for each reason, with what it means and the likeliest remedy', () => {
    const findings = found(
      aReading('A #1', 'not-found'),
      aReading('A #2', null),
      aReading('A #3', 'late'),
      aReading('A #4', 'not-found'),
    );
    const meaning = (reason: 'not-found' | 'late') => adviceFor(reason).meaning;
    expect(findings).toEqual([
      {
        severity: 'warning',
        code: 'trace-not-found',
        message: `2 traces are unverified (not-found): ${meaning('not-found')}`,
        hint: 'Wait longer: --trace-timeout 3m',
      },
      {
        severity: 'warning',
        code: 'trace-late',
        message: `The trace of A #3 is unverified (late): ${meaning('late')}`,
        hint: 'Wait longer: --trace-timeout 3m',
      },
    ]);
  });

  it('say what Sentry said first, without secrets, instead of what the reason means', () => {
    const [finding] = found(
      aReading('A #1', 'api-error'),
      aReading('A #2', 'api-error', 'HTTP 502 for t0ken'),
      aReading('A #3', 'api-error', 'HTTP 503'),
    );
    expect(finding?.message).toBe('3 traces are unverified (api-error): HTTP 502 for ***');
  });
});

describe('stages of all tests', () => {
  const NAMES = BUILT_IN_STAGES.map(({ name }) => name);
  const aTest = (states: readonly (StageState | null)[], cutShort = false) => ({
    cutShort,
    stages: states.map((trace, at) => ({
      name: NAMES[at] ?? '',
      state: trace ?? ('ok' as const),
      evidence: { response: null, trace, http: null, sql: null },
      durationMs: null,
      detail: null,
    })),
  });
  const five = (state: StageState | null) => Array.from({ length: 5 }, () => state);
  const found = (tests: Parameters<typeof stageFindings>[0], stages = BUILT_IN_STAGES) => {
    const { none, findings } = stageFindings(tests, { stages, follows: false });
    return [none, ...findings.map(({ code }) => code)];
  };

  it.each<[string, Parameters<typeof stageFindings>[0], readonly unknown[]]>([
    ['no test', [], [false]],
    ['all there', [aTest(five('ok'))], [false]],
    [
      'one failed',
      [aTest(['failed', 'missing', 'missing', 'missing', 'missing'])],
      [false, 'stages-missing'],
    ],
    ['one slow', [aTest(['slow', 'missing', 'missing', 'missing', 'missing'])], [false, 'stages-missing']],
    ['none there', [aTest(five('missing')), aTest(five('missing'))], [true, 'stages-missing']],
    ['one of two tests has them', [aTest(five('missing')), aTest(five('ok'))], [false]],
    ['none there, in tests that ended early', [aTest(five('missing'), true)], [true]],
    [
      'none there but in a test that ended early',
      [aTest(five('missing')), aTest(five('ok'), true)],
      [false, 'stages-missing'],
    ],
    // What the response shows says nothing of the spans.
    ['nothing known of the trace', [aTest(five(null))], [true]],
  ])('%s: %j', (_, tests, expected) => {
    expect(found(tests)).toEqual(expected);
  });

  it('that the configuration names are never taken for stages of another system', () => {
    expect(found([aTest(five('missing'))], [...BUILT_IN_STAGES])).toEqual([false, 'stages-missing']);
  });
});
