/** What spans say about a stage. Expected values are written by hand, from the rules in docs/verdicts.md. */
import { describe, expect, test } from 'vitest';
import type { Statement } from '../../src/lib/model/stage.ts';
import type { TraceSpan } from '../../src/lib/model/trace.ts';
import type { StageExpectation } from '../../src/lib/model/trace-expectation.ts';
import { type ReadSpans, spanEvidence } from '../../src/lib/stages/span-evidence.ts';
import { foundSpans } from '../../src/lib/trace/spans/found-spans.ts';
import { aStage } from '../support/builders.ts';
import { anIssue, aSpan, OUR_SPANS, SENT_SPAN_ID, spanId, TRACE_ID } from '../trace/spans.ts';

const SAVE = aStage('save');
const OTHER_TRACE = 'f'.repeat(32);
const THIRD_TRACE = 'e'.repeat(32);

interface Given {
  readonly own?: readonly TraceSpan[];
  readonly followed?: readonly (readonly TraceSpan[])[];
  readonly read?: Partial<ReadSpans>;
}

function readSpans({ own = [], followed = [], read = {} }: Given): ReadSpans {
  return {
    seen: foundSpans({
      trace: { traceId: TRACE_ID, spans: [...OUR_SPANS, ...own], issues: [] },
      followed: followed.map((spans) => ({ traceId: spans[0]?.traceId ?? OTHER_TRACE, spans, issues: [] })),
      ourSpanIds: new Set([spanId(1), SENT_SPAN_ID]),
    }),
    complete: true,
    partial: null,
    searches: [],
    services: new Map(),
    ...read,
  };
}

/** @param usual milliseconds by path */
function evidence(
  given: Given,
  stage: StageExpectation = SAVE,
  usual: Readonly<Record<string, number>> = {},
) {
  return spanEvidence(stage, readSpans(given), new Map(Object.entries(usual)));
}

function save(id: number, overrides: Partial<TraceSpan> = {}): TraceSpan {
  return aSpan(id, { name: 'save', parentSpanId: SENT_SPAN_ID, ...overrides });
}

function search(overrides: Partial<ReadSpans['searches'][number]> = {}): ReadSpans['searches'][number] {
  return { searched: 'signalId:s1', problem: null, always: false, last: null, ...overrides };
}

const FOUND = search({ last: { complete: true } });
const FAILED = { status: 'error', statusMessage: 'disk full' } as const;

test('a stage without a span has no evidence in a trace', () => {
  expect(evidence({ own: [save(3)] }, { ...SAVE, span: null })).toBeNull();
});

describe('a span that was found', () => {
  test.each<[string, Given, Statement, string | null]>([
    ['with status ok confirms', { own: [save(3)] }, 'confirms', null],
    ['with an unset status confirms', { own: [save(3, { status: 'unknown' })] }, 'confirms', null],
    [
      'confirms in a partial trace, too',
      { own: [save(3)], read: { complete: false, partial: 'x' } },
      'confirms',
      null,
    ],
    ['of our own says nothing', { own: [] }, 'absent', 'span save is missing'],
    ['with status error contradicts', { own: [save(3, FAILED)] }, 'contradicts', 'save: disk full'],
    [
      'with a fatal issue contradicts',
      { own: [save(3, { issues: [anIssue({ level: 'fatal' })] })] },
      'contradicts',
      'save: boom',
    ],
    [
      'with an error that was handled confirms',
      { own: [save(3, { issues: [anIssue({ level: 'error' })] })] },
      'confirms',
      null,
    ],
    [
      'in a followed trace confirms',
      { followed: [[save(9, { traceId: OTHER_TRACE, parentSpanId: null })]], read: { searches: [FOUND] } },
      'confirms',
      'found in a followed trace',
    ],
    [
      'that failed in a followed trace contradicts',
      {
        followed: [[save(9, { ...FAILED, traceId: OTHER_TRACE, parentSpanId: null })]],
        read: { searches: [FOUND] },
      },
      'contradicts',
      'save: disk full',
    ],
  ])('%s', (_, given, statement, detail) => {
    expect(evidence(given)).toMatchObject({ statement, detail });
  });

  test('names the deepest span that failed below it, and its issue', () => {
    const issue = anIssue({ shortId: 'API-9', message: 'provider answered 503' });
    const own = [
      save(3, FAILED),
      aSpan(4, { name: 'fetch', parentSpanId: spanId(3), status: 'error' }),
      aSpan(5, { name: 'GET /quote', parentSpanId: spanId(4), status: 'error', issues: [issue] }),
      aSpan(6, { name: 'log', parentSpanId: spanId(3) }),
    ];
    expect(evidence({ own })).toMatchObject({
      detail: 'save > fetch > GET /quote: provider answered 503',
      failed: {
        path: ['save', 'fetch', 'GET /quote'],
        ...{ exception: null, message: 'provider answered 503', issue },
      },
    });
  });

  test('that did not fail itself is not a failure, whatever failed below it', () => {
    const own = [save(3), aSpan(4, { name: 'cache', parentSpanId: spanId(3), status: 'error' })];
    expect(evidence({ own })).toMatchObject({ statement: 'confirms', failed: null });
  });
});

describe('several spans', () => {
  const first = { startMs: 1_000, durationMs: 100 };
  test.each<[string, readonly TraceSpan[], Statement, readonly string[]]>([
    [
      'a failure and an ok one that starts when it has ended: a retry',
      [save(3, { ...FAILED, ...first }), save(4, { startMs: 1_100 })],
      'confirms',
      ['retried'],
    ],
    [
      'an ok one that starts before it has ended is parallel work, of which one failed',
      [save(3, { ...FAILED, ...first }), save(4, { startMs: 1_099 })],
      'contradicts',
      [],
    ],
    [
      'an ok one before a failure is no retry',
      [save(3, { ...first }), save(4, { ...FAILED, startMs: 2_000 })],
      'contradicts',
      [],
    ],
    [
      'an ok one of another service is no retry',
      [save(3, { ...FAILED, ...first }), save(4, { startMs: 2_000, service: 'worker' })],
      'contradicts',
      [],
    ],
    [
      'two failures before an ok one',
      [save(3, { ...FAILED, ...first }), save(4, { ...FAILED, startMs: 2_000 }), save(5, { startMs: 3_000 })],
      'confirms',
      ['retried'],
    ],
    ['two ok ones in the own trace are no second processing', [save(3), save(4)], 'confirms', []],
  ])('%s', (_, own, statement, warnings) => {
    const judged = evidence({ own });
    expect(judged?.statement).toBe(statement);
    expect(judged?.warnings.map(({ code }) => code)).toEqual(warnings);
  });

  test('has attempts in followed traces in the order within their service', () => {
    const failed = save(9, { ...FAILED, traceId: OTHER_TRACE, parentSpanId: null, startMs: 1_000 });
    const ok = save(10, { traceId: THIRD_TRACE, parentSpanId: null, startMs: 2_000 });
    const judged = evidence({ followed: [[failed], [ok]], read: { searches: [FOUND] } });
    expect(judged).toMatchObject({
      statement: 'confirms',
      warnings: [{ code: 'retried', message: 'save failed at least once before it succeeded' }],
    });
  });

  test('two successful attempts of background work are a warning', () => {
    const attempts = [OTHER_TRACE, THIRD_TRACE].map((traceId, at) => [
      save(9 + at, { traceId, parentSpanId: null, startMs: 1_000 * at }),
    ]);
    expect(evidence({ followed: attempts, read: { searches: [FOUND] } })).toMatchObject({
      statement: 'confirms',
      warnings: [{ code: 'processed-twice', message: 'save was processed at least twice (in 2 traces)' }],
    });
  });
});

describe('a span that was not found', () => {
  const worker = { ...SAVE, span: { ...aStage('save').span, service: ['worker'] } } as StageExpectation;
  const seen = [aSpan(3, { parentSpanId: SENT_SPAN_ID, name: 'ingest' })];
  const partial = { complete: false, partial: 'the parent of a span is missing' };
  test.each<[string, Given, Statement, string | null]>([
    ['is missing from a complete trace', { own: seen }, 'absent', null],
    ['is unknown in a partial one', { own: seen, read: partial }, 'unknown', 'trace-partial'],
    // Absence from the own trace says nothing once background work is followed.
    [
      'is unknown where no trace was found',
      { own: seen, read: { searches: [search()] } },
      'unknown',
      'no-followed-trace',
    ],
    [
      'is missing where the service keeps every trace',
      { own: seen, read: { searches: [search({ always: true })] } },
      'absent',
      null,
    ],
    ['is missing from a complete followed trace', { own: seen, read: { searches: [FOUND] } }, 'absent', null],
    [
      'is missing from one although the own trace is partial',
      { own: seen, read: { ...partial, searches: [FOUND] } },
      'absent',
      null,
    ],
    [
      'is unknown where the last attempt is partial',
      { own: seen, read: { searches: [search({ last: { complete: false } })] } },
      'unknown',
      'trace-partial',
    ],
    [
      'is unknown where one of two searches found nothing',
      { own: seen, read: { searches: [FOUND, search()] } },
      'unknown',
      'no-followed-trace',
    ],
    [
      'is missing where the one that found nothing would have',
      { own: seen, read: { searches: [FOUND, search({ always: true })] } },
      'absent',
      null,
    ],
    [
      'is unknown where Sentry refused the search',
      { own: seen, read: { searches: [search({ problem: 'HTTP 400', always: true })] } },
      'unknown',
      'search-refused',
    ],
  ])('%s', (_, given, statement, reason) => {
    expect(evidence(given)).toMatchObject({ statement, reason });
  });

  test("of a stage in the test's own trace is missing from that, whatever is followed", () => {
    const own = { ...SAVE, ownTrace: true };
    expect(evidence({ own: seen, read: { searches: [search()] } }, own)?.statement).toBe('absent');
    expect(evidence({ own: seen, read: { ...partial, searches: [FOUND] } }, own)).toMatchObject({
      statement: 'unknown',
      reason: 'trace-partial',
    });
  });

  test('proves nothing if no span of its service is there', () => {
    expect(evidence({ own: seen }, worker)).toMatchObject({
      statement: 'unknown',
      reason: 'service-not-seen',
      detail: 'no span of service worker is in the trace',
    });
    const present = [...seen, aSpan(4, { service: 'worker', name: 'other', parentSpanId: SENT_SPAN_ID })];
    expect(evidence({ own: present }, worker)?.statement).toBe('absent');
  });

  test('belongs to the services in which it was found elsewhere', () => {
    const services = new Map([['save', new Set(['worker'])]]);
    expect(evidence({ own: seen, read: { services } })?.reason).toBe('service-not-seen');
    expect(
      evidence({ own: seen, read: { services: new Map([['save', new Set(['api'])]]) } })?.statement,
    ).toBe('absent');
  });
});

describe('a slow span', () => {
  const budget = { ...SAVE, maxDurationMs: 1_000 };
  test.each<[number, StageExpectation, number | null, string | null]>([
    [1_000, budget, null, null],
    [1_001, budget, null, 'took 1,001 ms (limit 1,000 ms)'],
    [10_100, budget, null, 'took 10.1 s (limit 1 s)'],
    [10_100, budget, 14, 'took 10.1 s (limit 1 s, usually 14 ms)'],
    // Over three times its usual duration, and at least 100 ms more.
    [300, SAVE, 100, null],
    [301, SAVE, 100, 'took 301 ms (usually 100 ms)'],
    [109, SAVE, 10, null],
    [110, SAVE, 10, 'took 110 ms (usually 10 ms)'],
    [5_000, SAVE, null, null],
  ])('%i ms: %#', (durationMs, stage, usualMs, slow) => {
    const usual: Readonly<Record<string, number>> = usualMs === null ? {} : { 'api||save': usualMs };
    expect(evidence({ own: [save(3, { durationMs })] }, stage, usual)?.slow).toBe(slow);
  });

  test('names the span inside of it that accounts for most of it', () => {
    const usual = {
      'api||save': 20,
      'api||save > api||lock': 1,
      'api||save > api||lock > api||wait': 2,
      'api||save > api||write': 5,
    };
    const inside = (id: number, name: string, parent: number, durationMs: number) =>
      aSpan(id, { name, parentSpanId: spanId(parent), durationMs });
    const own = [
      save(3, { durationMs: 460 }),
      inside(4, 'lock', 3, 300),
      inside(5, 'wait', 4, 290),
      inside(6, 'write', 3, 110),
    ];
    expect(evidence({ own }, SAVE, usual)?.slow).toBe(
      'took 460 ms (usually 20 ms); wait took 290 ms (usually 2 ms)',
    );
    expect(evidence({ own }, { ...SAVE, maxDurationMs: 400 }, usual)?.slow).toBe(
      'took 460 ms (limit 400 ms, usually 20 ms); wait took 290 ms (usually 2 ms)',
    );
    const apart = own.slice(0, 1).concat(own.slice(3));
    expect(evidence({ own: apart }, SAVE, usual)?.slow).toBe('took 460 ms (usually 20 ms)');
  });
});
