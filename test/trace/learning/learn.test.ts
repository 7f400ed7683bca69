import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entryOf } from '../../../src/lib/cli/trace/learned-config.ts';
import { layerSchema } from '../../../src/lib/config/schema/schema.ts';
import { toSpanExpectation } from '../../../src/lib/config/settings/trace.ts';
import type { TraceSpan } from '../../../src/lib/model/trace.ts';
import type { SpanExpectation } from '../../../src/lib/model/trace-expectation.ts';
import { verifyTrace } from '../../../src/lib/trace/judging/trace-verifier.ts';
import {
  generalName,
  type Learned,
  learnSpans,
  MAX_LEARNED,
  stableName,
} from '../../../src/lib/trace/learning/learn.ts';
import { learnedBudgetMs } from '../../../src/lib/trace/learning/learned-budget.ts';
import type { SpanSources } from '../../../src/lib/trace/spans/found-spans.ts';
import {
  anExpectation,
  aPattern,
  aSpan,
  aTrace,
  checksAt,
  FOLLOWED_ID,
  guideSpans,
  guideWith,
  guideWithout,
  OUR_SPAN_IDS,
} from '../span-builders.ts';

const sources = (spans: readonly TraceSpan[], followed: readonly TraceSpan[] = []): SpanSources => ({
  trace: aTrace(spans),
  followed: followed.length === 0 ? [] : [aTrace(followed)],
  ourSpanIds: OUR_SPAN_IDS,
});

const learned = (...traces: readonly SpanSources[]): Learned => learnSpans({ traces, known: [] });
const namesOf = ({ spans }: Learned) => spans.map(({ name }) => name);

/** Through the config and back, as a run would read it. */
function expectationsOf({ spans }: Learned): readonly SpanExpectation[] {
  const { trace } = layerSchema.parse({ trace: { expect: spans.map(entryOf) } });
  return (trace?.expect ?? []).map(toSpanExpectation);
}

describe('the learned expectation', () => {
  const good = sources(guideSpans());

  it('has every span of the guide except ours, in order, each with its place and a budget', () => {
    const { spans, leftOut } = learned(good, good, good);
    expect(leftOut).toBe(0);
    expect(spans.map(({ name, inside }) => [name, inside])).toEqual([
      ['POST', null],
      ['webhook-ingestion', 'POST'],
      ['validate-payload', 'webhook-ingestion'],
      ['data-enrichment', 'POST'],
      ['fetch-market-data', 'data-enrichment'],
      ['fetch-gex-data', 'data-enrichment'],
      ['build-snapshot', 'data-enrichment'],
      ['ab-routing', 'POST'],
      ['assign-variant', 'ab-routing'],
      ['engine-execution', 'POST'],
      ['engine-a-decision', 'engine-execution'],
      ['engine-b-decision', 'engine-execution'],
      ['database-save', 'POST'],
    ]);
    const checks = Object.fromEntries(spans.map(({ name, check }) => [name, check]));
    expect(checks).toMatchObject({
      'fetch-gex-data': 'external-calls',
      'database-save': 'database',
      'ab-routing': 'missing',
    });
    expect(spans.find(({ name }) => name === 'data-enrichment')).toMatchObject({
      medianMs: 100,
      maxDurationMs: 300,
    });
  });

  it('has only what every trace has', () => {
    const names = namesOf(learned(good, sources(guideWithout('build-snapshot')), good));
    expect(names).not.toContain('build-snapshot');
    expect(names).toHaveLength(12);
  });

  it('has no place if the parents differ', () => {
    const elsewhere = sources(guideWith('assign-variant', { parentSpanId: aSpan('POST').spanId }));
    const { spans } = learned(good, elsewhere, good);
    expect(spans.find(({ name }) => name === 'assign-variant')?.inside).toBeNull();
  });

  it('has * for ids and numbers that differ, and keeps a constant number', () => {
    const trace = (id: string) =>
      sources([
        aSpan('worker'),
        aSpan(`GET /orders/${id}/items`, { at: 1 }),
        aSpan('phase 2', { at: 2 }),
        aSpan(id, { at: 3 }),
      ]);
    const all = learned(trace('41'), trace('0b6ac5e2-9d4e-4d8c-9a3a-7d1f9c1e2b3a'), trace('1234567890'));
    expect(namesOf(all)).toEqual(['worker', 'GET /orders/*/items', 'phase 2']);
  });

  it('includes background work with its own traces', () => {
    const job = aSpan('job', { traceId: FOLLOWED_ID });
    const trace = sources(guideSpans(), [job]);
    expect(namesOf(learned(trace, trace, trace))).toContain('job');
  });

  it('keeps the check and severity of expected spans', () => {
    const known = [anExpectation('ab-routing', { check: 'routing', required: true })];
    const { spans } = learnSpans({ traces: [good, good, good], known });
    expect(spans.find(({ name }) => name === 'ab-routing')).toMatchObject({
      label: 'ab-routing',
      check: 'routing',
      required: true,
    });
  });

  it('never reuses the label of another span', () => {
    const known = [anExpectation('POST', { pattern: aPattern({ name: ['something else'] }) })];
    const { spans } = learnSpans({ traces: [good, good, good], known });
    expect(spans[0]).toMatchObject({ name: 'POST', label: 'POST (learned)' });
    expect(spans[1]).toMatchObject({ name: 'webhook-ingestion', inside: 'POST (learned)' });
  });

  it('is bounded, and keeps the longest spans', () => {
    const letters = (at: number) => [...String(at)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
    const many = Array.from({ length: MAX_LEARNED + 10 }, (_, at) =>
      aSpan(`work ${letters(at)}`, { durationMs: at }),
    );
    const { spans, leftOut } = learned(sources(many), sources(many), sources(many));
    expect(spans).toHaveLength(MAX_LEARNED);
    expect(leftOut).toBe(10);
    expect(Math.min(...spans.map(({ medianMs }) => medianMs ?? 0))).toBe(10);
  });
});

describe('names', () => {
  it.each([
    ['data-enrichment', 'data-enrichment', null],
    ['GET /orders/42', 'GET /orders/42', 'GET /orders/*'],
    ['job 0b6ac5e2-9d4e-4d8c-9a3a-7d1f9c1e2b3a', null, 'job *'],
    ['load deadbeef01', null, 'load *'],
    ['decadefacade', 'decadefacade', null],
    ['12:30', '12:30', null],
    [' padded', null, null],
    ['two\nlines', null, null],
    ['${env:HOME}', null, null],
    ['', null, null],
  ])('%j is stable as %j, in general %j', (name, stable, general) => {
    expect([stableName(name), generalName(name)]).toEqual([stable, general]);
  });
});

describe('budgets', () => {
  it.each([
    ['the margin, where all are short', [1, 2, 3], 210],
    ['three times the median', [1_000, 1_000, 1_010], 3_000],
    ['one and a half times the 95th percentile', [10, 10, 4_000], 6_000],
    ['more than an outlier took', [...Array.from({ length: 99 }, () => 1_000), 5_000], 5_200],
    ['none beyond an hour', [3_600_000], null],
    ['none without a duration', [Number.NaN], null],
    ['none for what never ends', [Number.POSITIVE_INFINITY], null],
  ])('allow %s', (_, durations, expected) => {
    expect(learnedBudgetMs(durations)).toBe(expected);
  });
});

it('learned expectations find nothing in the traces they were learned from', () => {
  const names = [
    ...guideSpans().map(({ name }) => name),
    'GET /orders/1',
    'GET /orders/22',
    'get /ORDERS/new',
    'SELECT * FROM t',
    'SELECT 7 FROM t',
    'job 0b6ac5e2-9d4e-4d8c-9a3a-7d1f9c1e2b3a',
    'Job 1',
    'yes',
    '- { a: b } # c',
    ': "quoted"',
  ];
  const span = fc.record({
    name: fc.constantFrom(...names),
    parent: fc.nat(12),
    at: fc.integer({ min: -500, max: 5_000 }),
    durationMs: fc.oneof(fc.integer({ min: -5, max: 3_000 }), fc.double({ min: 0, max: 1e8, noNaN: true })),
    op: fc.constantFrom('db', 'http.client', 'function', null),
    followed: fc.boolean(),
  });
  const spans = fc.array(span, { minLength: 1, maxLength: 12 });
  const id = (at: number) => at.toString(16).padStart(16, '0');
  const trace = spans.map((list): SpanSources => {
    const all = list.map(({ parent, followed, ...rest }, at) =>
      aSpan(rest.name, {
        ...rest,
        spanId: id(at + 1),
        // 0 is a root; ids beyond the list are orphans; a later one may close a circle.
        parentSpanId: parent === 0 ? null : id(parent),
        ...(followed ? { traceId: FOLLOWED_ID } : {}),
      }),
    );
    return sources(
      all.filter(({ traceId }) => traceId !== FOLLOWED_ID),
      all.filter(({ traceId }) => traceId === FOLLOWED_ID),
    );
  });
  fc.assert(
    fc.property(fc.array(trace, { minLength: 1, maxLength: 5 }), (traces) => {
      // The first one again, so that there is something that all of them have.
      const all = traces.length > 2 ? traces : [...traces, ...traces];
      const expectation = { spans: expectationsOf(learned(...all)), checks: checksAt('error') };
      for (const each of all) expect(verifyTrace({ ...each, expectation }).findings).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});
