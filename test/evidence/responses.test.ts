/** Responses that do not come or that refuse, and what the stages say all the same. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  evidenceRun,
  findingsOf,
  only,
  outcomeOf,
  type System,
  scenario,
  stageOf,
  stagesOf,
  startSystem,
  statesOf,
} from './system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

const ALL_OK = ['received ok', 'enriched ok', 'decided ok', 'filled ok'];

describe.concurrent('the row exists', () => {
  it('although no response came in time', async () => {
    const run = await evidenceRun(system, {
      stages: Object.values(stagesOf(system)),
      does: { response: { hangs: true } },
      args: ['--timeout', '3s'],
    });
    // Exit 3: nothing responded.
    expect(outcomeOf(run), run.text).toEqual({ status: 'broken', exitCode: 3, verdicts: ['broken'] });
    const result = only(run);
    expect(statesOf(result)).toEqual(ALL_OK);
    expect(stageOf(result, 'received').evidence).toMatchObject({ response: 'unknown', sql: 'confirms' });
    expect(findingsOf(result)).toEqual(['error response-timeout']);
    expect(result.stuckAt).toBeNull();
    expect(run.text).not.toContain('stuck');
    expect(result.cause).toEqual({
      ...{ stage: null, source: 'connection', message: 'No response in 3 s' },
      processed: { stage: 'filled', state: 'ok' },
    });
    expect(run.text).toContain('No response in 3 s, but processed: filled is ok');
  });

  it('although the response is HTTP 500', async () => {
    const run = await evidenceRun(system, {
      stages: Object.values(stagesOf(system)),
      does: { response: { status: 500, omits: ['signal_id'], body: { error: 'cannot serialize' } } },
    });
    expect(outcomeOf(run), run.text).toEqual({ status: 'broken', exitCode: 1, verdicts: ['broken'] });
    const result = only(run);
    expect(statesOf(result)).toEqual(ALL_OK);
    expect(stageOf(result, 'received').evidence).toMatchObject({ response: 'unknown', sql: 'confirms' });
    // The span of the request failed, too, and belongs to no stage.
    expect(findingsOf(result)).toEqual(['error http-5xx', 'warning trace-error']);
    expect(result.stuckAt).toBeNull();
    expect(result.cause).toEqual({ stage: null, source: 'response', message: 'HTTP 500: cannot serialize' });
  });
});

describe.concurrent('a refusal', () => {
  const refusing = (name: string, status: number) =>
    scenario(name, { refuses: status }, { tags: ['negative'], expect: { status, required: [] } });

  it('is expected by a negative scenario, and the stages are required', async () => {
    const run = await evidenceRun(system, {
      stages: Object.values(stagesOf(system)),
      scenarios: [refusing('WRONG_KEY', 401)],
      args: ['--tag', 'negative'],
    });
    expect(outcomeOf(run), run.text).toEqual({ status: 'healthy', exitCode: 0, verdicts: ['working'] });
    expect(only(run)).toMatchObject({ stages: [], stuckAt: null, cause: null, expectsAcceptance: false });
    expect(run.report.stages).toEqual([]);
  });

  it('comes to all positive tests and to two negative ones: a firewall', async () => {
    const positive = ['BUY', 'SELL', 'HOLD'];
    const run = await evidenceRun(system, {
      count: 5,
      // What is refused leaves no row: its probes run until `within` has passed.
      stages: Object.values(stagesOf(system)).map((stage) => ({
        ...stage,
        sql: { ...stage.sql, within: '2s' },
      })),
      scenarios: [
        ...positive.map((name) => scenario(name, { refuses: 403 })),
        ...['WRONG_KEY', 'NO_KEY'].map((name) => refusing(name, 403)),
      ],
      args: [...positive, 'WRONG_KEY', 'NO_KEY'].flatMap((name) => ['--scenario', name]),
    });
    expect(outcomeOf(run), run.text).toEqual({
      ...{ status: 'broken', exitCode: 1 },
      verdicts: ['broken', 'broken', 'broken', 'working', 'working'],
    });
    expect(run.report.summary).toMatchObject({ successful: 2, failed: 3, acceptance: 3, accepted: 0 });
    expect(run.headline).toBe(
      'BROKEN Every webhook that should be accepted fails; only those that should be refused behave as expected.',
    );
    for (const result of run.report.results.slice(0, 3)) {
      expect(findingsOf(result)[0]).toBe('error unauthorized');
      expect(result.cause).toMatchObject({ source: 'response', message: 'HTTP 403: forbidden' });
    }
    for (const result of run.report.results.slice(3)) expect(result.stages).toEqual([]);
  });
});
