import { describe, expect, it } from 'vitest';
import type { Statement } from '../../src/lib/model/stage.ts';
import { BUILT_IN_STAGES } from '../../src/lib/stages/built-in.ts';
import type { JudgedStage } from '../../src/lib/stages/evidence.ts';
import type { ProbeEvidence } from '../../src/lib/stages/probes/run-probes.ts';
import { stageState } from '../../src/lib/stages/verdict.ts';
import { adviceFor } from '../../src/lib/trace/advice.ts';
import type { TraceReading } from '../../src/lib/trace/reading/watched-trace.ts';
import { failure } from '../../src/lib/trace/sentry-api/failures.ts';
import { probeFindings, stageFindings, unverifiedFindings } from '../../src/lib/verify/findings.ts';
import { aStage, aStageResult } from '../support/builders.ts';
import { aFailure } from '../trace/scripted-api.ts';

describe('traces that could not be verified', () => {
  const aReading = (
    name: string,
    reason: TraceReading['reason'],
    message: string | null = null,
  ): TraceReading => ({
    ...{ name, traceId: 'a'.repeat(32), trace: null, followed: [], reason },
    failure: message === null ? null : aFailure({ message }),
    ...{ settled: false, complete: false, partial: 'it was not read' },
    wait: { polls: 1, waitedMs: 0, awaited: [] },
  });
  const found = (...readings: readonly TraceReading[]) =>
    unverifiedFindings(readings, (text) => text.replaceAll('t0ken', '***'));

  it('are none if all were verified', () => {
    expect(found(aReading('A #1', null), aReading('A #2', null))).toEqual([]);
    expect(found()).toEqual([]);
  });

  it('are one finding per reason, with its meaning and the likeliest remedy', () => {
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

  it("have Sentry's message first, without secrets, instead of the meaning of the reason", () => {
    const [finding] = found(
      aReading('A #1', 'api-error', 'HTTP 502 for t0ken'),
      aReading('A #2', 'api-error', 'HTTP 503'),
    );
    expect(finding?.message).toBe('2 traces are unverified (api-error): HTTP 502 for ***.');
    expect(finding?.cause).toBe('Sentry responded with HTTP 502');
  });

  it('are one finding per failure of Sentry, with its own remedy', () => {
    const limited = failure('rate-limit', 'sentry.io limits requests (HTTP 429)', { status: 429 });
    const slow = failure('too-slow', 'Sentry responded too slowly');
    expect(
      found(
        { ...aReading('A #1', 'api-error'), failure: limited },
        { ...aReading('A #2', 'api-error'), failure: slow },
        { ...aReading('A #3', 'api-error'), failure: limited },
      ),
    ).toEqual([
      {
        severity: 'warning',
        code: 'trace-api-error',
        message: '2 traces are unverified (api-error): sentry.io limits requests (HTTP 429).',
        hint: 'Read fewer traces (trace.limit), or less often (trace.interval)',
        cause: 'Sentry limits requests',
      },
      {
        severity: 'warning',
        code: 'trace-api-error',
        message: 'The trace of A #2 is unverified (api-error): Sentry responded too slowly.',
        hint: 'Wait longer (--trace-timeout 3m), or read fewer traces (trace.limit)',
        cause: 'Sentry responded too slowly',
      },
    ]);
  });

  it('name what was missing if the wait ended too early', () => {
    const wait = { polls: 1, waitedMs: 0, awaited: ['ab-routing', 'save'] };
    const [finding] = found({ ...aReading('A #1', 'not-settled'), wait });
    expect(finding?.message).toBe(
      'The trace of A #1 is unverified (not-settled): The wait ended before it was certain that no more spans arrive (waiting for ab-routing, save)',
    );
  });
});

describe('stages of all tests', () => {
  const NAMES = BUILT_IN_STAGES.map(({ name }) => name);
  const aTest = (statements: readonly (Statement | null)[], endedEarly = false) => ({
    endedEarly,
    stages: statements.map((trace, at) => {
      const evidence = { response: null, trace, http: null, sql: null };
      return aStageResult(NAMES[at] ?? '', { state: stageState(evidence), evidence });
    }),
  });
  /** Of which a probe confirms these stages. */
  const probed = (test: ReturnType<typeof aTest>, names: readonly string[]) => ({
    ...test,
    stages: test.stages.map((stage) =>
      names.includes(stage.name)
        ? aStageResult(stage.name, { state: 'ok', evidence: { ...stage.evidence, sql: 'confirms' } })
        : stage,
    ),
  });
  const five = (trace: Statement | null) => Array.from({ length: 5 }, () => trace);
  const MISSING = ['absent', 'absent', 'absent', 'absent'] as const;
  const findingsOf = (tests: Parameters<typeof stageFindings>[0], stages = BUILT_IN_STAGES) => {
    const { none, findings } = stageFindings(tests, { stages, follows: false });
    return [none, ...findings.map(({ code }) => code)];
  };

  it.each<[string, Parameters<typeof stageFindings>[0], readonly unknown[]]>([
    ['no test', [], [false]],
    ['all there', [aTest(five('confirms'))], [false]],
    ['one failed', [aTest(['contradicts', ...MISSING])], [false, 'stages-missing']],
    ['one there', [aTest(['confirms', ...MISSING])], [false, 'stages-missing']],
    ['none there', [aTest(five('absent')), aTest(five('absent'))], [true, 'stages-missing']],
    ['one of two tests has them', [aTest(five('absent')), aTest(five('confirms'))], [false]],
    ['none there, in tests that ended early', [aTest(five('absent'), true)], [true]],
    [
      'none there but in a test that ended early',
      [aTest(five('absent')), aTest(five('confirms'), true)],
      [false, 'stages-missing'],
    ],
    ['the others confirmed by probes', [probed(aTest(['confirms', ...MISSING]), NAMES.slice(1))], [false]],
    [
      'one of the others confirmed by a probe',
      [probed(aTest(['confirms', ...MISSING]), ['ab-routing'])],
      [false, 'stages-missing'],
    ],
    // Its spans have other names.
    ['none there, all confirmed by probes', [probed(aTest(five('absent')), NAMES)], [true, 'stages-missing']],
    // A span missing from a partial trace shows nothing.
    ['only partial traces', [aTest(five('unknown')), aTest(five('unknown'))], [true]],
    // What the response shows says nothing of the spans.
    ['nothing known of the trace', [aTest(five(null))], [true]],
  ])('%s: %j', (_, tests, expected) => {
    expect(findingsOf(tests)).toEqual(expected);
  });

  it('that the config names are never treated as stages of another system', () => {
    expect(findingsOf([aTest(five('absent'))], [...BUILT_IN_STAGES])).toEqual([false, 'stages-missing']);
  });
});

describe('probes that could not run', () => {
  const probe = (kind: 'http' | 'sql', overrides: Partial<ProbeEvidence> = {}): ProbeEvidence => ({
    ...{ kind, statement: 'confirms', detail: null, reason: null, circumstances: null },
    ...{ late: null, row: null, hint: null, status: null },
    ...overrides,
  });
  const failed = (kind: 'http' | 'sql', detail: string | null, hint: string | null = null) =>
    probe(kind, { statement: 'unknown', reason: 'probe-failed', detail, hint, circumstances: 'id s1' });
  const aTest = (stage: string, http: ProbeEvidence | null, sql: ProbeEvidence | null = null) => ({
    stages: [
      {
        ...{ expectation: aStage(stage), result: aStageResult(stage), response: null, trace: null },
        ...{ probes: { http, sql }, reasons: [], checkable: true },
      } satisfies JudgedStage,
    ],
    mask: (text: string) => text.replaceAll('s3cret', '***'),
  });
  const findingsOf = (tests: Parameters<typeof probeFindings>[0]) =>
    probeFindings(tests, (text) => text.replaceAll('t0ken', '***'));

  it.each<[string, Parameters<typeof probeFindings>[0], readonly string[]]>([
    [
      'none where all ran, whatever they saw',
      [
        aTest('save', probe('http')),
        aTest('save', probe('http', { statement: 'absent', detail: 'HTTP 404' })),
        aTest('save', null, probe('sql', { statement: 'contradicts', detail: 'status "NEW"' })),
      ],
      [],
    ],
    ['one of the only test', [aTest('save', failed('http', 'HTTP 401'))], ['HTTP save: HTTP 401']],
    ['one without a reason', [aTest('save', null, failed('sql', null))], ['SQL save: unknown']],
    [
      'one of two tests',
      [aTest('save', failed('http', 'HTTP 401')), aTest('save', probe('http'))],
      ['HTTP save: HTTP 401 (1 of 2 tests)'],
    ],
    [
      'each reason once, with its tests',
      [
        aTest('save', failed('http', 'HTTP 401'), failed('sql', 'no table')),
        aTest('save', failed('http', 'HTTP 401')),
        aTest('save', failed('http', 'HTTP 403')),
      ],
      [
        'HTTP save: HTTP 401 (2 of 3 tests)',
        'SQL save: no table (1 of 3 tests)',
        'HTTP save: HTTP 403 (1 of 3 tests)',
      ],
    ],
    ['without secrets', [aTest('save', failed('http', 's3cret and t0ken'))], ['HTTP save: *** and ***']],
    [
      'no more than ten',
      Array.from({ length: 12 }, (_, at) => aTest('save', failed('http', `HTTP ${500 + at}`))),
      Array.from({ length: 10 }, (_, at) => `HTTP save: HTTP ${500 + at} (1 of 12 tests)`),
    ],
  ])('are %s', (_, tests, messages) => {
    const found = findingsOf(tests).map(({ severity, code, stage, message }) => [
      ...[severity, code, stage],
      message.replace(/^The (HTTP|SQL) probe of (\w+) could not run: /, '$1 $2: '),
    ]);
    expect(found).toEqual(messages.map((message) => ['warning', 'probe-unverified', 'save', message]));
  });

  it('have the hint of exactly their failure if that is known', () => {
    const blocked = failed('sql', 'blocked by a lock', 'Find the session that holds it');
    expect(findingsOf([aTest('save', null, blocked)])[0]?.hint).toBe('Find the session that holds it');
    expect(findingsOf([aTest('save', failed('http', 'HTTP 503'))])[0]?.hint).toEqual(expect.any(String));
  });
});
