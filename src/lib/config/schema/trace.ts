/** The schema of expected traces and stages. */
import * as z from 'zod';
import {
  duration,
  flag,
  integer,
  jsonPath,
  listOf,
  object,
  recordOf,
  scalar,
  severity,
  text,
} from './parts.ts';
import { httpProbeSchema, sqlProbeSchema } from './probe.ts';

/** Searches for background work; each is a request per test and poll. */
const MAX_FOLLOWS = 5;
const MAX_COUNT = 10_000;

const PATTERN = 'a span name with * as a wildcard, a list of them, or { name, op, service, attributes }';
const glob = listOf(
  text('a string with * as a wildcard'),
  'a string with * as a wildcard, or a list of them',
);

const spanPattern = z.union(
  [
    glob,
    object({
      name: glob.meta({ description: 'Its name.' }).optional(),
      op: glob.meta({ description: 'Its operation, such as db.query.' }).optional(),
      service: glob.meta({ description: 'The project it was sent to.' }).optional(),
      attributes: recordOf(listOf(scalar, 'a value or a list of values'))
        .meta({ description: 'Its attributes with the accepted values; * is a wildcard.' })
        .optional(),
    }),
  ],
  { error: PATTERN },
);

const check = (description: string) => severity.meta({ description, default: 'warn' }).optional();

export const traceChecks = object({
  errors: check('Spans that failed, and errors of the services.'),
  slow: check(
    'Spans over their maxDuration, or over three times their usual duration and at least 100 ms more.',
  ),
  missing: check('Expected spans that are missing.'),
  'external-calls': check('The same for calls of other services.'),
  database: check('The same for database operations.'),
  routing: check('The same for routing decisions.'),
});

const spanExpectation = z.union(
  [
    text(PATTERN),
    object({
      label: text().meta({ description: 'Name in findings; the default is the span name.' }).optional(),
      span: spanPattern.meta({ description: 'The expected span.' }),
      check: z
        .enum(['missing', 'external-calls', 'database', 'routing'], {
          error: 'missing, external-calls, database or routing',
        })
        .meta({ description: 'Which check it belongs to.', default: 'missing' })
        .optional(),
      required: flag().meta({ description: 'A missing span breaks the test.', default: false }).optional(),
      minCount: integer({ min: 0, max: MAX_COUNT })
        .meta({ description: 'Minimum number of occurrences.', default: 1 })
        .optional(),
      maxCount: integer({ min: 0, max: MAX_COUNT })
        .meta({ description: 'Maximum number of occurrences; unlimited by default.' })
        .optional(),
      maxDuration: duration().meta({ description: 'Maximum duration.' }).optional(),
      inside: text('the label of another expected span')
        .meta({ description: 'The span that must contain it, at any depth.' })
        .optional(),
      after: text('the label of another expected span')
        .meta({ description: 'The span that must start before it.' })
        .optional(),
    }),
  ],
  { error: PATTERN },
);

export const traceExpect = z.array(spanExpectation, { error: 'a list of expected spans' });

export const traceFollow = z
  .array(
    object({
      query: text(
        "a search in Sentry's syntax, such as span.name:process signalId:{{response.signal_id}}",
      ).meta({
        description: 'Search for its spans; placeholders such as {{response.signal_id}} are filled in.',
      }),
      within: duration().meta({ description: 'How long to search for it.', default: '60s' }).optional(),
      always: flag()
        .meta({
          description:
            'A trace that is not found means that the work was not done; set this only if the service keeps every trace.',
          default: false,
        })
        .optional(),
    }),
    { error: 'a list of { query, within, always }' },
  )
  .max(MAX_FOLLOWS, { error: `up to ${MAX_FOLLOWS} searches` });

export const stagesSchema = z.array(
  object({
    name: text('a stage name').meta({ description: 'Name in reports.' }),
    span: spanPattern.meta({ description: 'The span that shows the stage happened.' }).optional(),
    trace: z
      .enum(['own'], { error: 'own' })
      .meta({ description: "own: its span is in the test's own trace, even though trace.follow is set." })
      .optional(),
    after: listOf(text('a stage name'), 'a stage name or a list of them')
      .meta({ description: 'The stages before it; the default is the one above.' })
      .optional(),
    parts: z
      .array(text(PATTERN), { error: 'a list of span names' })
      .meta({ description: 'Other spans that belong to it.' })
      .optional(),
    response: jsonPath({ each: true })
      .meta({ description: 'A field of the response that confirms it.' })
      .optional(),
    http: httpProbeSchema
      .meta({ description: 'A call of an HTTP API that confirms it, repeated until it does.' })
      .optional(),
    sql: sqlProbeSchema
      .meta({ description: 'A PostgreSQL query that confirms it, repeated until it does.' })
      .optional(),
    maxDuration: duration().meta({ description: 'Maximum duration of its span.' }).optional(),
    required: flag()
      .meta({ description: 'A test whose webhook does not reach it is broken.', default: false })
      .optional(),
  }),
  { error: 'a list of stages' },
);
export type StageConfig = z.output<typeof stagesSchema>[number];
export type SpanPatternConfig = z.output<typeof spanPattern>;
export type SpanExpectationConfig = z.output<typeof spanExpectation>;
