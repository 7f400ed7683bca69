import { describe, expect, it } from 'vitest';
import type { TraceSpan } from '../../../src/lib/model/trace.ts';
import type { SpanExpectation } from '../../../src/lib/model/trace-expectation.ts';
import { missingPlaces } from '../../../src/lib/trace/judging/missing-places.ts';
import type { UsualSpan } from '../../../src/lib/trace/judging/usual-limit.ts';
import { ourSpanIds, ourSpanIdsByName } from '../../../src/lib/trace/spans/own-spans.ts';
import { BUILT_IN_SPANS } from '../../support/built-in-spans.ts';
import {
  anExpectation,
  aPattern,
  aSpan,
  aTrace,
  guideSpans,
  guideWithout,
  idOf,
  OUR_SPAN_IDS,
  OUR_SPANS,
} from '../span-builders.ts';

const placesIn = (spans: readonly TraceSpan[], expected = BUILT_IN_SPANS) =>
  missingPlaces({ trace: aTrace(spans), followed: [], ourSpanIds: OUR_SPAN_IDS, spans: expected });

describe('missing spans', () => {
  it('are none if all arrived', () => {
    expect(placesIn(guideSpans())).toEqual([]);
  });

  it('are below the span of their stage', () => {
    expect(placesIn(guideWithout('build-snapshot', 'assign-variant'))).toEqual([
      {
        label: 'build-snapshot',
        parentSpanId: idOf('data-enrichment'),
        afterSpanId: idOf('fetch-gex-data'),
      },
      { label: 'assign-variant', parentSpanId: idOf('ab-routing') },
    ]);
    expect(placesIn(guideWithout('fetch-market-data'))).toEqual([
      {
        label: 'fetch-market-data',
        parentSpanId: idOf('data-enrichment'),
        beforeSpanId: idOf('fetch-gex-data'),
      },
    ]);
  });

  it('are between the other stages, with missing spans inside of them', () => {
    expect(placesIn(guideWithout('ab-routing', 'assign-variant', 'database-save'))).toEqual([
      {
        label: 'ab-routing',
        parentSpanId: idOf('POST'),
        afterSpanId: idOf('data-enrichment'),
        beforeSpanId: idOf('engine-execution'),
        below: [{ label: 'assign-variant', parentSpanId: idOf('POST') }],
      },
      { label: 'database-save', parentSpanId: idOf('POST'), afterSpanId: idOf('engine-execution') },
    ]);
  });

  describe('contain what belongs inside of them', () => {
    const expected = [
      anExpectation('receive'),
      anExpectation('enrich'),
      anExpectation('fetch', { inside: 'enrich' }),
      anExpectation('build', { inside: 'enrich' }),
      anExpectation('save'),
    ];
    const [root, receive, save] = [
      aSpan('root', { durationMs: 90 }),
      aSpan('receive', { parent: 'root', at: 1 }),
      aSpan('save', { parent: 'root', at: 80 }),
    ] as const;
    const enrich = {
      label: 'enrich',
      parentSpanId: idOf('root'),
      afterSpanId: idOf('receive'),
      beforeSpanId: idOf('save'),
    };

    it('if it names the missing span as its parent', () => {
      const fetch = aSpan('fetch', { parent: 'enrich', at: 20 });
      expect(placesIn([root, receive, fetch, save], expected)).toEqual([
        {
          ...enrich,
          below: [{ spanId: idOf('fetch') }, { label: 'build', parentSpanId: idOf('root') }],
        },
      ]);
    });

    it('if it is exactly where the missing span would have been in between', () => {
      const [fetch, build] = [
        aSpan('fetch', { parent: 'root', at: 20 }),
        aSpan('build', { parent: 'root', at: 30 }),
      ];
      expect(placesIn([root, receive, fetch, build, save], expected)).toEqual([
        { ...enrich, below: [{ spanId: idOf('fetch') }, { spanId: idOf('build') }] },
      ]);
    });

    it('but not if it is below another span', () => {
      const fetch = aSpan('fetch', { parent: 'save', at: 85 });
      const build = aSpan('build', { parent: 'receive', at: 2 });
      expect(placesIn([root, receive, build, save, fetch], expected)).toEqual([enrich]);
    });

    it('nor if the place would then be below itself', () => {
      const orphan = aSpan('fetch', { parent: 'gone' });
      const spans = [
        orphan,
        aSpan('receive', { parent: 'fetch', at: 1 }),
        aSpan('save', { parent: 'fetch', at: 80 }),
      ];
      expect(placesIn(spans, expected)).toEqual([
        {
          ...enrich,
          parentSpanId: idOf('fetch'),
          below: [{ label: 'build', parentSpanId: idOf('fetch') }],
        },
      ]);
    });
  });

  it.each([
    ['between a span and the one below it', [null, 'a', 'a'], 'a', { beforeSpanId: 'c' }],
    ['beside the one before it', ['p', 'p', 'q'], 'p', { afterSpanId: 'a' }],
    ['beside roots', [null, null, null], null, { afterSpanId: 'a', beforeSpanId: 'c' }],
  ])('are %s', (_, [, ofA, ofC], parent, neighbors) => {
    const expected = ['a', 'b', 'c'].map((label) => anExpectation(label));
    const [first] = [ofA === 'a' ? null : (ofA ?? null)];
    const spans = [
      aSpan('p'),
      aSpan('q', { at: 1 }),
      aSpan('a', { parent: first, at: 2 }),
      aSpan('c', { parent: ofC ?? null, at: 3 }),
    ];
    const ids = Object.entries(neighbors).map(([key, name]) => [key, idOf(name ?? '')]);
    expect(placesIn(spans, expected)).toEqual([
      { label: 'b', parentSpanId: parent === null ? null : idOf(parent), ...Object.fromEntries(ids) },
    ]);
  });

  it('are after the one that they must follow', () => {
    const expected = ['a', 'b'].map((label) => anExpectation(label));
    const last = anExpectation('z', { after: 'a' });
    const spans = [
      aSpan('root'),
      aSpan('a', { parent: 'root', at: 1 }),
      aSpan('b', { parent: 'root', at: 2 }),
    ];
    expect(placesIn(spans, [...expected, last])).toEqual([
      { label: 'z', parentSpanId: idOf('root'), afterSpanId: idOf('a') },
    ]);
  });

  describe('whose place is not configured', () => {
    const usually = (name: string, parentPath: string | null, parts: Partial<UsualSpan> = {}) =>
      [
        `${parentPath === null ? '' : `${parentPath} > `}api||${name}`,
        { ...{ name, op: 'function', service: 'api', durationMs: 5, parentPath, followed: false }, ...parts },
      ] as const;
    const usual = new Map([
      usually('handle', null),
      usually('cache-read', 'api||handle'),
      usually('route', 'api||handle'),
      usually('assign', 'api||handle > api||route'),
      usually('audit', 'api||handle'),
      usually('job', null, { followed: true }),
    ]);
    const handle = aSpan('handle');
    const route = aSpan('route', { parent: 'handle', at: 3 });
    const at = (label: string, spans: readonly TraceSpan[], parts: Partial<SpanExpectation> = {}) =>
      missingPlaces({
        ...{ trace: aTrace(spans), followed: [], ourSpanIds: OUR_SPAN_IDS, usual },
        spans: [anExpectation('route'), anExpectation(label, parts)],
      });

    it('are where they usually are', () => {
      const later = aSpan('audit', { parent: 'handle', at: 9 });
      expect(at('cache-read', [handle, route, later])).toEqual([
        { label: 'cache-read', parentSpanId: idOf('handle'), beforeSpanId: idOf('route') },
      ]);
      expect(at('audit', [handle, route])).toEqual([
        { label: 'audit', parentSpanId: idOf('handle'), afterSpanId: idOf('route') },
      ]);
      expect(at('assign', [handle, route])).toEqual([{ label: 'assign', parentSpanId: idOf('route') }]);
    });

    it('are at the top if they usually are', () => {
      expect(at('handle', [aSpan('other')])).toEqual([
        { label: 'route', parentSpanId: null },
        { label: 'handle', parentSpanId: null },
      ]);
    });

    it.each([
      ['what is ordered by the configuration', 'audit', { stage: 'audit' }],
      ['what comes after another', 'cache-read', { after: 'route' }],
      ['what no saved run knows', 'unheard', {}],
      [
        'what has to have attributes',
        'cache-read',
        { pattern: aPattern({ name: ['cache-read'], attributes: { hit: ['1'] } }) },
      ],
      ['background work', 'job', {}],
    ])('are in the order of the config: %s', (_, label, parts) => {
      expect(at(label, [handle, route], parts)).toEqual([
        { label, parentSpanId: idOf('handle'), afterSpanId: idOf('route') },
      ]);
    });
  });

  it('are anywhere if nothing shows their place', () => {
    const expected = [anExpectation('one'), anExpectation('two', { inside: 'nothing' })];
    expect(placesIn(guideSpans(), expected)).toEqual([
      { label: 'one', parentSpanId: null },
      { label: 'two', parentSpanId: null },
    ]);
  });

  it('are reported once per label, and not if none is requested', () => {
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

it('of the spans below our root only requests are ours by name', () => {
  const [root = ''] = OUR_SPANS;
  const spans = [
    aSpan(root),
    aSpan('request', { parent: root, op: 'http.client' }),
    aSpan('work', { parent: root }),
    aSpan('lone', { op: 'http.client' }),
  ];
  expect([...ourSpanIdsByName(aTrace(spans))].sort()).toEqual([idOf(root), idOf('request')].sort());
});

it('our spans are recognized by name and by the id that was sent', () => {
  const trace = aTrace(guideSpans());
  const [, request = ''] = OUR_SPANS;
  expect(ourSpanIdsByName(trace)).toEqual(ourSpanIds(trace, idOf(request)));
  expect(ourSpanIdsByName(aTrace(guideWithout(...OUR_SPANS))).size).toBe(0);
});
