import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffTraces } from '../../../src/lib/trace/diff/diff-traces.ts';
import type { Difference } from '../../../src/lib/trace/diff/difference.ts';
import type { DiffTrace } from '../../../src/lib/trace/diff/trace-nodes.ts';
import { placeText, type Tree, traceOf } from './traces.ts';

const healthy: Tree = {
  name: 'POST /webhook',
  durationMs: 100,
  children: [
    { name: 'validate', startMs: 1, durationMs: 4 },
    {
      name: 'enrich',
      startMs: 10,
      durationMs: 40,
      children: [{ name: 'fetch', startMs: 2, durationMs: 30 }],
    },
    { name: 'route', startMs: 55, durationMs: 5 },
    {
      name: 'save',
      startMs: 65,
      durationMs: 20,
      children: [{ name: 'INSERT', op: 'db.query', durationMs: 10 }],
    },
  ],
};

/** The tree with one span of this name changed, or dropped. */
function changed(name: string, change: (tree: Tree) => Tree | null, tree: Tree = healthy): Tree {
  const children = (tree.children ?? []).flatMap((child) =>
    child.name === name ? (change(child) ?? []) : changed(name, change, child),
  );
  return { ...tree, children };
}

const describeOne = (each: Difference): string => {
  switch (each.kind) {
    case 'moved':
      return `moved: ${placeText(each.place)} to ${placeText(each.to)}`;
    case 'service-slower':
    case 'service-faster':
      return `${each.kind}: ${each.service} ${each.baseMs} ${each.headMs}`;
    case 'attribute':
      return `${each.service} ${each.place === null ? '' : `${each.place.name} `}${each.attribute}: ${each.base} → ${each.head}`;
    default:
      return `${each.kind}: ${placeText(each.place)}`;
  }
};

const texts = (base: readonly DiffTrace[], head: readonly DiffTrace[]) =>
  diffTraces(base, head).differences.map(describeOne);

const base = [traceOf([healthy]), traceOf([healthy]), traceOf([healthy])];
const one = (tree: Tree) => [traceOf([tree])];

describe('what differs between working and broken traces', () => {
  it('names the innermost failing span, and what is missing after it', () => {
    const broken: Tree = {
      ...healthy,
      status: 'error',
      children: [
        { name: 'validate', startMs: 1, durationMs: 4 },
        {
          name: 'enrich',
          startMs: 10,
          status: 'error',
          children: [{ name: 'fetch', startMs: 2, status: 'error' }],
        },
      ],
    };
    const { differences } = diffTraces(base, one(broken));
    expect(differences.map(describeOne)).toEqual([
      'failing: POST /webhook > enrich > fetch',
      'missing: POST /webhook > route',
      'missing: POST /webhook > save',
    ]);
    expect(differences[0]).toMatchObject({ base: { count: 0, of: 3 }, head: { count: 1, of: 1 } });
    expect(differences[2]).toMatchObject({ inside: 1, after: { name: 'fetch' } });
  });

  it('counts the spans inside a missing one instead of listing them', () => {
    const { differences } = diffTraces(base, one(changed('enrich', () => null)));
    expect(differences.map(describeOne)).toEqual(['missing: POST /webhook > enrich']);
    expect(differences[0]).toMatchObject({
      inside: 1,
      after: null,
      base: { count: 3, of: 3 },
      head: { count: 0, of: 1 },
    });
  });

  it('names the span that takes longer, not those around it', () => {
    const slow = changed('fetch', (tree) => ({ ...tree, durationMs: 430 }), {
      ...healthy,
      durationMs: 500,
    });
    const { differences } = diffTraces(
      base,
      one(changed('enrich', (tree) => ({ ...tree, durationMs: 440 }), slow)),
    );
    expect(differences.map(describeOne)).toEqual(['slower: POST /webhook > enrich > fetch']);
    expect(differences[0]).toMatchObject({ baseMs: 30, headMs: 430 });
  });

  it('does not call a parent slower whose child lost its span', () => {
    const long = changed('fetch', (tree) => ({ ...tree, durationMs: 400 }), { ...healthy, durationMs: 500 });
    const tree = changed('enrich', (each) => ({ ...each, durationMs: 410 }), long);
    expect(texts([traceOf([tree])], one(changed('fetch', () => null, tree)))).toEqual([
      'missing: POST /webhook > enrich > fetch',
    ]);
  });

  it('reports how often a span occurs', () => {
    const repeated = changed('save', (tree) => ({
      ...tree,
      children: Array.from({ length: 5 }, () => ({ name: 'INSERT', op: 'db.query' })),
    }));
    const { differences } = diffTraces(base, one(repeated));
    expect(differences).toMatchObject([
      { kind: 'count', base: { min: 1, max: 1 }, head: { min: 5, max: 5 } },
    ]);
  });

  it('reports a span below another parent as moved', () => {
    const moved = changed(
      'route',
      (tree) => ({ ...tree, children: [{ name: 'fetch', durationMs: 30 }] }),
      changed('fetch', () => null),
    );
    expect(texts(base, one(moved))).toEqual([
      'moved: POST /webhook > enrich > fetch to POST /webhook > route > fetch',
    ]);
  });

  it('reports a new span', () => {
    const more = changed('route', (tree) => ({ ...tree, children: [{ name: 'flags' }] }));
    expect(texts(base, one(more))).toEqual(['new: POST /webhook > route > flags']);
  });

  it('reports another release and status code, each once', () => {
    const released = (release: string, code: number): Tree => ({
      ...healthy,
      attributes: { release, 'http.response.status_code': code },
      children: [{ name: 'validate', attributes: { release } }],
    });
    const before = [traceOf([released('api@1.4.1', 200)]), traceOf([released('api@1.4.2', 200)])];
    expect(texts(before, one(released('api@1.4.3', 500)))).toEqual([
      'api release: api@1.4.1,api@1.4.2 → api@1.4.3',
      'api POST /webhook http.response.status_code: 200 → 500',
    ]);
  });

  it('needs two traces of each side for an attribute that may be an id', () => {
    const of = (order: string) => traceOf([{ ...healthy, attributes: { 'order.kind': order } }]);
    expect(texts([of('a')], [of('b')])).toEqual([]);
    expect(texts([of('a'), of('a')], [of('b'), of('b')])).toEqual(['api POST /webhook order.kind: a → b']);
    expect(texts([of('a'), of('c')], [of('b'), of('b')])).toEqual([]);
  });

  it('reports a service that is slower as a whole', () => {
    const children = (ms: number): readonly Tree[] =>
      Array.from({ length: 10 }, (_, at) => ({ name: `step-${at}`, startMs: at * ms, durationMs: ms }));
    const of = (ms: number) =>
      traceOf([{ name: 'POST /webhook', durationMs: 10 * ms, children: children(ms) }]);
    expect(texts([of(30), of(31), of(29)], [of(60)])).toEqual(['service-slower: api 300 600']);
    expect(texts([of(30)], [of(60)])).toEqual([]);
  });
});

describe('what does not count as a difference', () => {
  it('what also varies among working traces', () => {
    const variant = changed('route', (tree) => ({ ...tree, children: [{ name: 'engine-b' }] }));
    const cached = changed('fetch', () => null);
    expect(texts([...base, ...one(variant), ...one(cached)], one(variant))).toEqual([]);
    expect(texts([...base, ...one(variant), ...one(cached)], one(cached))).toEqual([]);
  });

  it('an id in a name', () => {
    const of = (name: string) => traceOf([{ ...healthy, children: [{ name }] }]);
    expect(texts([of('GET /orders/4')], [of('GET /orders/17')])).toEqual([]);
    expect(texts([of('load 20261129-010203-abcde-4')], [of('load 20261129-010203-zzzzz-1')])).toEqual([]);
    expect(texts([of('GET /v1'), of('GET /v1'), of('GET /v1')], [of('GET /v2')])).toEqual([
      'missing: POST /webhook > GET /v1',
      'new: POST /webhook > GET /v2',
    ]);
  });

  it('a span missing from a partial trace, which is listed', () => {
    const { differences, cannotSay } = diffTraces(base, [
      traceOf([changed('enrich', () => null)], { isComplete: false }),
    ]);
    expect(differences).toEqual([]);
    expect(cannotSay.map(({ place, ...rest }) => ({ ...rest, place: placeText(place) }))).toEqual([
      { place: 'POST /webhook > enrich', absentFrom: 'head', because: 'partial' },
    ]);
  });

  it('background work that may be sampled, unless spans are missing from its trace', () => {
    const work: Tree = { name: 'job', children: [{ name: 'fill' }] };
    const withWork = [traceOf([healthy], { followed: [work] })];
    const without = diffTraces(withWork, [traceOf([healthy])]);
    expect(without.differences).toEqual([]);
    expect(without.cannotSay).toMatchObject([{ place: { name: 'job' }, because: 'sampled' }]);
    expect(texts(withWork, [traceOf([healthy], { followed: [{ name: 'job' }] })])).toEqual([
      'missing: job > fill',
    ]);
  });

  it('anything if one side has no traces', () => {
    expect(diffTraces([], base)).toEqual({ differences: [], cannotSay: [] });
    expect(diffTraces(base, [])).toEqual({ differences: [], cannotSay: [] });
  });
});

const tree: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record(
    {
      name: fc.constantFrom('a', 'b', 'c', 'GET /x/1', 'GET /x/2', 'job 12345678'),
      service: fc.constantFrom('api', 'db', 'worker'),
      op: fc.constantFrom(null, 'db.query', 'db.sql.query', 'http.client'),
      status: fc.constantFrom('ok', 'error', 'unknown'),
      startMs: fc.integer({ min: 0, max: 500 }),
      durationMs: fc.integer({ min: 0, max: 1_000 }),
      attributes: fc.dictionary(fc.constantFrom('release', 'kind'), fc.constantFrom('1', '2')),
      children: fc.array(tie('tree'), { maxLength: 3, depthIdentifier: 'tree' }),
    },
    { requiredKeys: ['name', 'service'] },
  ),
})).tree;

const trace = fc
  .record({
    own: fc.array(tree, { maxLength: 3 }),
    followed: fc.array(tree, { maxLength: 2 }),
    isComplete: fc.boolean(),
  })
  .map(({ own, followed, isComplete }) => traceOf(own, { followed, isComplete }));

const MIRRORED: Readonly<Record<Difference['kind'], Difference['kind']>> = {
  failing: 'recovered',
  recovered: 'failing',
  missing: 'new',
  new: 'missing',
  slower: 'faster',
  faster: 'slower',
  'service-slower': 'service-faster',
  'service-faster': 'service-slower',
  moved: 'moved',
  count: 'count',
  attribute: 'attribute',
};

describe('for all traces', () => {
  it('a side against itself has no differences', () => {
    fc.assert(
      fc.property(fc.array(trace, { minLength: 1, maxLength: 4 }), (side) => {
        expect(diffTraces(side, side)).toEqual({ differences: [], cannotSay: [] });
      }),
    );
  });

  it('the comparison the other way round has the mirrored differences', () => {
    const sides = fc.array(trace, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(sides, sides, (a, b) => {
        const kinds = (each: readonly Difference[]) => each.map(({ kind }) => kind).sort();
        const there = diffTraces(a, b);
        const back = diffTraces(b, a);
        expect(kinds(back.differences)).toEqual(there.differences.map(({ kind }) => MIRRORED[kind]).sort());
        expect(back.cannotSay.length).toBe(there.cannotSay.length);
      }),
    );
  });

  it('the clock of one service changes nothing', () => {
    const sides = fc.array(trace, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(sides, sides, fc.integer({ min: -5_000, max: 5_000 }), (a, b, skew) => {
        const skewed = b.map(({ spans, ...rest }) => ({
          ...rest,
          spans: spans.map((span) =>
            span.service === 'db' ? { ...span, startMs: span.startMs + skew } : span,
          ),
        }));
        const sorted = (head: readonly DiffTrace[]) => texts(a, head).sort();
        expect(sorted(skewed)).toEqual(sorted(b));
      }),
    );
  });

  it('the order of siblings changes nothing', () => {
    const reversed = (each: Tree): Tree => ({
      ...each,
      children: (each.children ?? []).map(reversed).reverse(),
    });
    fc.assert(
      fc.property(
        fc.array(tree, { minLength: 1, maxLength: 3 }),
        fc.array(tree, { maxLength: 3 }),
        (a, b) => {
          const base = [traceOf(a)];
          expect(texts(base, [traceOf(b.map(reversed).reverse())]).sort()).toEqual(
            texts(base, [traceOf(b)]).sort(),
          );
        },
      ),
    );
  });
});

describe('a large trace', () => {
  const chain: DiffTrace = {
    isComplete: true,
    spans: Array.from({ length: 10_000 }, (_, depth) => ({
      name: `step ${depth % 100}`,
      op: null,
      service: 'api',
      status: 'ok' as const,
      followed: false,
      depth,
      startMs: depth,
      durationMs: 20_000 - depth,
    })),
  };
  const wide = traceOf([
    { name: 'POST /webhook', children: Array.from({ length: 10_000 }, (_, at) => ({ name: `step ${at}x` })) },
  ]);

  it.each([
    ['a chain', chain],
    ['many children', wide],
  ])('of 10,000 spans is compared without quadratic work: %s', (_, large) => {
    const failing = { ...large, spans: large.spans.map((span) => ({ ...span, status: 'error' as const })) };
    expect(diffTraces([large, large], [large]).differences).toEqual([]);
    expect(diffTraces([large], [failing]).differences.length).toBeGreaterThan(0);
    expect(diffTraces([large], [traceOf([{ name: 'other' }])]).differences.length).toBe(2);
  });
});
