import { describe, expect, it } from 'vitest';
import type { Answer, Failure } from '../../src/lib/model/delivery.ts';
import type { Trace, TraceSpan } from '../../src/lib/model/trace.ts';
import type { StageExpectation } from '../../src/lib/model/trace-expectation.ts';
import { parseJson } from '../../src/lib/send/answer.ts';
import { BUILT_IN_STAGES } from '../../src/lib/stages/built-in.ts';
import { stageResults, stuckAt, type TraceReading } from '../../src/lib/stages/evidence.ts';
import type { Evidence } from '../../src/lib/stages/evidence-type.ts';
import type { ProbeEvidence } from '../../src/lib/stages/probes/ask-probes.ts';
import {
  anIssue,
  aPattern,
  aSpan,
  aTrace,
  FOLLOWED_ID,
  guideSpans,
  guideWith,
  guideWithout,
  OUR_SPAN_IDS,
  OUR_SPANS,
} from '../trace/span-builders.ts';

const DATA = { status: 'ACCEPTED', signal_id: 's1', enrichment: { gex: 1 }, variant: 'A' };
const REFUSED: Failure = {
  kind: 'refused',
  message: 'Request failed: Connection refused',
  code: 'ECONNREFUSED',
};
const TIMED_OUT: Failure = {
  kind: 'response-timeout',
  message: 'Request failed: Response timeout',
  code: null,
};
const BACKGROUND = ['engine-execution', 'engine-a-decision', 'engine-b-decision', 'database-save'];

function anAnswer(value: unknown, status = 200): Answer {
  const body = typeof value === 'string' ? value : JSON.stringify(value);
  return {
    status,
    statusText: '',
    httpVersion: '1.1',
    headers: {},
    body,
    bodyBytes: body.length,
    json: parseJson(body),
  };
}

const read = (
  spans: readonly TraceSpan[],
  more: { readonly followed?: readonly Trace[]; readonly follows?: boolean } = {},
): TraceReading => ({
  kind: 'read',
  trace: aTrace(spans),
  followed: more.followed ?? [],
  ourSpanIds: OUR_SPAN_IDS,
  follows: more.follows ?? more.followed !== undefined,
});

const UNVERIFIED: TraceReading = { kind: 'unverified', reason: 'sampled-out' };

interface Seen {
  readonly probes?: ProbeEvidence;
  readonly answer?: Answer | null;
  readonly failure?: Failure | null;
  readonly traces: TraceReading | null;
  readonly stages?: readonly StageExpectation[];
}

const resultsOf = ({
  answer = anAnswer(DATA),
  failure = null,
  traces,
  stages = BUILT_IN_STAGES,
  probes = new Map(),
}: Seen) => stageResults({ answer, failure, traces, stages, probes });

/** One line for each stage: name, state, both kinds of evidence, detail. */
const lines = (seen: Seen) =>
  resultsOf(seen).map(
    ({ name, state, evidence, detail }) =>
      `${name}: ${state} (${evidence.response}, ${evidence.trace})${detail === null ? '' : ` ${detail}`}`,
  );

/** The line of one stage. */
const line = (name: string, seen: Seen) => lines(seen).find((each) => each.startsWith(`${name}:`));

const stages = (change: Partial<StageExpectation>) =>
  BUILT_IN_STAGES.map((stage) => (stage.name === 'data-enrichment' ? { ...stage, ...change } : stage));

describe('the stages of a healthy test', () => {
  it('are ok by answer and trace, with the durations of their spans', () => {
    const results = resultsOf({ traces: read(guideSpans()) });
    expect(results.map(({ name, state, durationMs }) => `${name} ${state} ${durationMs}`)).toEqual([
      'webhook-ingestion ok 50',
      'data-enrichment ok 100',
      'ab-routing ok 10',
      'engine-execution ok 30',
      'database-save ok 7',
    ]);
    expect(results[1]).toEqual({
      name: 'data-enrichment',
      state: 'ok',
      evidence: { response: 'ok', trace: 'ok', http: null, sql: null },
      durationMs: 100,
      detail: null,
    });
    expect(stuckAt(results)).toBeNull();
  });

  it('are those which the answer proves where traces were not read', () => {
    expect(lines({ traces: null })).toEqual([
      'webhook-ingestion: ok (ok, null)',
      'data-enrichment: ok (ok, null)',
      'ab-routing: ok (ok, null)',
    ]);
  });

  it('may have been seen in a trace of background work only', () => {
    const followed = guideSpans()
      .filter(({ name }) => BACKGROUND.includes(name))
      .map((span) => ({ ...span, traceId: FOLLOWED_ID }));
    const traces = read(guideWithout(...BACKGROUND), { followed: [aTrace(followed)] });
    expect(lines({ traces }).slice(2)).toEqual([
      'ab-routing: ok (ok, ok)',
      'engine-execution: ok (null, ok) seen in a followed trace',
      'database-save: ok (null, ok) seen in a followed trace',
    ]);
  });

  it('are judged by the last attempt of background work', () => {
    const attempt = (traceId: string, at: number, status: TraceSpan['status']) =>
      aTrace([aSpan('database-save', { traceId, at, status })]);
    const followed = [attempt('e'.repeat(32), 900, 'ok'), attempt(FOLLOWED_ID, 300, 'error')];
    const traces = read(guideWithout('database-save'), { followed });
    expect(line('database-save', { traces })).toBe('database-save: ok (null, ok) seen in a followed trace');
    const reversed = followed.map(({ spans }, index) =>
      aTrace(spans.map((span) => ({ ...span, startMs: -index }))),
    );
    expect(line('database-save', { traces: read([], { followed: reversed }) })).toMatch(/ok/);
  });
});

describe('a stage', () => {
  it.each<[string, Seen, string]>([
    [
      'whose span failed',
      { traces: read(guideWith('data-enrichment', { status: 'error', statusMessage: 'no data' })) },
      'failed (ok, failed) data-enrichment failed: no data',
    ],
    [
      'of which a part failed',
      { traces: read(guideWith('fetch-gex-data', { status: 'error', issues: [anIssue()] })) },
      'failed (ok, failed) fetch-gex-data failed: the provider answered 503',
    ],
    [
      'of which a part failed while its span was not seen',
      {
        traces: read(
          guideWith('fetch-gex-data', { status: 'error' }).filter(({ name }) => name !== 'data-enrichment'),
        ),
      },
      'failed (ok, failed) fetch-gex-data failed',
    ],
    [
      'over its budget',
      {
        traces: read(guideWith('data-enrichment', { durationMs: 2_103.1 })),
        stages: stages({ maxDurationMs: 500 }),
      },
      'slow (ok, slow) took 2,104 ms, allowed are 500 ms',
    ],
    ['at its budget', { traces: read(guideSpans()), stages: stages({ maxDurationMs: 100 }) }, 'ok (ok, ok)'],
    [
      'that answered without having been seen',
      { traces: read(guideWithout('data-enrichment')) },
      'missing (ok, missing) span data-enrichment not seen',
    ],
    [
      'that was seen without its data in the answer',
      { traces: read(guideSpans()), answer: anAnswer({ signal_id: 's1', enrichment: {} }) },
      'missing (missing, ok) enrichment not in response',
    ],
    [
      'neither seen nor in the answer',
      { traces: read(guideWithout('data-enrichment')), answer: anAnswer({}) },
      'missing (missing, missing) enrichment not in response; span data-enrichment not seen',
    ],
    [
      'of which an answer that is not JSON says nothing',
      { traces: read(guideSpans()), answer: anAnswer('<html>') },
      'ok (null, ok)',
    ],
    [
      'that failed, and so is not in the answer',
      {
        traces: read(guideWith('data-enrichment', { status: 'error' })),
        answer: anAnswer({ error: 'x' }, 500),
      },
      'failed (null, failed) data-enrichment failed',
    ],
    [
      'that was seen although the answer reports a failure',
      { traces: read(guideSpans()), answer: anAnswer({ error: 'x' }, 500) },
      'ok (null, ok)',
    ],
    [
      'of which only an answer with a failure is known',
      { traces: null, answer: anAnswer({}, 500) },
      'missing (missing, null) HTTP 500',
    ],
    ['whose trace is unverified', { traces: UNVERIFIED }, 'ok (ok, unverified)'],
    [
      'whose trace is unverified and whose answer reports a failure',
      { traces: UNVERIFIED, answer: anAnswer({}, 500) },
      'unverified (null, unverified) trace unverified: sampled-out',
    ],
    [
      'whose trace is unverified and whose answer lacks it',
      { traces: UNVERIFIED, answer: anAnswer({}) },
      'missing (missing, unverified) enrichment not in response',
    ],
    [
      'of a request that never arrived',
      { traces: UNVERIFIED, answer: null, failure: REFUSED },
      'missing (missing, unverified) no answer',
    ],
    [
      'of a request that may have arrived',
      { traces: read(guideSpans()), answer: null, failure: TIMED_OUT },
      'ok (null, ok)',
    ],
    [
      'of which nothing is known',
      { traces: null, answer: null, failure: TIMED_OUT },
      'missing (missing, null) no answer',
    ],
    ['that only the answer proves', { traces: read([]), stages: stages({ span: null }) }, 'ok (ok, null)'],
    [
      'that only the answer proves, with a failure',
      { traces: read([]), stages: stages({ span: null }), answer: anAnswer({}, 503) },
      'missing (missing, null) HTTP 503',
    ],
    [
      'described by its op',
      { traces: read([]), stages: stages({ span: aPattern({ op: ['db*', 'sql'] }), response: null }) },
      'missing (null, missing) span op db* or sql not seen',
    ],
  ])('%s', (_, seen, expected) => {
    expect(line('data-enrichment', seen)).toBe(`data-enrichment: ${expected}`);
  });

  it('of which nothing is asked is left out', () => {
    expect(
      resultsOf({ traces: read(guideSpans()), stages: stages({ span: null, response: null }) }),
    ).toHaveLength(4);
    expect(resultsOf({ traces: null, stages: [] })).toEqual([]);
  });

  it('is never seen in a span of ours', () => {
    const ours = stages({ span: aPattern({ name: [...OUR_SPANS] }), response: null, parts: [] });
    expect(line('data-enrichment', { traces: read(guideSpans()), stages: ours })).toMatch(
      'data-enrichment: missing',
    );
  });

  it('is not failed by the parts of another one that look alike', () => {
    const calls = [{ label: 'calls', pattern: aPattern({ op: ['http.client'] }) }];
    const elsewhere = aSpan('call of routing', { parent: 'ab-routing', op: 'http.client', status: 'error' });
    const traces = read([...guideSpans(), elsewhere]);
    expect(line('data-enrichment', { traces, stages: stages({ parts: calls }) })).toBe(
      'data-enrichment: ok (ok, ok)',
    );
  });
});

describe('stages missing at the end', () => {
  const hint = 'background work may have a trace of its own: set trace.follow';

  it('may be background work, unless it is searched for', () => {
    const seen = guideWithout(...BACKGROUND);
    expect(lines({ traces: read(seen) }).slice(3)).toEqual([
      `engine-execution: missing (null, missing) span engine-execution not seen; ${hint}`,
      `database-save: missing (null, missing) span database-save not seen; ${hint}`,
    ]);
    expect(lines({ traces: read(seen, { follows: true }) }).slice(3)).toEqual([
      'engine-execution: missing (null, missing) span engine-execution not seen',
      'database-save: missing (null, missing) span database-save not seen',
    ]);
  });

  it('are none where later stages were seen, a stage failed, or nothing was seen', () => {
    const failed = guideWith('ab-routing', { status: 'error' }).filter(
      ({ name }) => !BACKGROUND.includes(name),
    );
    for (const seen of [guideWithout('ab-routing'), failed, []]) {
      expect(lines({ traces: read(seen) }).join()).not.toContain('trace.follow');
    }
  });
});

describe('where a webhook got stuck', () => {
  it.each<[string, Seen, string | null]>([
    ['the failed stage', { traces: read(guideWith('ab-routing', { status: 'error' })) }, 'ab-routing'],
    [
      'the missing stage',
      { traces: read(guideWithout('engine-execution', 'database-save')) },
      'engine-execution',
    ],
    [
      'not a slow stage, which was reached',
      { traces: read(guideSpans()), stages: stages({ maxDurationMs: 1 }) },
      null,
    ],
    ['nowhere that could be said when the first is unverified', { traces: UNVERIFIED }, null],
  ])('%s', (_, seen, stuck) => {
    expect(stuckAt(resultsOf(seen))).toBe(stuck);
  });
});

describe('a stage without a span', () => {
  it.each([
    ['that was read', read(guideSpans())],
    ['that could not be verified', UNVERIFIED],
  ])('has no evidence in a trace %s', (_, traces) => {
    expect(line('data-enrichment', { traces, stages: stages({ span: null }) })).toBe(
      'data-enrichment: ok (ok, null)',
    );
  });
});

describe('a stage with several failed parts', () => {
  it('names the part that began first, whatever their order', () => {
    const calls = ['fetch-market-data', 'fetch-gex-data'];
    const failed = guideSpans().map((span) =>
      calls.includes(span.name) ? { ...span, status: 'error' as const } : span,
    );
    const parts = calls.map((label) => ({ label, pattern: aPattern({ name: [label] }) }));
    for (const each of [parts, parts.toReversed()]) {
      expect(line('data-enrichment', { traces: read(failed), stages: stages({ parts: each }) })).toBe(
        'data-enrichment: failed (ok, failed) fetch-market-data failed',
      );
    }
  });
});

describe('probes', () => {
  const OK: Evidence = { state: 'ok', detail: null };
  const GONE: Evidence = {
    state: 'missing',
    detail: 'SQL: 0 rows, expected 1',
    circumstances: 'id 7, 5 looks in 10 s',
  };
  const WRONG: Evidence = { state: 'failed', detail: 'HTTP: status is "PENDING", expected "SAVED"' };
  const UNASKED: Evidence = { state: 'unverified', detail: 'SQL: connection refused' };
  const only = (change: Partial<StageExpectation>) =>
    stages({ name: 'save', response: null, parts: [], ...change }).filter(({ name }) => name === 'save');
  const save = (seen: Partial<Seen>, evidence: { readonly http?: Evidence; readonly sql?: Evidence }) => {
    const { http = null, sql = null } = evidence;
    const [result] = resultsOf({
      traces: null,
      stages: only({ span: aPattern({ name: ['database-save'] }) }),
      probes: new Map([['save', { http, sql }]]),
      ...seen,
    });
    return [result?.state, Object.values(result?.evidence ?? {}).join(' '), result?.detail];
  };

  it('decide a stage without answer and trace', () => {
    expect(save({}, { sql: OK })).toEqual(['ok', '   ok', null]);
    expect(save({}, { http: OK, sql: GONE })).toEqual([
      'missing',
      '  ok missing',
      'SQL: 0 rows, expected 1 (id 7, 5 looks in 10 s)',
    ]);
    expect(save({}, { http: WRONG, sql: GONE })[0]).toBe('failed');
  });

  it('decide it next to the trace: a span proves no row, and a row no span', () => {
    const whole = { traces: read(guideSpans()) };
    expect(save(whole, { sql: OK })).toEqual(['ok', ' ok  ok', null]);
    expect(save(whole, { sql: GONE }).slice(0, 2)).toEqual(['missing', ' ok  missing']);
    const without = { traces: read(guideWithout('database-save')) };
    expect(save(without, { sql: OK }).slice(0, 2)).toEqual(['missing', ' missing  ok']);
  });

  it('that could not look say nothing where something else does', () => {
    expect(save({ traces: read(guideSpans()) }, { sql: UNASKED })).toEqual(['ok', ' ok  unverified', null]);
    expect(save({}, { http: OK, sql: UNASKED })).toEqual(['ok', '  ok unverified', null]);
    expect(save({}, { sql: UNASKED })).toEqual(['unverified', '   unverified', 'SQL: connection refused']);
  });

  it('stand in for a trace that could not be read', () => {
    expect(save({ traces: UNVERIFIED }, { sql: OK })).toEqual(['ok', ' unverified  ok', null]);
  });

  it('leave an answer that reports a failure to count, unless they know better', () => {
    const failed = {
      answer: anAnswer({}, 500),
      stages: only({ span: null, response: 'signal_id' }),
    };
    expect(save(failed, { sql: UNASKED })).toEqual(['missing', 'missing   unverified', 'HTTP 500']);
    expect(save(failed, { sql: OK })).toEqual(['ok', '   ok', null]);
  });
});
