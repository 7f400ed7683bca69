/** Errors that services report, in spans and as issues. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  evidenceRun,
  findingsOf,
  NEVER_COMES,
  only,
  outcomeOf,
  runFindings,
  type System,
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

describe.concurrent("one issue was captured on the worker's span, which is ok, and SQL confirms the stage", () => {
  const run = (checks: { readonly errors?: 'off' }) =>
    evidenceRun(system, {
      count: 5,
      stages: Object.values(stagesOf(system)),
      does: { steps: { decide: { captures: 'quote is 3 s old' } } },
      trace: { checks },
    });

  it('with the usual checks', async () => {
    const usual = await run({});
    expect(outcomeOf(usual), usual.text).toEqual({
      ...{ status: 'degraded', exitCode: 0, verdicts: Array(5).fill('working') },
    });
    for (const result of usual.report.results) {
      expect(statesOf(result)).toEqual(['received ok', 'enriched ok', 'decided ok', 'filled ok']);
      expect(findingsOf(result)).toEqual(['warning trace-error']);
      expect(result.warnings[0]?.message).toMatch(
        /^decide reported Error: quote is 3 s old \(issue SIGNALS-\w+\)$/,
      );
      expect(result.stuckAt).toBeNull();
      expect(result.cause).toMatchObject({ source: 'trace' });
      expect(result.cause?.message).toContain('quote is 3 s old');
    }
    expect(usual.text).not.toContain('stuck');
  });

  it('with errors: off', async () => {
    const off = await run({ errors: 'off' });
    expect(outcomeOf(off), off.text).toEqual({
      ...{ status: 'healthy', exitCode: 0, verdicts: Array(5).fill('working') },
    });
    for (const result of off.report.results) {
      expect(statesOf(result)).toEqual(['received ok', 'enriched ok', 'decided ok', 'filled ok']);
      expect(findingsOf(result)).toEqual([]);
      expect(result).toMatchObject({ stuckAt: null, cause: null });
    }
    expect(off.text).not.toContain('stuck');
  });
});

describe.concurrent('a required stage', () => {
  it('is contradicted by its response and an error span', async () => {
    const { received, decided, filled } = stagesOf(system);
    const run = await evidenceRun(system, {
      stages: [received, { ...withoutProbe(decided), response: 'decision' }, withoutProbe(filled)],
      does: {
        ...{ worker: 'none', pipeline: ['decide', 'fill'], response: { omits: ['decision'] } },
        steps: { decide: { fails: 'limit check crashed' } },
      },
      trace: { follow: [], timeout: NEVER_COMES },
    });
    expect(outcomeOf(run), run.text).toEqual({ status: 'broken', exitCode: 1, verdicts: ['broken'] });
    const result = only(run);
    expect(statesOf(result)).toEqual(['received ok', 'decided failed', 'filled not-reached']);
    expect(stageOf(result, 'decided').evidence).toMatchObject({ response: 'absent', trace: 'contradicts' });
    expect(findingsOf(result)).toEqual(['error stage-failed']);
    expect(result.stuckAt).toEqual({ stage: 'decided', after: null });
    expect(result.cause).toMatchObject({
      ...{ stage: 'decided', source: 'trace', span: ['decide'], message: 'limit check crashed' },
    });
    expect(run.text).toContain('limit check crashed');
  });
});

describe.concurrent('an exception was captured', () => {
  it('and nothing was sampled', async () => {
    const { received } = stagesOf(system);
    const run = await evidenceRun(system, {
      stages: [received],
      does: { request: { sampled: 'never' }, response: { raises: 'redis connection lost' } },
      trace: { follow: [], timeout: NEVER_COMES },
    });
    expect(outcomeOf(run), run.text).toEqual({ status: 'degraded', exitCode: 0, verdicts: ['working'] });
    const result = only(run);
    expect(statesOf(result)).toEqual(['received ok']);
    expect(result.trace).toMatchObject({ state: 'unverified', reason: 'sampled-out' });
    expect(findingsOf(result)).toEqual(['warning trace-error']);
    expect(result.warnings[0]?.message).toMatch(/redis connection lost.*SIGNALS-/);
    expect(result.cause).toMatchObject({ source: 'trace' });
    expect(result.cause?.message).toContain('redis connection lost');
    expect(runFindings(run)).toEqual(['warning trace-sampled-out']);
    expect(run.text).toContain('redis connection lost');
  });
});
