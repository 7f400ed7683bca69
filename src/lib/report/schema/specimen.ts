/** The full trace of one test, saved for one working and one broken test of each scenario. The build writes model/specimen.ts. */
import * as z from 'zod';
import { ms } from './values.ts';

export const savedIssue = z
  .strictObject({
    shortId: z.string().nullable().describe('`API-7`; null if Sentry has none.'),
    issueId: z.string().nullable(),
    message: z.string(),
    level: z.string().describe('`error`, `fatal`, `warning` and others, as in Sentry.'),
    url: z.string().nullable(),
  })
  .meta({ id: 'SavedIssue', description: 'A Sentry issue of a saved trace.' });

export const specimenSpan = z
  .strictObject({
    spanId: z.string(),
    parentSpanId: z.string().nullable(),
    name: z.string(),
    op: z.string().nullable(),
    service: z.string(),
    isSegment: z.boolean().describe('Root span of a service within the trace.'),
    startMs: z.number().describe('Milliseconds since the epoch.'),
    durationMs: ms('Duration of the span'),
    status: z.enum(['ok', 'error', 'unknown']),
    statusMessage: z.string().nullable(),
    attributes: z
      .record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
      .describe('Attributes that expectations name, and those that identify a service or a release.'),
    issues: z.array(savedIssue),
  })
  .meta({ id: 'SpecimenSpan', description: 'A span of a specimen.' });

export const specimenTrace = z
  .strictObject({
    traceId: z.string(),
    spans: z.array(specimenSpan).describe('Parents before their children.'),
    issues: z.array(savedIssue).describe('Issues whose span is not in the trace.'),
  })
  .meta({ id: 'SpecimenTrace', description: 'One trace of a specimen.' });

export const specimenWork = z
  .strictObject({
    searched: z.string().describe('The search as sent to Sentry.'),
    always: z
      .boolean()
      .describe('The service keeps every trace, so a trace that is not found does not exist.'),
    problem: z.string().nullable().describe('Why the search failed; null if it did not.'),
    traces: z
      .array(specimenTrace)
      .describe('One trace per attempt, oldest first; empty if nothing was found.'),
  })
  .meta({ id: 'SpecimenWork', description: 'Background work of a specimen.' });

export const probedRow = z
  .strictObject({
    stage: z.string(),
    source: z.enum(['http', 'sql']),
    row: z.string().describe('What the probe read, with the values that were expected.'),
  })
  .meta({ id: 'ProbedRow', description: 'What a probe of a specimen read.' });

export const specimen = z
  .strictObject({
    own: specimenTrace.describe("The test's own trace."),
    followed: z.array(specimenWork).describe('Background work in separate traces, one entry per search.'),
    probes: z.array(probedRow),
    complete: z.boolean().describe('Nothing more was expected of the trace: what is not in it is missing.'),
    cut: z
      .array(z.enum(['spans', 'attributes', 'texts', 'issues', 'probes']).meta({ open: true }))
      .describe('What exceeded a limit and is not saved in full; empty if nothing did.'),
  })
  .meta({ id: 'Specimen', description: 'The full evidence of one working or broken test of its scenario.' });
