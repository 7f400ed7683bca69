/** Findings about a test or a run. The build writes model/finding.ts from it. */
import * as z from 'zod';

export const finding = z
  .strictObject({
    severity: z.enum(['error', 'warning']),
    code: z.string().describe('Stable, lower kebab case: `connect-timeout`, `http-5xx`.'),
    message: z.string().describe('For people.'),
    hint: z.string().nullable().describe('What to try first; null without useful advice.'),
    field: z.string().describe('Dotted path of the field in question.').exactOptional(),
    stage: z.string().describe('The stage in question.').exactOptional(),
    status: z.int().describe('The HTTP status of the response, if the message is about it.').exactOptional(),
    cause: z
      .string()
      .describe('The cause in a few words: `Sentry responded with HTTP 503`, `Connection refused`.')
      .exactOptional(),
    change: z
      .string()
      .describe('What got worse since the baseline: `CHOP fails, worked before`; only present with baseline.')
      .exactOptional(),
    baseline: z.string().describe('The run that this one is compared with and worse than.').exactOptional(),
  })
  .meta({ id: 'Finding', description: 'One problem or notable fact about a test or a run.' });

export const fieldLevel = z.enum(['required', 'recommended']).meta({
  id: 'FieldLevel',
  description: 'A missing required field is an error, a recommended one a warning.',
});

export const missingField = z
  .strictObject({ field: z.string().describe('Dotted path.'), level: fieldLevel })
  .meta({ id: 'MissingField', description: 'A field that is missing in the response.' });

export const judgment = z
  .strictObject({
    errors: z.array(finding),
    warnings: z.array(finding),
    missingData: z.array(missingField),
  })
  .meta({ id: 'Judgment', description: 'What one check has to say about a test.' });
