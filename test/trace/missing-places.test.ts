import { describe, expect, it } from 'vitest';
import type { TraceSpan } from '../../src/lib/model/trace.ts';
import { missingPlaces } from '../../src/lib/trace/missing-places.ts';
import { ourSpanIds, ourSpanIdsByName } from '../../src/lib/trace/own-spans.ts';
import { BUILT_IN_SPANS } from '../support/built-in-spans.ts';
import {
  anExpectation,
  aSpan,
  aTrace,
  guideSpans,
  guideWithout,
  idOf,
  OUR_SPAN_IDS,
  OUR_SPANS,
} from './span-builders.ts';

const placesIn = (spans: readonly TraceSpan[], expected = BUILT_IN_SPANS) =>
  missingPlaces({ trace: aTrace(spans), followed: [], ourSpanIds: OUR_SPAN_IDS, spans: expected });

describe('missing spans', () => {
  it('are none where all came', () => {
    expect(placesIn(guideSpans())).toEqual([]);
  });

  it('stand below the span of their stage', () => {
    expect(placesIn(guideWithout('build-snapshot', 'assign-variant'))).toEqual([
      { label: 'build-snapshot', parentSpanId: idOf('data-enrichment') },
      { label: 'assign-variant', parentSpanId: idOf('ab-routing') },
    ]);
  });

  it('stand beside the other stages, and for what belongs inside of them', () => {
    expect(placesIn(guideWithout('ab-routing', 'assign-variant', 'database-save'))).toEqual([
      { label: 'ab-routing', parentSpanId: idOf('POST') },
      { label: 'database-save', parentSpanId: idOf('POST') },
    ]);
  });

  it('stand anywhere where nothing shows their place', () => {
    const expected = [anExpectation('one'), anExpectation('two', { inside: 'nothing' })];
    expect(placesIn(guideSpans(), expected)).toEqual([
      { label: 'one', parentSpanId: null },
      { label: 'two', parentSpanId: null },
    ]);
  });

  it('are told once a label, and not where none is asked for', () => {
    const expected = [anExpectation('one'), anExpectation('one'), anExpectation('two', { minCount: 0 })];
    expect(placesIn(guideSpans(), expected).map(({ label }) => label)).toEqual(['one']);
  });
});

it.each([
  ['a root of another name', aSpan('worker', { op: 'task' }), 'worker'],
  ['a span of our name below another', aSpan(OUR_SPANS[0] ?? '', { parent: 'worker' }), OUR_SPANS[0] ?? ''],
])('%s is not ours by its name, nor are its requests', (_, span, name) => {
  const request = aSpan('GET api.example.com', { parent: name, op: 'http.client' });
  expect(ourSpanIdsByName(aTrace([span, request])).size).toBe(0);
});

it('of what hangs below our root only requests are ours by name', () => {
  const [root = ''] = OUR_SPANS;
  const spans = [
    aSpan(root),
    aSpan('request', { parent: root, op: 'http.client' }),
    aSpan('work', { parent: root }),
    aSpan('lone', { op: 'http.client' }),
  ];
  expect([...ourSpanIdsByName(aTrace(spans))].sort()).toEqual([idOf(root), idOf('request')].sort());
});

it('our spans are told by name as by the id that went out', () => {
  const trace = aTrace(guideSpans());
  const [, request = ''] = OUR_SPANS;
  expect(ourSpanIdsByName(trace)).toEqual(ourSpanIds(trace, idOf(request)));
  expect(ourSpanIdsByName(aTrace(guideWithout(...OUR_SPANS))).size).toBe(0);
});
