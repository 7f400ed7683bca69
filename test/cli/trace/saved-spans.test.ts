/** A saved trace without its Sentry: the same spans, missing places and findings. */
import { expect, it } from 'vitest';
import { savedFindings, savedTrace } from '../../../src/lib/cli/trace/saved-spans.ts';
import { buildForest, walkForest } from '../../../src/lib/trace/spans/span-tree.ts';
import { savedSpans } from '../../../src/lib/verify/saved-spans.ts';
import { specimenOf } from '../../../src/lib/verify/specimen.ts';
import { aTest, aTraceResult, aWarning } from '../../support/builders.ts';
import { aTrace, guideSpans } from '../../trace/span-builders.ts';

const reading = { trace: aTrace(guideSpans()), followed: [], complete: true };
const shape = (spans: Parameters<typeof buildForest>[0]) =>
  [...walkForest(buildForest(spans))].map(({ node, depth }) => `${depth} ${node.span.name}`);

it('a specimen gives back the trace as it was read', () => {
  const specimen = specimenOf({ reading, probes: new Map(), attributes: [], redact: (text) => text });
  const saved = savedTrace(aTest(specimen === null ? {} : { specimen }));
  const plain = guideSpans().map((span) => ({ ...span, attributes: {} }));
  expect(saved?.trace.spans.map((span) => ({ ...span, attributes: {} }))).toEqual(
    expect.arrayContaining(plain),
  );
  expect(saved).toMatchObject({ isFull: true, partial: null });
});

it('the spans of any other test give back their tree', () => {
  const spans = savedSpans(reading);
  const saved = savedTrace(aTest({ trace: aTraceResult({ spans, spanCount: spans.length }) }));
  expect(shape(saved?.trace.spans ?? [])).toEqual(shape(guideSpans()));
  expect(saved).toMatchObject({ isFull: false, partial: null, followed: [] });
});

it('names how many spans were saved of a larger trace, and keeps background work apart', () => {
  const [root, ...rest] = savedSpans(reading);
  const work = rest.slice(0, 1).map((span) => ({ ...span, depth: 0, followed: true, name: 'work' }));
  const trace = aTraceResult({
    spans: [...(root === undefined ? [] : [root]), ...work],
    spanCount: 900,
    followed: [{ searched: 'signalId:s1', found: true, traceIds: ['b'.repeat(32)] }],
  });
  expect(savedTrace(aTest({ trace }))).toMatchObject({
    partial: '1 of 900 spans were saved',
    trace: { spans: [{ name: root?.name }] },
    followed: [{ searched: 'signalId:s1', traces: [{ spans: [{ name: 'work' }] }] }],
  });
});

it('is nothing without saved spans', () => {
  expect(savedTrace(aTest())).toBeNull();
});

it('has the findings of the trace and the stages, and no others', () => {
  const slow = aWarning('trace-slow', 'x');
  const result = aTest({
    warnings: [slow, aWarning('stage-missing', 'x'), aWarning('too-slow', 'x')],
    trace: aTraceResult({ findings: [slow] }),
  });
  expect(savedFindings(result).map(({ code }) => code)).toEqual(['trace-slow', 'stage-missing']);
});
