import { expect, test } from 'vitest';
import { foundSpans, spansBelow } from '../../../src/lib/trace/spans/found-spans.ts';
import { aSpan, aTrace, FOLLOWED_ID, idOf } from '../span-builders.ts';

const ours = aSpan('ours', { at: 0 });
const root = aSpan('root', { parent: 'ours', at: 1 });
const child = aSpan('child', { parent: 'root', at: 2 });
const orphan = aSpan('orphan', { parent: 'gone', at: 3 });
const below = aSpan('below', { parent: 'orphan', at: 4 });
const job = aSpan('job', { at: 5, traceId: FOLLOWED_ID });
const step = aSpan('step', { parent: 'job', at: 6, traceId: FOLLOWED_ID });

const seen = foundSpans({
  trace: aTrace([below, child, orphan, root, ours]),
  followed: [aTrace([step, job])],
  ourSpanIds: new Set([idOf('ours')]),
});

test('each span is found once, below its parent, with its origin', () => {
  expect(
    seen.map((each) => [
      each.span.name,
      each.parent?.span.name ?? null,
      each.ours,
      each.orphaned,
      each.followed,
    ]),
  ).toEqual([
    ['ours', null, true, false, false],
    ['root', 'ours', false, false, false],
    ['child', 'root', false, false, false],
    ['orphan', null, false, true, false],
    ['below', 'orphan', false, true, false],
    ['job', null, false, false, true],
    ['step', 'job', false, false, true],
  ]);
});

test.each([
  [['ours'], ['root', 'child']],
  [['child'], []],
  [
    ['orphan', 'job'],
    ['below', 'step'],
  ],
  [[], []],
])('below %j are %j', (names, expected) => {
  const tops = seen.filter(({ span }) => names.includes(span.name));
  expect([...spansBelow(tops, seen)].map(({ span }) => span.name)).toEqual(expected);
});
