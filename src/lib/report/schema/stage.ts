/** How far webhooks got in the target's pipeline. The build writes model/stage.ts from it. */
import * as z from 'zod';
import { count, msOrNull } from './values.ts';

export const stageState = z
  .enum(['ok', 'slow', 'failed', 'missing', 'unverified', 'not-reached'])
  .meta({ id: 'StageState', description: 'The state of a stage in a test.' });

export const statement = z.enum(['confirms', 'contradicts', 'absent', 'unknown']).meta({
  id: 'Statement',
  description:
    'The evidence of one source for a stage. confirms: the stage happened. contradicts: something else happened. absent: the source would show the stage if it had happened, and does not. unknown: the source cannot show it.',
});

/** The sources of evidence. `trace` is the test's own trace and those of background work. */
export const stageEvidence = z
  .strictObject({
    response: statement.nullable(),
    trace: statement.nullable(),
    http: statement.nullable(),
    sql: statement.nullable(),
  })
  .meta({
    id: 'StageEvidence',
    description: 'The evidence of each source; null if the stage does not use the source.',
  });

export const evidenceSource = z
  .enum(['response', 'trace', 'http', 'sql'])
  .meta({ id: 'EvidenceSource', description: 'A source of evidence for a stage.' });

export const stageResult = z
  .strictObject({
    name: z.string(),
    state: stageState,
    required: z.boolean().describe('The test is broken if its webhook does not reach this stage.'),
    evidence: stageEvidence,
    durationMs: msOrNull("Duration of the stage's span"),
    detail: z.string().nullable().describe('The problem in a few words.'),
    reasons: z
      .array(z.string())
      .describe('Why it could not be checked: such as `no-followed-trace` or `probe-failed`.')
      .exactOptional(),
  })
  .meta({ id: 'StageResult', description: "A step of the target's pipeline in one test." });

export const stuckAt = z
  .strictObject({
    stage: z.string().describe('The first stage that failed or is missing, with no reached stage after it.'),
    after: z
      .string()
      .nullable()
      .describe('The last stage known to be reached, if those in between could not be checked.'),
  })
  .meta({ id: 'StuckAt', description: 'Where a webhook got stuck.' });

export const stageSummary = z
  .strictObject({
    name: z.string(),
    ok: count('Tests.'),
    slow: count('Tests.'),
    failed: count('Tests.'),
    missing: count('Tests.'),
    unverified: count('Tests.'),
    notReached: count('Tests.'),
    stuck: count('Tests whose webhook got stuck here.'),
  })
  .meta({ id: 'StageSummary', description: 'A step of the pipeline over all tests.' });
