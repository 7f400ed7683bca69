/** The stages of one test. Expected values are written by hand, from the rules in docs/verdicts.md. */
import { describe, expect, it, test } from 'vitest';
import type { HttpResponse } from '../../src/lib/model/delivery.ts';
import type { Failure } from '../../src/lib/model/result.ts';
import type { Trace, TraceSpan } from '../../src/lib/model/trace.ts';
import type { StageExpectation } from '../../src/lib/model/trace-expectation.ts';
import { BUILT_IN_STAGES } from '../../src/lib/stages/built-in.ts';
import { evidenceOf, judgeStages, type TraceReading } from '../../src/lib/stages/evidence.ts';
import type { ProbeEvidence } from '../../src/lib/stages/probes/run-probes.ts';
import type { SearchResult } from '../../src/lib/stages/span-evidence.ts';
import { foundSpans } from '../../src/lib/trace/spans/found-spans.ts';
import { aStage } from '../support/builders.ts';
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
import { jsonResponse, textResponse } from '../validate/support.ts';

const DATA = { status: 'ACCEPTED', signal_id: 's1', enrichment: { gex: 1 }, variant: 'A' };
const REFUSED: Failure = {
  kind: 'refused',
  message: 'Connection refused',
  code: 'ECONNREFUSED',
};
const TIMED_OUT: Failure = {
  kind: 'response-timeout',
  message: 'No response in 3 s',
  code: null,
};
const BACKGROUND = ['engine-execution', 'engine-a-decision', 'engine-b-decision', 'database-save'];
const FOUND: SearchResult = {
  searched: 'signalId:s1',
  problem: null,
  always: false,
  last: { complete: true },
};

const read = (
  spans: readonly TraceSpan[],
  {
    followed = [],
    searches = [],
    partial = null,
  }: {
    readonly followed?: readonly Trace[];
    readonly searches?: readonly SearchResult[];
    readonly partial?: string | null;
  } = {},
): TraceReading => ({
  kind: 'read',
  seen: foundSpans({ trace: aTrace(spans), followed, ourSpanIds: OUR_SPAN_IDS }),
  ...{ complete: partial === null, partial, searches, services: new Map() },
});

const UNREAD: TraceReading = {
  kind: 'unread',
  reason: 'trace-unread',
  because: 'sentry.io did not respond in time',
};
const NOT_FOUND: TraceReading = {
  kind: 'unread',
  reason: 'trace-not-found',
  because: 'Sentry has no span of this trace',
};

interface Seen {
  readonly response?: HttpResponse | null;
  readonly failure?: Failure | null;
  readonly refused?: boolean;
  readonly neverArrived?: boolean;
  readonly traces: TraceReading | null;
  readonly stages?: readonly StageExpectation[];
  readonly probes?: Parameters<typeof judgeStages>[0]['probes'];
  readonly usualDurations?: ReadonlyMap<string, number>;
}

const judged = ({
  response = jsonResponse(DATA),
  failure = null,
  refused = false,
  neverArrived = false,
  traces,
  stages = BUILT_IN_STAGES,
  probes = new Map(),
  usualDurations = new Map(),
}: Seen) =>
  judgeStages({ response: response, failure, refused, neverArrived, traces, stages, probes, usualDurations });

const resultsOf = (seen: Seen) => judged(seen).stages.map(({ result }) => result);

/** One line for each stage: name, state, what response and trace say, detail. */
const lines = (seen: Seen) =>
  resultsOf(seen).map(
    ({ name, state, evidence, detail }) =>
      `${name}: ${state} (${evidence.response}, ${evidence.trace})${detail === null ? '' : ` ${detail}`}`,
  );

/** The line of one stage. */
const line = (name: string, seen: Seen) => lines(seen).find((each) => each.startsWith(`${name}:`));

const stages = (change: Partial<StageExpectation>) =>
  BUILT_IN_STAGES.map((stage) => (stage.name === 'data-enrichment' ? { ...stage, ...change } : stage));

const UNSEEN = 'span not found (possibly not sampled)';

describe('the stages of a healthy test', () => {
  it('are ok by response and trace, with the durations of their spans', () => {
    const { stages: all, stuckAt } = judged({ traces: read(guideSpans()) });
    const results = all.map(({ result }) => result);
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
      required: false,
      evidence: { response: 'confirms', trace: 'confirms', http: null, sql: null },
      durationMs: 100,
      detail: null,
    });
    expect(stuckAt).toBeNull();
  });

  it('are those that the response confirms if traces were not requested', () => {
    expect(lines({ traces: null })).toEqual([
      'webhook-ingestion: ok (confirms, null)',
      'data-enrichment: ok (confirms, null)',
      'ab-routing: ok (confirms, null)',
    ]);
  });

  it('may have been seen only in a trace of background work', () => {
    const followed = guideSpans()
      .filter(({ name }) => BACKGROUND.includes(name))
      .map((span) => ({ ...span, traceId: FOLLOWED_ID }));
    const traces = read(guideWithout(...BACKGROUND), { followed: [aTrace(followed)], searches: [FOUND] });
    expect(lines({ traces }).slice(2)).toEqual([
      'ab-routing: ok (confirms, confirms)',
      'engine-execution: ok (null, confirms) found in a followed trace',
      'database-save: ok (null, confirms) found in a followed trace',
    ]);
  });

  it('may have been retried in the background; the last failure counts', () => {
    const attempt = (traceId: string, at: number, status: TraceSpan['status']) =>
      aTrace([aSpan('database-save', { traceId, at, status })]);
    const of = (first: TraceSpan['status'], second: TraceSpan['status']) => {
      const followed = [attempt(FOLLOWED_ID, 300, first), attempt('e'.repeat(32), 900, second)];
      const traces = read(guideWithout('database-save'), { followed, searches: [FOUND] });
      return judged({ traces }).stages.find(({ result }) => result.name === 'database-save');
    };
    expect(of('error', 'ok')).toMatchObject({
      result: { state: 'ok', detail: 'found in a followed trace' },
      trace: { warnings: [{ code: 'retried' }] },
    });
    expect(of('ok', 'error')).toMatchObject({
      result: { state: 'failed', detail: 'database-save failed' },
      trace: { warnings: [] },
    });
  });
});

describe('a stage', () => {
  it.each<[string, Seen, string]>([
    [
      'whose span failed',
      { traces: read(guideWith('data-enrichment', { status: 'error', statusMessage: 'no data' })) },
      'failed (confirms, contradicts) data-enrichment: no data',
    ],
    [
      'of which only a part failed did not fail',
      { traces: read(guideWith('fetch-gex-data', { status: 'error', issues: [anIssue()] })) },
      'ok (confirms, confirms)',
    ],
    [
      'of which a part failed while its span was not seen did not fail either',
      {
        traces: read(
          guideWith('fetch-gex-data', { status: 'error' }).filter(({ name }) => name !== 'data-enrichment'),
        ),
      },
      `ok (confirms, absent) ${UNSEEN}`,
    ],
    [
      'over its budget',
      {
        traces: read(guideWith('data-enrichment', { durationMs: 2_103.1 })),
        stages: stages({ maxDurationMs: 500 }),
      },
      'slow (confirms, confirms) took 2.1 s (limit 500 ms)',
    ],
    [
      'slower than usual',
      {
        traces: read(guideWith('data-enrichment', { durationMs: 181 })),
        usualDurations: new Map([['api|http.server|POST > api||data-enrichment', 60]]),
      },
      'slow (confirms, confirms) took 181 ms (usually 60 ms)',
    ],
    [
      'at its budget',
      { traces: read(guideSpans()), stages: stages({ maxDurationMs: 100 }) },
      'ok (confirms, confirms)',
    ],
    [
      'in the response without its span',
      { traces: read(guideWithout('data-enrichment')) },
      `ok (confirms, absent) ${UNSEEN}`,
    ],
    [
      'in a partial trace without its span',
      { traces: read(guideWithout('data-enrichment'), { partial: 'the parent of a span is missing' }) },
      `ok (confirms, unknown) ${UNSEEN}`,
    ],
    [
      'that was seen without its field in the response',
      { traces: read(guideSpans()), response: jsonResponse({ signal_id: 's1', enrichment: {} }) },
      'ok (absent, confirms)',
    ],
    [
      'neither seen nor in the response',
      { traces: read(guideWithout('data-enrichment')), response: jsonResponse({ signal_id: 's1' }) },
      'missing (absent, absent) span data-enrichment is missing; enrichment not in response, but ab-routing was reached',
    ],
    [
      'of which a response that is not JSON says nothing',
      { traces: read(guideSpans()), response: textResponse('<html>') },
      'ok (unknown, confirms)',
    ],
    [
      'that failed behind a response that says nothing of it',
      {
        traces: read(guideWith('data-enrichment', { status: 'error' })),
        response: jsonResponse({ error: 'x' }, { status: 500 }),
      },
      'failed (unknown, contradicts) data-enrichment failed',
    ],
    [
      'that was seen although the response reports a failure',
      { traces: read(guideSpans()), response: jsonResponse({ error: 'x' }, { status: 500 }) },
      'ok (unknown, confirms)',
    ],
    [
      'of which only a response with a failure is known',
      { traces: null, response: jsonResponse({}, { status: 500 }) },
      'unverified (unknown, null) HTTP 500',
    ],
    [
      'that the response refuses',
      { traces: null, response: jsonResponse({ signal_id: 's1' }, { status: 422 }), refused: true },
      'failed (contradicts, null) enrichment not in response (HTTP 422)',
    ],
    [
      'that the response refuses although its span is there',
      { traces: read(guideSpans()), response: jsonResponse({ signal_id: 's1' }), refused: true },
      'failed (contradicts, confirms) enrichment not in response (HTTP 200)',
    ],
    [
      'whose trace was not read and whose response reports a failure',
      { traces: UNREAD, response: jsonResponse({}, { status: 500 }) },
      'unverified (unknown, unknown) sentry.io did not respond in time; HTTP 500',
    ],
    [
      'whose trace was not read and whose response lacks it',
      { traces: UNREAD, response: jsonResponse({ signal_id: 's1' }) },
      'missing (absent, unknown) enrichment not in response',
    ],
    [
      'of a request that may have arrived',
      { traces: read(guideSpans()), response: null, failure: TIMED_OUT },
      'ok (unknown, confirms)',
    ],
    [
      'of which nothing is known',
      { traces: null, response: null, failure: TIMED_OUT },
      'unverified (unknown, null) No response in 3 s',
    ],
    [
      'that only the response can confirm',
      { traces: read([]), stages: stages({ span: null }) },
      'ok (confirms, null)',
    ],
    [
      'that only the response can confirm, with a failure',
      {
        traces: read(guideWithout('data-enrichment')),
        stages: stages({ span: null }),
        response: jsonResponse({}, { status: 503 }),
      },
      'unverified (unknown, null) HTTP 503',
    ],
    [
      'described by its op',
      {
        traces: read(guideWithout('database-save', 'engine-execution')),
        stages: stages({ span: aPattern({ op: ['db*', 'sql'] }), response: null }),
      },
      'missing (null, absent) span op db* or sql is missing, but ab-routing was reached',
    ],
  ])('%s', (_, seen, expected) => {
    expect(line('data-enrichment', seen)).toBe(`data-enrichment: ${expected}`);
  });

  it('whose trace was not read is ok by its response, and no span of it is reported as missing', () => {
    expect(line('data-enrichment', { traces: UNREAD })).toBe('data-enrichment: ok (confirms, unknown)');
    expect(line('data-enrichment', { traces: NOT_FOUND })).toBe(
      `data-enrichment: ok (confirms, unknown) ${UNSEEN}`,
    );
  });

  it('that nothing can confirm is skipped, unless it is required', () => {
    const nothing = { span: null, response: null };
    expect(resultsOf({ traces: read(guideSpans()), stages: stages(nothing) })).toHaveLength(4);
    expect(resultsOf({ traces: null, stages: [] })).toEqual([]);
    const required = judged({ traces: null, stages: stages({ ...nothing, required: true }) }).stages;
    expect(required.map(({ result, checkable }) => [result.name, result.state, checkable])).toEqual([
      ['webhook-ingestion', 'ok', true],
      ['data-enrichment', 'unverified', false],
      ['ab-routing', 'ok', true],
    ]);
  });

  it('is never confirmed by our own span', () => {
    const ours = stages({ span: aPattern({ name: [...OUR_SPANS] }), response: null, parts: [] });
    expect(line('data-enrichment', { traces: read(guideSpans()), stages: ours })).toMatch(
      'data-enrichment: missing (null, absent)',
    );
  });

  it('has the reason why it could not be checked, as data', () => {
    const seen = {
      response: jsonResponse({}, { status: 500 }),
      stages: [aStage('save', { response: 'id' })],
    };
    const reasons = (traces: TraceReading) => judged({ ...seen, traces }).stages[0]?.reasons;
    expect(reasons(UNREAD)).toEqual(['trace-unread', 'response-error']);
    expect(reasons(NOT_FOUND)).toEqual(['trace-not-found', 'response-error']);
    expect(reasons(read([], { partial: 'x' }))).toEqual(['trace-partial', 'response-error']);
    expect(reasons(read([aSpan('save')]))).toEqual([]);
  });

  it('has a partial trace with its reason', () => {
    const partial = 'the parent of a span is missing';
    expect(lines({ traces: read(guideWithout('save'), { partial }), stages: [aStage('save')] })).toEqual([
      'save: unverified (null, unknown) the trace is not complete: the parent of a span is missing',
    ]);
  });
});

test('each source has its name, probes first', () => {
  const [stage] = judged({
    traces: read(guideSpans()),
    stages: [aStage('ab-routing', { response: 'variant' })],
    probes: new Map([['ab-routing', { http: null, sql: aProbe('sql', { hint: 'Look', row: 'id 7' }) }]]),
  }).stages;
  expect(stage === undefined ? [] : evidenceOf(stage)).toEqual([
    {
      source: 'sql',
      statement: 'confirms',
      detail: null,
      reason: null,
      hint: 'Look',
      row: 'id 7',
      status: null,
    },
    {
      source: 'trace',
      statement: 'confirms',
      detail: null,
      reason: null,
      hint: null,
      row: null,
      status: null,
    },
    {
      source: 'response',
      statement: 'confirms',
      detail: null,
      reason: null,
      hint: null,
      row: null,
      status: null,
    },
  ]);
});

describe('where a webhook got stuck', () => {
  const untilRouting = guideWith('ab-routing', { status: 'error' }).filter(
    ({ name }) => !BACKGROUND.includes(name),
  );
  it.each<[string, Seen, ReturnType<typeof judged>['stuckAt'], readonly string[]]>([
    [
      'at the failed stage, and what comes after it was not reached',
      { traces: read(untilRouting) },
      { stage: 'ab-routing', after: null },
      ['ok', 'ok', 'failed', 'not-reached', 'not-reached'],
    ],
    [
      'at no stage that failed while later ones were reached',
      { traces: read(guideWith('ab-routing', { status: 'error' })) },
      null,
      ['ok', 'ok', 'failed', 'ok', 'ok'],
    ],
    [
      'at the missing stage',
      { traces: read(guideWithout('engine-execution', 'database-save')) },
      { stage: 'engine-execution', after: null },
      ['ok', 'ok', 'ok', 'missing', 'not-reached'],
    ],
    [
      'at no slow stage, which was reached',
      { traces: read(guideSpans()), stages: stages({ maxDurationMs: 1 }) },
      null,
      ['ok', 'slow', 'ok', 'ok', 'ok'],
    ],
    [
      'nowhere that could be said when the last ones are unverified',
      { traces: UNREAD },
      null,
      ['ok', 'ok', 'ok', 'unverified', 'unverified'],
    ],
    [
      'at the missing field; what nothing is known of after it was not reached',
      { traces: UNREAD, response: jsonResponse({ signal_id: 's1' }) },
      { stage: 'data-enrichment', after: null },
      ['ok', 'missing', 'not-reached', 'not-reached', 'not-reached'],
    ],
    [
      'at no stage of a webhook that never arrived',
      { traces: UNREAD, response: null, failure: REFUSED, neverArrived: true },
      null,
      ['not-reached', 'not-reached', 'not-reached', 'not-reached', 'not-reached'],
    ],
  ])('%s', (_, seen, stuck, states) => {
    const { stages: all, stuckAt } = judged(seen);
    expect(stuckAt).toEqual(stuck);
    expect(all.map(({ result }) => result.state)).toEqual(states);
  });

  it('is a range if the stages before it could not be checked', () => {
    const three = [
      aStage('received', { span: null, response: 'signal_id' }),
      aStage('enriched', { after: ['received'], ownTrace: true }),
      aStage('decided', { after: ['enriched'], span: null }),
    ];
    const probes = new Map([
      ['decided', { http: null, sql: aProbe('sql', { statement: 'absent', detail: '0 rows (expected 1)' }) }],
    ]);
    expect(judged({ traces: UNREAD, stages: three, probes }).stuckAt).toEqual({
      stage: 'decided',
      after: 'received',
    });
  });

  it('has no connection if the webhook never arrived', () => {
    const seen: Seen = { traces: null, response: null, failure: REFUSED, neverArrived: true };
    expect(lines(seen)[0]).toBe('webhook-ingestion: not-reached (unknown, null) no connection was made');
  });

  it('leaves stages after it without detail and without reasons', () => {
    const { stages: all } = judged({ traces: read(untilRouting, { partial: 'x' }) });
    expect(all.slice(3).map(({ result, reasons }) => [result.state, result.detail, reasons])).toEqual([
      ['not-reached', null, []],
      ['not-reached', null, []],
    ]);
  });
});

test('a refusal stops the webhook once: at the first stage whose field is missing', () => {
  const response = jsonResponse({ error: 'no direction' }, { status: 400 });
  const { stages: found, stuckAt } = judged({ response, refused: true, traces: null });
  expect(found.map(({ result: { name, state, evidence } }) => [name, state, evidence.response])).toEqual([
    ['webhook-ingestion', 'failed', 'contradicts'],
    ['data-enrichment', 'not-reached', 'contradicts'],
    ['ab-routing', 'not-reached', 'contradicts'],
  ]);
  expect(stuckAt).toEqual({ stage: 'webhook-ingestion', after: null });
});

test('a stage that could not be checked has its reasons in the report, once each', () => {
  const [first] = resultsOf({
    response: null,
    failure: TIMED_OUT,
    traces: NOT_FOUND,
    stages: [aStage('save', { response: 'signal_id' })],
  });
  expect(first).toMatchObject({ state: 'unverified', reasons: ['trace-not-found', 'no-response'] });
  const [ok] = resultsOf({ traces: null, stages: [aStage('save', { response: 'signal_id' })] });
  expect(Object.keys(ok ?? {})).not.toContain('reasons');
});

describe('a stage without a span', () => {
  it.each([
    ['that was read', read(guideSpans())],
    ['that was not read', UNREAD],
  ])('has no evidence in a trace %s', (_, traces) => {
    expect(line('data-enrichment', { traces, stages: stages({ span: null }) })).toBe(
      'data-enrichment: ok (confirms, null)',
    );
  });
});

function aProbe(kind: ProbeEvidence['kind'], overrides: Partial<ProbeEvidence> = {}): ProbeEvidence {
  return {
    ...{ kind, statement: 'confirms', detail: null, reason: null, circumstances: null },
    ...{ late: null, row: null, hint: null, status: null },
    ...overrides,
  };
}

describe('probes', () => {
  const OK = aProbe('http');
  const GONE = aProbe('sql', {
    statement: 'absent',
    detail: '0 rows (expected 1)',
    circumstances: 'id 7, 5 queries in 10 s',
  });
  const WRONG = aProbe('http', { statement: 'contradicts', detail: 'status "PENDING" (expected "SAVED")' });
  const DOWN = aProbe('sql', { statement: 'unknown', reason: 'probe-failed', detail: 'connection refused' });
  const SAVED = aProbe('sql');

  /** State, what response, trace, http and sql say, and the detail of the one stage. */
  const save = (
    seen: Partial<Seen>,
    {
      http = null,
      sql = null,
    }: { readonly http?: ProbeEvidence | null; readonly sql?: ProbeEvidence | null },
  ) => {
    const [result] = resultsOf({
      traces: null,
      stages: [aStage('save', { span: aPattern({ name: ['database-save'] }) })],
      probes: new Map([['save', { http, sql }]]),
      ...seen,
    });
    return [
      result?.state,
      Object.values(result?.evidence ?? {})
        .map(String)
        .join(' '),
      result?.detail,
    ];
  };

  it('decide a stage without response and trace', () => {
    expect(save({}, { sql: SAVED })).toEqual(['ok', 'null null null confirms', null]);
    expect(save({}, { http: OK, sql: GONE })).toEqual([
      'missing',
      'null null confirms absent',
      'SQL probe: 0 rows (expected 1) (id 7, 5 queries in 10 s)',
    ]);
    expect(save({}, { http: WRONG, sql: GONE })).toEqual([
      'failed',
      'null null contradicts absent',
      'HTTP probe: status "PENDING" (expected "SAVED")',
    ]);
  });

  it('decide it alone, whatever the trace shows', () => {
    const complete = { traces: read(guideSpans()) };
    expect(save(complete, { sql: SAVED })).toEqual(['ok', 'null confirms null confirms', null]);
    expect(save(complete, { sql: GONE }).slice(0, 2)).toEqual(['missing', 'null confirms null absent']);
    const without = { traces: read(guideWithout('database-save')) };
    expect(save(without, { sql: SAVED })).toEqual(['ok', 'null absent null confirms', UNSEEN]);
    const failed = {
      traces: read(guideWith('database-save', { status: 'error', statusMessage: 'deadlock' })),
    };
    expect(save(failed, { sql: SAVED })).toEqual([
      'ok',
      'null contradicts null confirms',
      'database-save: deadlock',
    ]);
  });

  it('decide it even if the trace was sampled out', () => {
    const lost: SearchResult = { searched: 'signalId:s1', problem: null, always: false, last: null };
    const traces = read(guideWithout('database-save'), { searches: [lost] });
    expect(save({ traces }, { sql: SAVED })).toEqual(['ok', 'null unknown null confirms', UNSEEN]);
    expect(save({ traces }, {})).toEqual([
      'unverified',
      'null unknown null null',
      'no trace of its background work was found: it may not have been sampled',
    ]);
  });

  it('that could not run are ignored if there is other evidence, with a note', () => {
    const note = 'SQL probe: connection refused';
    expect(save({ traces: read(guideSpans()) }, { sql: DOWN })).toEqual([
      'ok',
      'null confirms null unknown',
      note,
    ]);
    expect(save({}, { http: OK, sql: DOWN })).toEqual(['ok', 'null null confirms unknown', note]);
    expect(save({}, { sql: DOWN })).toEqual(['unverified', 'null null null unknown', note]);
  });

  it('replace a trace that could not be read', () => {
    expect(save({ traces: UNREAD }, { sql: SAVED })).toEqual(['ok', 'null unknown null confirms', null]);
  });

  it('decide a stage of a response that reports a failure, or of no response', () => {
    const failed = {
      response: jsonResponse({}, { status: 500 }),
      stages: [aStage('save', { span: null, response: 'signal_id' })],
    };
    expect(save(failed, { sql: DOWN })).toEqual([
      'unverified',
      'unknown null null unknown',
      'SQL probe: connection refused; HTTP 500',
    ]);
    expect(save(failed, { sql: SAVED })).toEqual(['ok', 'unknown null null confirms', null]);
    expect(save({ ...failed, response: null, failure: TIMED_OUT }, { sql: SAVED })[0]).toBe('ok');
  });

  it('that confirm after their limit make it slow', () => {
    const late = 'after more than 10 s (limit 10 s)';
    expect(save({}, { sql: aProbe('sql', { late }) })).toEqual(['slow', 'null null null confirms', late]);
  });

  it('do not make a stage ok that takes too long', () => {
    const slow = [aStage('save', { span: aPattern({ name: ['database-save'] }), maxDurationMs: 5 })];
    expect(save({ traces: read(guideSpans()), stages: slow }, { sql: SAVED })).toEqual([
      'slow',
      'null confirms null confirms',
      'took 7 ms (limit 5 ms)',
    ]);
  });
});
