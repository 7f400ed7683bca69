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
const glob = listOf(text('a text with * as a wildcard'), 'a text with * as a wildcard, or a list of them');

const spanPattern = z.union(
  [
    glob,
    object({
      name: glob.meta({ description: 'Its name.' }).optional(),
      op: glob.meta({ description: 'Its operation, such as db.query.' }).optional(),
      service: glob.meta({ description: 'The project it was sent to.' }).optional(),
      attributes: recordOf(listOf(scalar, 'a value or a list of values'))
        .meta({ description: 'Its attributes, each with the values that fit; * is a wildcard.' })
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
  missing: check('Expected spans that were not seen.'),
  'external-calls': check('The same, of calls of other services.'),
  database: check('The same, of database operations.'),
  routing: check('The same, of routing decisions.'),
});

const spanExpectation = z.union(
  [
    text(PATTERN),
    object({
      label: text().meta({ description: 'How findings call it; the name of the span otherwise.' }).optional(),
      span: spanPattern.meta({ description: 'The span that is expected.' }),
      check: z
        .enum(['missing', 'external-calls', 'database', 'routing'], {
          error: 'missing, external-calls, database or routing',
        })
        .meta({ description: 'Which check it belongs to.', default: 'missing' })
        .optional(),
      required: flag().meta({ description: 'A missing span breaks the test.', default: false }).optional(),
      minCount: integer({ min: 0, max: MAX_COUNT })
        .meta({ description: 'How often it must occur.', default: 1 })
        .optional(),
      maxCount: integer({ min: 0, max: MAX_COUNT })
        .meta({ description: 'How often it may be there; any number without.' })
        .optional(),
      maxDuration: duration().meta({ description: 'How long it may take.' }).optional(),
      inside: text('the label of another expected span')
        .meta({ description: 'The span it has to be somewhere below.' })
        .optional(),
      after: text('the label of another expected span')
        .meta({ description: 'The span that has to have begun before it.' })
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
        description: 'The search for its spans; {{response.signal_id}} and the like are filled in.',
      }),
      within: duration().meta({ description: 'How long to search for it.', default: '60s' }).optional(),
      always: flag()
        .meta({
          description:
            'A trace that is not found means that the work was not done: only where the service keeps every trace.',
          default: false,
        })
        .optional(),
    }),
    { error: 'a list of { query, within, always }' },
  )
  .max(MAX_FOLLOWS, { error: `at most ${MAX_FOLLOWS} searches` });

export const stagesSchema = z.array(
  object({
    name: text('a stage name').meta({ description: 'What reports call it.' }),
    span: spanPattern.meta({ description: 'The span that shows the stage happened.' }).optional(),
    trace: z
      .enum(['own'], { error: 'own' })
      .meta({ description: "own: its span is in the test's own trace, although trace.follow is set." })
      .optional(),
    after: listOf(text('a stage name'), 'a stage name or a list of them')
      .meta({ description: 'The stages that come before it; the one above it unless said otherwise.' })
      .optional(),
    parts: z
      .array(text(PATTERN), { error: 'a list of span names' })
      .meta({ description: 'Further spans that belong to it.' })
      .optional(),
    response: jsonPath({ each: true })
      .meta({ description: 'A field of the response that confirms it.' })
      .optional(),
    http: httpProbeSchema
      .meta({ description: 'A call of an HTTP API that proves it, made until it holds.' })
      .optional(),
    sql: sqlProbeSchema
      .meta({ description: 'A query of PostgreSQL that proves it, made until it holds.' })
      .optional(),
    maxDuration: duration().meta({ description: 'How long its span may take.' }).optional(),
    required: flag()
      .meta({ description: 'A test whose webhook did not come so far is broken.', default: false })
      .optional(),
  }),
  { error: 'a list of stages' },
);
export type StageConfig = z.output<typeof stagesSchema>[number];
export type SpanPatternConfig = z.output<typeof spanPattern>;
export type SpanExpectationConfig = z.output<typeof spanExpectation>;
