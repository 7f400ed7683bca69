/** Spans that are missing, and why that may prove nothing. */
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

const ALL_OK = ['received ok', 'enriched ok', 'decided ok', 'filled ok'];
const UNSEEN = 'span not found (possibly not sampled)';

describe.concurrent('the worker samples its traces', () => {
  it('all of them out, and SQL confirms every stage', async () => {
    const run = await evidenceRun(system, {
      count: 3,
      stages: Object.values(stagesOf(system)),
      does: { worker: { sampled: 'never' } },
    });
    expect(outcomeOf(run), run.text).toEqual({
      status: 'healthy',
      exitCode: 0,
      verdicts: Array(3).fill('working'),
    });
    for (const result of run.report.results) {
      expect(statesOf(result)).toEqual(ALL_OK);
      expect(findingsOf(result)).toEqual([]);
      expect(result).toMatchObject({ stuckAt: null, cause: null });
      expect(stageOf(result, 'received')).toMatchObject({ evidence: { trace: 'confirms' }, detail: null });
      for (const name of ['enriched', 'decided', 'filled'])
        expect(stageOf(result, name)).toMatchObject({
          evidence: { trace: 'unknown', sql: 'confirms' },
          detail: UNSEEN,
        });
    }
    expect(runFindings(run)).toEqual([]);
    expect(run.headline).toBe('HEALTHY All webhooks processed successfully, no missing data.');
    expect(run.text).not.toContain('Critical issue');
  });

  it('at rate 0.5, and SQL confirms every stage', async () => {
    const run = await evidenceRun(system, {
      count: 6,
      stages: Object.values(stagesOf(system)),
      does: { worker: { sampled: 'half' } },
    });
    expect(outcomeOf(run), run.text).toEqual({
      status: 'healthy',
      exitCode: 0,
      verdicts: Array(6).fill('working'),
    });
    const found = run.report.results.map(({ trace }) => trace.followed.some((each) => each.found));
    for (const [at, result] of run.report.results.entries()) {
      expect(statesOf(result)).toEqual(ALL_OK);
      // A search may end before the trace is there: its probes have confirmed everything by then.
      if (found[at] === false) expect(stageOf(result, 'filled').detail).toBe(UNSEEN);
    }
    expect(found.filter((each, at) => each && at % 2 === 1)).toEqual([]);
    expect(run.headline).toBe('HEALTHY All webhooks processed successfully, no missing data.');
  });

  it('all of them out, and no probe can confirm a stage', async () => {
    const { received, enriched, decided, filled } = stagesOf(system);
    const run = await evidenceRun(system, {
      stages: [received, ...[enriched, decided, filled].map(withoutProbe)],
      does: { worker: { sampled: 'never' } },
      trace: { timeout: NEVER_COMES },
    });
    expect(outcomeOf(run), run.text).toEqual({ status: 'degraded', exitCode: 0, verdicts: ['working'] });
    const result = only(run);
    expect(statesOf(result)).toEqual([
      ...['received ok', 'enriched unverified', 'decided unverified', 'filled unverified'],
    ]);
    expect(stageOf(result, 'decided').evidence.trace).toBe('unknown');
    expect(findingsOf(result)).toEqual(Array(3).fill('warning stage-unverified'));
    expect(result.stuckAt).toBeNull();
    expect(result.cause).toMatchObject({ stage: 'enriched', source: 'trace' });
    expect(result.cause?.message).toContain('it may not have been sampled');
    // Both explanations, and the probe that would decide.
    expect(result.warnings[0]?.hint).toMatch(/not done, or its spans were not sampled: a probe of enriched/);
    expect(run.text).not.toContain('credentials');
    expect(run.headline).toContain('DEGRADED');
  });
});

describe.concurrent('the trace of the worker', () => {
  it('is found and complete, and is missing the span', async () => {
    const { received, enriched, decided, filled } = stagesOf(system);
    const run = await evidenceRun(system, {
      stages: [received, ...[enriched, decided, filled].map(withoutProbe)],
      does: { steps: { fill: { skipped: true } } },
      trace: { timeout: NEVER_COMES },
    });
    expect(outcomeOf(run), run.text).toEqual({ status: 'broken', exitCode: 1, verdicts: ['broken'] });
    const result = only(run);
    expect(statesOf(result)).toEqual(['received ok', 'enriched ok', 'decided ok', 'filled missing']);
    expect(stageOf(result, 'filled').evidence.trace).toBe('absent');
    expect(findingsOf(result)).toEqual(['error stage-missing']);
    expect(result.stuckAt).toEqual({ stage: 'filled', after: null });
    expect(result.cause).toEqual({
      ...{ stage: 'filled', source: 'trace', message: 'span fill is missing', missingSpan: 'fill' },
    });
  });

  it('has a span with status error, although the response shows its field', async () => {
    const { received, enriched, decided } = stagesOf(system);
    const run = await evidenceRun(system, {
      stages: [received, withoutProbe(enriched), { ...withoutProbe(decided), response: 'decision' }],
      does: { steps: { decide: { fails: 'max exposure exceeded' } } },
    });
    expect(outcomeOf(run), run.text).toEqual({ status: 'broken', exitCode: 1, verdicts: ['broken'] });
    const result = only(run);
    expect(statesOf(result)).toEqual(['received ok', 'enriched ok', 'decided failed']);
    expect(stageOf(result, 'decided').evidence).toMatchObject({ response: 'confirms', trace: 'contradicts' });
    expect(findingsOf(result)).toEqual(['error stage-failed']);
    expect(result.stuckAt).toEqual({ stage: 'decided', after: null });
    expect(result.cause).toMatchObject({ stage: 'decided', source: 'trace', span: ['decide'] });
    expect(result.cause?.message).toBe('max exposure exceeded');
    expect(result.cause?.issue?.shortId).toMatch(/^SIGNALS-/);
  });
});
