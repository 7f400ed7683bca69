/** Webhooks that the service has seen before. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../src/lib/model/json.ts';
import { withCli } from '../support/cli.ts';
import {
  type EvidenceRun,
  evidenceRun,
  evidenceRunIn,
  findingsOf,
  only,
  outcomeOf,
  runFindings,
  type System,
  stagesOf,
  startSystem,
  statesOf,
} from './system.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system.stop());

/** Two runs of the same webhooks; the service tells events apart by what is in them. */
async function twice(does: JsonObject): Promise<readonly [EvidenceRun, EvidenceRun]> {
  const stages = Object.values(stagesOf(system));
  return withCli(async (cli) => {
    const first = await evidenceRunIn(cli, system, { count: 5, stages, does });
    const args = ['--seed', first.report.seed];
    return [first, await evidenceRunIn(cli, system, { count: 5, stages, does, args })];
  });
}

function expectDuplicates([first, second]: readonly [EvidenceRun, EvidenceRun]): void {
  expect(outcomeOf(first), first.text).toEqual({
    ...{ status: 'healthy', exitCode: 0, verdicts: Array(5).fill('working') },
  });
  expect(outcomeOf(second), second.text).toEqual({
    ...{ status: 'degraded', exitCode: 4, verdicts: Array(5).fill('working') },
  });
  for (const result of second.report.results) {
    // A busy machine is slow.
    expect(findingsOf(result).filter((each) => each !== 'warning trace-slow')).toEqual(['warning duplicate']);
    expect(result).toMatchObject({
      stages: [],
      stuckAt: null,
      missingData: [],
      cause: { source: 'response' },
    });
  }
  expect(second.report.summary).toMatchObject({ acceptance: 5, duplicates: 5, failed: 0, missing: 0 });
  expect(runFindings(second)).toEqual(['warning all-duplicates']);
  expect(second.report.findings[0]?.message).toMatch(
    new RegExp(
      `^5 of 5 webhooks were treated as duplicates \\(of run ${first.report.runId}, .* ago\\): nothing new was tested$`,
    ),
  );
  expect(second.headline).toMatch(/^DEGRADED /);
  expect(second.text).not.toContain('Critical issue');
  expect(second.text).not.toContain('newly broken');
}

describe.concurrent('duplicates', () => {
  it('the same seed again within a minute', async () => {
    expectDuplicates(await twice({ dedupe: 'seed {{symbol}} {{direction}} {{timeframe}}' }));
  });

  it('an idempotent response with an id of an earlier run', async () => {
    const runs = await twice({
      dedupe: 'idempotent {{symbol}} {{direction}} {{timeframe}}',
      response: { duplicates: 'same-id' },
    });
    expectDuplicates(runs);
    const [first, second] = runs;
    for (const { warnings } of second.report.results)
      expect(warnings[0]?.message).toContain(
        `a test of run ${first.report.runId} received the same signal_id`,
      );
  });

  it('no response to the first delivery, and with --retries 1 the second response is DUPLICATE', async () => {
    const run = await evidenceRun(system, {
      stages: Object.values(stagesOf(system)),
      does: { dedupe: '{{testId}}', response: { resets: true } },
      args: ['--retries', '1'],
      // The response has no signal_id by which the worker's trace could be found.
      trace: { follow: [] },
    });
    expect(outcomeOf(run), run.text).toEqual({ status: 'degraded', exitCode: 0, verdicts: ['working'] });
    const result = only(run);
    expect(result.attempts.map(({ status }) => status)).toEqual([null, 200]);
    expect(result.flaky).toBe(true);
    expect(findingsOf(result)).toEqual(['warning flaky']);
    expect(result.missingData).toEqual([]);
    expect(statesOf(result)).toEqual(['received ok', 'enriched ok', 'decided ok', 'filled ok']);
    for (const { evidence } of result.stages) expect(evidence.sql).toBe('confirms');
    expect(result.stuckAt).toBeNull();
    expect(run.report.summary).toMatchObject({ flaky: 1, duplicates: 0, missing: 0 });
  });
});
