import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TraceSpan } from '../../../src/lib/model/trace.ts';
import { buildForest, spanKey, walkForest } from '../../../src/lib/trace/spans/span-tree.ts';
import { aSpan } from '../span-builders.ts';

const TRACES = ['a'.repeat(32), 'b'.repeat(32)];

/** Few ids for many spans: duplicates, orphans, self-parents, cycles and several traces come up all the time. */
const soup: fc.Arbitrary<TraceSpan[]> = fc.array(
  fc
    .record({
      id: fc.integer({ min: 0, max: 12 }),
      parent: fc.option(fc.integer({ min: 0, max: 14 })),
      at: fc.integer({ min: -5, max: 5 }),
      durationMs: fc.integer({ min: 0, max: 3 }),
      traceId: fc.constantFrom(...TRACES),
    })
    .map(({ id, parent, at, durationMs, traceId }) =>
      aSpan(`s${id}`, { parent: parent === null ? null : `s${parent}`, at, durationMs, traceId }),
    ),
  { maxLength: 30 },
);

/** One line for each span: depth, name, and whether its parent is not there. */
const drawn = (spans: readonly TraceSpan[]) =>
  [...walkForest(buildForest(spans))].map(
    ({ node, depth }) => `${'  '.repeat(depth)}${node.span.name}${node.orphan ? ' (orphan)' : ''}`,
  );

describe('any set of spans', () => {
  it('becomes a finite forest that contains each span once', () => {
    fc.assert(
      fc.property(soup, (spans) => {
        const keys = [...walkForest(buildForest(spans))].map(({ node }) => spanKey(node.span));
        expect(keys.toSorted()).toEqual([...new Set(spans.map(spanKey))].toSorted());
      }),
    );
  });

  it('puts each span below its parent, or makes it a root', () => {
    fc.assert(
      fc.property(soup, (spans) => {
        const ids = new Set(spans.map(spanKey));
        for (const { node, parent } of walkForest(buildForest(spans))) {
          const { traceId, parentSpanId } = node.span;
          if (parent !== null) expect(parent.span).toMatchObject({ traceId, spanId: parentSpanId });
          const gone = parentSpanId !== null && !ids.has(spanKey({ traceId, spanId: parentSpanId }));
          expect(node.orphan).toBe(gone);
        }
      }),
    );
  });

  it('gives the same forest in any order', () => {
    const twice = soup.chain((spans) =>
      fc.tuple(fc.constant(spans), fc.shuffledSubarray(spans, { minLength: spans.length })),
    );
    fc.assert(
      fc.property(twice, ([spans, shuffled]) => {
        expect(buildForest(shuffled)).toEqual(buildForest(spans));
      }),
    );
  });

  it('has siblings and roots in the order of their start', () => {
    fc.assert(
      fc.property(soup, (spans) => {
        const roots = buildForest(spans);
        const families = [roots, ...[...walkForest(roots)].map(({ node }) => node.children)];
        for (const family of families) {
          const starts = family.map(({ span }) => span.startMs);
          expect(starts).toEqual(starts.toSorted((a, b) => a - b));
        }
      }),
    );
  });
});

describe('a forest', () => {
  it('is empty without spans', () => {
    expect(buildForest([])).toEqual([]);
  });

  it('has orphans as roots, and several roots', () => {
    const spans = [aSpan('late', { at: 9 }), aSpan('b', { parent: 'gone', at: 5 }), aSpan('a')];
    expect(drawn(spans)).toEqual(['a', 'b (orphan)', 'late']);
  });

  it('breaks a span that is its own parent', () => {
    expect(drawn([aSpan('a', { parent: 'a' }), aSpan('b', { parent: 'a' })])).toEqual(['a', '  b']);
  });

  it('breaks a cycle above its earliest span', () => {
    const spans = [
      aSpan('c', { parent: 'b', at: 3 }),
      aSpan('a', { parent: 'c', at: 1 }),
      aSpan('b', { parent: 'a', at: 2 }),
      aSpan('leaf', { parent: 'b', at: 9 }),
    ];
    expect(drawn(spans)).toEqual(['a', '  b', '    c', '    leaf']);
  });

  it('keeps the first of spans with the same ids', () => {
    expect(drawn([aSpan('a', { at: 2, durationMs: 1 }), aSpan('a', { at: 1 })])).toEqual(['a']);
    expect(buildForest([aSpan('a', { at: 2 }), aSpan('a', { at: 1 })])[0]?.span).toEqual(
      aSpan('a', { at: 1 }),
    );
  });

  it('keeps clock skew: a child may begin before its parent', () => {
    const child = aSpan('child', { parent: 'parent', at: -40 });
    expect(buildForest([aSpan('parent'), child])[0]?.children[0]?.span).toEqual(child);
  });

  it('does not join spans of different traces by their ids', () => {
    const [one = '', other = ''] = TRACES;
    const spans = [aSpan('a', { traceId: one }), aSpan('b', { parent: 'a', traceId: other })];
    expect(drawn(spans).toSorted()).toEqual(['a', 'b (orphan)']);
  });

  it.each([
    ['one long chain', (at: number) => at - 1],
    ['one wide family', () => 0],
    ['one great cycle', (at: number) => (at + 9_999) % 10_000],
  ])('handles 10,000 spans: %s', (_, parentOf) => {
    const spans = Array.from({ length: 10_000 }, (_each, at) =>
      aSpan(`s${at}`, { parent: `s${parentOf(at)}`, at }),
    );
    expect([...walkForest(buildForest(spans))]).toHaveLength(10_000);
  });
});
