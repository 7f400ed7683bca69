import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { TraceIssue } from '../../src/lib/model/trace.ts';
import type { MissingPlace } from '../../src/lib/model/trace-expectation.ts';
import { type DrawnNode, drawnForest } from '../../src/lib/view/trace/drawn-forest.ts';
import { traceRows } from '../../src/lib/view/trace/rows.ts';
import { aNode, aScreen, aSpan, drawn } from '../support/drawn-traces.ts';

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 120 }),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.constantFrom(
    'query',
    'GET https://api.example.com/v1/market-data?symbol=SPY',
    '',
    '漢字'.repeat(40),
    '👩‍👩‍👧‍👦'.repeat(30),
  ),
);

/** Clocks may be wrong by any amount, and durations may be nonsense. */
const time = fc.oneof(fc.double({ min: -1e4, max: 1e4, noNaN: true }), fc.double());

const issue: fc.Arbitrary<TraceIssue> = fc.record({
  shortId: fc.option(text),
  issueId: fc.constant(null),
  message: text,
  level: fc.constantFrom('error', 'warning', 'fatal', 'info'),
  url: fc.constant(null),
});

const note = fc.constantFrom('orphan', 'followed', 'cycle', undefined);

interface Soup {
  readonly forest: readonly DrawnNode[];
  readonly size: number;
}

/** Each span hangs below one that came earlier, or is a root; `deep` makes chains of it. */
const soup: fc.Arbitrary<Soup> = fc
  .array(
    fc.record({
      name: text,
      op: fc.option(text),
      // A URL outside the tree would be left whole.
      service: text.filter((name) => !name.includes('://')),
      start: time,
      duration: time,
      status: fc.constantFrom('ok', 'error', 'unknown'),
      statusMessage: fc.option(text),
      issues: fc.array(issue, { maxLength: 5 }),
      note,
      parent: fc.nat(),
    }),
    { maxLength: 60 },
  )
  .chain((parts) => fc.record({ parts: fc.constant(parts), deep: fc.boolean() }))
  .map(({ parts, deep }) => {
    const forest: DrawnNode[] = [];
    const children: DrawnNode[][] = [];
    for (const [at, { start, duration, note: noted, parent, ...span }] of parts.entries()) {
      const own: DrawnNode[] = [];
      const above = deep ? children.at(-1) : children[parent % (at + 1)];
      (above ?? forest).push(
        aNode(aSpan(span.name, [start, duration], { ...span, spanId: `span-${at}` }), own, noted),
      );
      children.push(own);
    }
    return { forest, size: parts.length };
  });

const screen = fc
  .record({ columns: fc.integer({ min: 40, max: 200 }), color: fc.boolean(), unicode: fc.boolean() })
  .map(aScreen);

const missing = fc.array(
  fc.record({ label: text, parentSpanId: fc.option(fc.nat(60).map((at) => `span-${at}`)) }),
  { maxLength: 8 },
);

describe('drawTrace, with any spans', () => {
  it('draws no line wider than the screen', () => {
    fc.assert(
      fc.property(soup, soup, missing, screen, ({ forest }, other, gone, shown) => {
        const lines = drawn({
          forest,
          followed: [{ label: 'work', forest: other.forest }],
          missing: gone,
          screen: shown,
        }).split('\n');
        for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(shown.columns);
      }),
    );
  });

  it('draws or counts every span once, and every missing span', () => {
    fc.assert(
      fc.property(soup, missing, ({ forest, size }, gone) => {
        const places = new Map<string, MissingPlace[]>();
        for (const place of gone) {
          const { parentSpanId } = place;
          if (parentSpanId !== null) places.set(parentSpanId, [...(places.get(parentSpanId) ?? []), place]);
        }
        const ready = drawnForest(forest, {
          unicode: true,
          followed: false,
          missingBelow: new Set(places.keys()),
        });
        const branches = { fork: '├─ ', end: '└─ ', trunk: '│  ', none: '   ' };
        const rows = [...traceRows(ready, { branches, depthLimit: 10, missing: places, missingRoots: [] })];
        const counted = rows.flatMap((row) =>
          row.kind === 'repeats' ? row.repeats.entries.map((entry) => entry.size) : [],
        );
        const spans = rows.flatMap((row) => (row.kind === 'span' ? [row.entry.span.spanId] : []));
        expect(new Set(spans).size).toBe(spans.length);
        expect(spans.length + counted.reduce((sum, each) => sum + each, 0)).toBe(size);
        const placed = gone.filter(({ parentSpanId }) =>
          ready.all.some(({ span }) => span.spanId === parentSpanId),
        );
        expect(rows.filter((row) => row.kind === 'missing')).toHaveLength(placed.length);
      }),
    );
  });

  it('ends for any references between nodes', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(19), { maxLength: 6 }), { minLength: 1, maxLength: 20 }),
        (links) => {
          const children = links.map((): DrawnNode[] => []);
          const nodes = children.map((own, at) => aNode(aSpan(`span-${at}`, [at, 1]), own));
          for (const [at, targets] of links.entries()) {
            for (const target of targets) {
              const node = nodes[target];
              if (node !== undefined) children[at]?.push(node);
            }
          }
          expect(drawn({ forest: nodes }).match(/span-\d+ /g)).toHaveLength(nodes.length);
        },
      ),
    );
  });

  it.each([
    ['a chain', 1],
    ['a bush', 7],
    ['a brush', 10_000],
  ])('draws %s of 10,000 spans', (_, width) => {
    const levels: { node: DrawnNode; children: DrawnNode[] }[] = [];
    for (let at = 0; at < 10_000; at += 1) {
      const children: DrawnNode[] = [];
      const node = aNode(aSpan(`span-${at}`, [at / 10, 5]), children);
      levels[Math.floor((at - 1) / width)]?.children.push(node);
      levels.push({ node, children });
    }
    const [root] = levels;
    const output = drawn({
      forest: root === undefined ? [] : [root.node],
      screen: aScreen({ color: true, columns: 200 }),
    });
    expect(output.match(/span-\d+/g)).toHaveLength(10_000);
  });
});
