/** Retries, parallel work, and other services in the same trace. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/model/json.ts';
import {
  evidenceRun,
  findingsOf,
  NEVER_COMES,
  only,
  outcomeOf,
  type System,
  scenario,
  stageOf,
  stagesOf,
  startSystem,
  statesOf,
  withoutProbe,
} from './system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

describe.concurrent('the spans of another service are missing from an otherwise complete own trace', () => {
  const IN_OWN_TRACE = { follow: [], timeout: NEVER_COMES };
  const scoring = (sampled: string): JsonObject => ({
    ...{ worker: 'none', pipeline: ['score', 'fill'] },
    steps: { score: { calls: 'engine', sampled } },
  });

  it('the service is named in the config', async () => {
    const { received, filled } = stagesOf(system);
    const run = await evidenceRun(system, {
      stages: [
        ...[received, { name: 'scored', required: true, span: { name: 'engine-score', service: 'engine' } }],
        withoutProbe(filled),
      ],
      does: scoring('never'),
      trace: IN_OWN_TRACE,
    });
    expect(outcomeOf(run), run.text).toEqual({ status: 'degraded', exitCode: 0, verdicts: ['working'] });
    const result = only(run);
    expect(statesOf(result)).toEqual(['received ok', 'scored unverified', 'filled ok']);
    expect(stageOf(result, 'scored').evidence.trace).toBe('unknown');
    expect(findingsOf(result)).toEqual(['warning stage-unverified']);
    expect(result.stuckAt).toBeNull();
    expect(result.cause).toEqual({
      ...{ stage: 'scored', source: 'trace', message: 'no span of service engine is in the trace' },
    });
    expect(result.warnings[0]?.hint).toMatch(/not done, or its spans were not sampled: a probe of scored/);
    expect(run.headline).toContain('DEGRADED');
  });

  it('the service was seen in another test of the run', async () => {
    const { received, filled } = stagesOf(system);
    const run = await evidenceRun(system, {
      count: 2,
      stages: [received, { name: 'scored', required: true, span: 'engine-score' }, withoutProbe(filled)],
      scenarios: [scenario('KEPT', scoring('always')), scenario('DROPPED', scoring('never'))],
      trace: IN_OWN_TRACE,
    });
    expect(outcomeOf(run), run.text).toEqual({
      ...{ status: 'degraded', exitCode: 0, verdicts: ['working', 'working'] },
    });
    expect(run.report.results.map(statesOf)).toEqual([
      ['received ok', 'scored ok', 'filled ok'],
      ['received ok', 'scored unverified', 'filled ok'],
    ]);
    expect(run.report.results.map(findingsOf)).toEqual([[], ['warning stage-unverified']]);
    expect(run.report.results[1]?.cause?.message).toBe('no span of service engine is in the trace');
  });
});

describe.concurrent('a retry inside one trace succeeded', () => {
  it.each([
    { by: 'the span', probe: false },
    { by: 'a probe', probe: true },
  ])('and $by confirms it', async ({ probe }) => {
    const { received, enriched, decided, filled } = stagesOf(system);
    const all = [enriched, decided, filled];
    const run = await evidenceRun(system, {
      stages: [received, ...(probe ? all : all.map(withoutProbe))],
      does: { steps: { decide: { retries: 'deadlock detected' } } },
    });
    expect(outcomeOf(run), run.text).toEqual({ status: 'degraded', exitCode: 0, verdicts: ['working'] });
    const result = only(run);
    expect(statesOf(result)).toEqual(['received ok', 'enriched ok', 'decided ok', 'filled ok']);
    expect(stageOf(result, 'decided').evidence).toMatchObject({
      trace: 'confirms',
      sql: probe ? 'confirms' : null,
    });
    expect(findingsOf(result)).toEqual(['warning retried']);
    expect(result.warnings[0]?.message).toBe('decided failed at least once before it succeeded');
    expect(result.stuckAt).toBeNull();
    expect(result.cause?.stage).toBe('decided');
  });
});

describe.concurrent('engine A is missing, and the parallel engine B is ok', () => {
  const run = (steps: JsonObject) => {
    const { received, enriched, decided, filled } = stagesOf(system);
    const engine = (letter: string) => ({
      ...{ name: `engine-${letter}`, required: true, after: 'enriched' },
      sql: {
        ...decided.sql,
        query: `SELECT status FROM decisions WHERE test_id = $1 AND engine = '${letter}'`,
        within: letter === 'a' ? '3s' : '60s',
      },
    });
    const short = steps.decide === undefined ? {} : { within: '3s' };
    return evidenceRun(system, {
      stages: [
        ...[withoutProbe(received), withoutProbe(enriched), engine('a'), engine('b')],
        ...[{ ...decided, after: ['engine-a', 'engine-b'] }, filled].map(({ span: _, ...stage }) => ({
          ...{ ...stage, sql: { ...stage.sql, ...short } },
        })),
      ],
      does: { pipeline: ['enrich', ['engine-a', 'engine-b'], 'decide', 'fill'], steps },
    });
  };

  it('and nothing after A was reached', async () => {
    const skipped = { skipped: true };
    const stopped = await run({ 'engine-a': skipped, decide: skipped, fill: skipped });
    expect(outcomeOf(stopped), stopped.text).toEqual({ status: 'broken', exitCode: 1, verdicts: ['broken'] });
    const result = only(stopped);
    expect(statesOf(result)).toEqual([
      ...['received ok', 'enriched ok', 'engine-a missing', 'engine-b ok', 'decided not-reached'],
      'filled not-reached',
    ]);
    expect(result.stuckAt).toEqual({ stage: 'engine-a', after: null });
    expect(findingsOf(result)).toEqual(['error stage-missing']);
    expect(result.cause).toMatchObject({ stage: 'engine-a', source: 'sql', message: '0 rows (expected 1)' });
    expect(stopped.text).toContain('1 stuck here');
  });

  it('and what comes after both was reached', async () => {
    const passed = await run({ 'engine-a': { skipped: true } });
    // A required stage is missing all the same.
    expect(outcomeOf(passed), passed.text).toEqual({ status: 'broken', exitCode: 1, verdicts: ['broken'] });
    const result = only(passed);
    expect(statesOf(result)).toEqual([
      ...['received ok', 'enriched ok', 'engine-a missing', 'engine-b ok', 'decided ok', 'filled ok'],
    ]);
    expect(result.stuckAt).toBeNull();
    expect(stageOf(result, 'engine-a').detail).toContain('but decided was reached');
    expect(findingsOf(result)).toEqual(['error stage-missing']);
    expect(passed.text).not.toContain('stuck');
  });
});
