/** Which faults are noticed, by the evidence of a good test: a service with a worker and a table of orders. */
import { describe, expect, it } from 'vitest';
import { measureCoverage } from '../../src/lib/coverage/coverage.ts';
import { type GoodTest, goodTest } from '../../src/lib/coverage/scene.ts';
import type { TestResult } from '../../src/lib/model/result.ts';
import type { Specimen } from '../../src/lib/model/specimen.ts';
import type { StageExpectation } from '../../src/lib/model/trace-expectation.ts';
import { verificationSettings } from '../../src/lib/verify/prepare-traces.ts';
import { aResponse, aStage, aTest } from '../support/builders.ts';
import { aSpan } from '../trace/span-builders.ts';
import { someSettings } from './some-settings.ts';

const SENT = '00000000000000aa';

const stages: readonly StageExpectation[] = [
  aStage('received', { response: 'signal_id' }),
  aStage('decided', { after: ['received'], required: true }),
  aStage('stored', {
    after: ['decided'],
    required: true,
    sql: {
      url: 'postgres://db/app',
      query: 'select * from orders where signal_id = $1',
      params: ['{{response.signal_id}}'],
      rows: { min: 1, max: null },
      match: null,
      stop: null,
      withinMs: 1_000,
    },
  }),
];

const spans = [
  aSpan('root', { spanId: '00000000000000a1', parentSpanId: null, service: 'prod-e2e' }),
  aSpan('POST', { spanId: SENT, parentSpanId: '00000000000000a1', op: 'http.client', service: 'prod-e2e' }),
  aSpan('received', { spanId: '00000000000000b1', parentSpanId: SENT, startMs: 10 }),
  aSpan('decided', { spanId: '00000000000000b2', parentSpanId: '00000000000000b1', startMs: 20 }),
  aSpan('stored', { spanId: '00000000000000b3', parentSpanId: '00000000000000b1', startMs: 30 }),
];

const specimen: Specimen = {
  own: {
    traceId: 'abcdef0123456789abcdef0123456781',
    spans: spans.map(({ traceId: _own, ...span }) => span),
    issues: [],
  },
  followed: [],
  probes: [{ stage: 'stored', source: 'sql', row: 'status "filled", signal_id "sig_1", amount 5' }],
  complete: true,
  cut: [],
};

function good(overrides: Partial<TestResult> = {}): GoodTest {
  const test = aTest({ scenario: 'ORDER', response: aResponse(), specimen, ...overrides });
  const result: TestResult = {
    ...test,
    request: { ...test.request, headers: { 'sentry-trace': `abcdef0123456789abcdef0123456781-${SENT}-1` } },
    stages: stages.map(({ name, required, sql }) => ({
      ...{ name, required, state: 'ok', durationMs: 10, detail: null },
      evidence: { response: null, trace: 'confirms', http: null, sql: sql === null ? null : 'confirms' },
    })),
  };
  const taken = goodTest(result);
  if (taken === null) throw new Error('not a good test');
  return taken;
}

async function measured(test: GoodTest = good(), of: readonly StageExpectation[] = stages) {
  const settings = {
    ...(await someSettings({ expect: { required: ['signal_id'] }, scenarios: [{ name: 'ORDER' }] })),
    stages: of,
  };
  const coverage = await measureCoverage({
    ...{ settings, verification: verificationSettings(settings), tests: [test] },
    ...{ varying: new Set<string>(), durations: new Map() },
  });
  const at = (fault: string, place: string) =>
    coverage.entries.find((entry) => entry.fault === fault && entry.place === place);
  return { coverage, at };
}

describe('a fault is applied with its consequences', () => {
  it('takes the row along when the worker stops, and fails the run', async () => {
    const { at } = await measured();
    expect(at('worker-stopped', 'decided')).toMatchObject({
      noticed: 'error',
      code: 'stage-missing',
      failsRun: true,
    });
    expect(at('worker-stopped', 'stored')).toMatchObject({ noticed: 'error', code: 'stage-missing' });
  });

  it('notices a row that is not saved although the span says so', async () => {
    const { at } = await measured();
    expect(at('row-missing', 'stored')).toMatchObject({ noticed: 'error', code: 'stage-missing' });
  });

  it('does not find the row of another webhook by the id of this one', async () => {
    const { at } = await measured();
    expect(at('foreign-row', 'stored')).toMatchObject({ noticed: 'error' });
  });
});

describe('what is not noticed', () => {
  it('is a row with another outcome, a second row, and the lines for them say so', async () => {
    const { at } = await measured();
    expect(at('row-outcome', 'stored')).toMatchObject({
      noticed: 'none',
      proposal: { edit: { kind: 'probe', source: 'sql', set: { match: { status: 'filled' } } } },
    });
    expect(at('second-row', 'stored')).toMatchObject({
      noticed: 'none',
      proposal: { edit: { set: { rows: 1 } } },
    });
  });

  it('is noticed with these lines', async () => {
    const [first, second, third] = stages;
    if (first === undefined || second === undefined || third?.sql == null) throw new Error('three stages');
    const strict = { ...third, sql: { ...third.sql, match: { status: 'filled' }, rows: { min: 1, max: 1 } } };
    const { at } = await measured(good(), [first, second, strict]);
    expect(at('row-outcome', 'stored')).toMatchObject({ noticed: 'error', code: 'stage-failed' });
    expect(at('second-row', 'stored')).toMatchObject({ noticed: 'error', code: 'stage-failed' });
  });

  it('counts in the score, and what cannot be said does not', async () => {
    const cut = good({ specimen: { ...specimen, cut: ['spans'] } });
    const [all, some] = [await measured(), await measured(cut)];
    expect(some.at('span-missing', 'decided')).toMatchObject({
      noticed: 'cannot-say',
      because: 'the saved trace is cut',
    });
    expect(some.coverage.faults + some.coverage.cannotSay).toBe(all.coverage.faults + all.coverage.cannotSay);
    expect(some.coverage.faults).toBeLessThan(all.coverage.faults);
    const { noticed, faults, percent, failing, shown } = all.coverage;
    expect(noticed).toBe(failing + shown);
    expect(percent).toBe(Math.floor((noticed / faults) * 100));
  });

  it('cannot be said of a masked outcome, or without the saved row', async () => {
    const masked = await measured(
      good({ response: aResponse({ body: '{"status":"***","signal_id":"sig_1"}' }) }),
    );
    expect(masked.at('outcome-changed', 'status')).toMatchObject({ noticed: 'cannot-say' });
    const without = await measured(good({ specimen: { ...specimen, probes: [] } }));
    expect(without.at('second-row', 'stored')).toMatchObject({ noticed: 'cannot-say' });
  });
});

it('notices every fault of the connection', async () => {
  const { coverage } = await measured();
  expect(coverage.transport).toEqual({ faults: 8, noticed: 8 });
});
