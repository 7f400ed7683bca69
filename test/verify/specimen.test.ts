/** The full evidence that a run saves of one working and one broken test of each scenario. */
import { expect, it } from 'vitest';
import type { TestResult } from '../../src/lib/model/result.ts';
import type { TraceSpan } from '../../src/lib/model/trace.ts';
import type { ProbeEvidence, ProbesOfTest } from '../../src/lib/stages/probes/run-probes.ts';
import type { Followed } from '../../src/lib/trace/reading/follow.ts';
import {
  MAX_SPECIMEN_SIZE,
  MAX_SPECIMEN_SPANS,
  MAX_SPECIMENS,
  specimenIds,
  specimenOf,
} from '../../src/lib/verify/specimen.ts';
import { anError, aTest } from '../support/builders.ts';
import { anIssue, aSpan, aTrace, guideSpans } from '../trace/span-builders.ts';

const asIs = (text: string) => text;
const NO_PROBES = new Map();
const WORK: Followed = {
  always: true,
  searched: 'signalId:s1',
  found: true,
  problem: null,
  traces: [aTrace([aSpan('process', { attributes: { signalId: 's1', secret: 'x' } })])],
};

const reading = (spans: readonly TraceSpan[], more: { complete?: boolean; followed?: Followed[] } = {}) => ({
  trace: aTrace(spans),
  followed: more.followed ?? [],
  complete: more.complete ?? true,
});

const take = (of: ReturnType<typeof reading>, attributes: readonly string[] = []) =>
  specimenOf({ reading: of, probes: NO_PROBES, attributes, redact: asIs });

function aRead(index: number, overrides: Partial<TestResult> = {}, complete = true) {
  return { result: aTest({ index, ...overrides }), reading: reading(guideSpans(), { complete }) };
}

it('is taken of the first working and the first broken test of each scenario', () => {
  const broken = { errors: [anError('http-5xx', 'x')] };
  const tests = [
    aRead(1, { scenario: 'A' }),
    aRead(2, { scenario: 'A' }),
    aRead(3, { scenario: 'A', ...broken }),
    aRead(4, { scenario: 'A', ...broken }),
    aRead(5, { scenario: 'B', ...broken }),
    { result: aTest({ index: 6, scenario: 'B' }), reading: null },
  ];
  const ids = specimenIds(tests);
  expect([...ids].map((id) => id.split('-').at(-1))).toEqual(['1', '3', '5']);
});

it('prefers a complete trace of a working test', () => {
  const ids = specimenIds([aRead(1, {}, false), aRead(2), aRead(3)]);
  expect([...ids].map((id) => id.split('-').at(-1))).toEqual(['2']);
});

it('is taken of a limited number of tests', () => {
  const tests = Array.from({ length: MAX_SPECIMENS + 50 }, (_, at) => aRead(at + 1, { scenario: `S${at}` }));
  expect(specimenIds(tests).size).toBe(MAX_SPECIMENS);
});

it('has its own trace and background work apart, with named and identifying attributes only', () => {
  const spans = [
    aSpan('save', {
      issues: [anIssue()],
      attributes: { release: 'api@1.4.3', 'db.system': 'postgresql', 'db.rows': 1, secret: 'x' },
    }),
  ];
  const specimen = take(reading(spans, { followed: [WORK] }), ['db.rows']);
  expect(specimen?.own.spans).toMatchObject([
    {
      name: 'save',
      attributes: { release: 'api@1.4.3', 'db.system': 'postgresql', 'db.rows': 1 },
      issues: [{ shortId: anIssue().shortId }],
    },
  ]);
  expect(specimen?.followed).toMatchObject([
    { searched: 'signalId:s1', always: true, traces: [{ spans: [{ attributes: { signalId: 's1' } }] }] },
  ]);
  expect(specimen).toMatchObject({ complete: true, cut: [] });
  expect(JSON.stringify(specimen)).not.toContain('secret');
});

it('has what probes read', () => {
  const probe: ProbeEvidence = {
    kind: 'sql',
    statement: 'confirms',
    detail: null,
    reason: null,
    circumstances: null,
    late: null,
    row: 'status "approved"',
    status: null,
    hint: null,
  };
  const probes: ProbesOfTest = new Map([['saved', { http: null, sql: probe }]]);
  expect(
    specimenOf({ reading: reading(guideSpans()), probes, attributes: [], redact: asIs })?.probes,
  ).toEqual([{ stage: 'saved', source: 'sql', row: 'status "approved"' }]);
});

it('masks secrets everywhere', () => {
  const spans = [
    aSpan('key=hunter2', {
      statusMessage: 'hunter2',
      attributes: { release: 'hunter2' },
      issues: [{ ...anIssue(), message: 'hunter2', url: 'https://s.example/hunter2' }],
    }),
  ];
  const redact = (text: string) => text.replaceAll('hunter2', '***');
  const specimen = specimenOf({ reading: reading(spans), probes: NO_PROBES, attributes: [], redact });
  expect(JSON.stringify(specimen)).toContain('***');
  expect(JSON.stringify(specimen)).not.toContain('hunter2');
});

it('is cut at its limits, and names what was cut', () => {
  const many = Array.from({ length: 2 * MAX_SPECIMEN_SPANS }, (_, at) => aSpan(`span-${at}`));
  const cutSpans = take(reading(many));
  expect(cutSpans?.own.spans).toHaveLength(MAX_SPECIMEN_SPANS);
  expect(cutSpans?.cut).toEqual(['spans']);

  const attributes = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`a${at}`, 'v'.repeat(1_000)]));
  const long = many.map((span) => ({
    ...span,
    name: `${span.name}${'n'.repeat(500)}`,
    attributes,
    issues: [anIssue()],
  }));
  const cutAll = take(reading(long), Object.keys(attributes));
  expect(JSON.stringify(cutAll).length).toBeLessThan(1.1 * MAX_SPECIMEN_SIZE);
  expect(new Set(cutAll?.cut)).toEqual(new Set(['spans', 'attributes', 'texts', 'issues']));
});

it('is not there without a trace', () => {
  const unread = { trace: null, followed: [], complete: false };
  expect(specimenOf({ reading: unread, probes: NO_PROBES, attributes: [], redact: asIs })).toBeNull();
});
