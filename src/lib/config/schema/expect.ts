/** The schema of the expected response of a scenario. */
import * as z from 'zod';
import {
  duration,
  headers,
  jsonObject,
  jsonPath,
  jsonSchemaOrBoolean,
  listOf,
  object,
  scalar,
} from './parts.ts';

const STATUS = 'a status such as 200, a class such as 2xx, or a list of them';
const CLASSES = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;

const statusPattern = z.union(
  [
    z.int({ error: STATUS }).min(100, { error: STATUS }).max(599, { error: STATUS }),
    z.enum(CLASSES, { error: STATUS }),
  ],
  { error: STATUS },
);

export const statusPatterns = z.union(
  [statusPattern, z.array(statusPattern, { error: STATUS }).min(1, { error: STATUS })],
  { error: STATUS },
);

export const paths = listOf(
  jsonPath({ each: true }),
  'a dotted path such as data.signal_id, or a list of them',
);
const values = z.record(jsonPath({ each: true }), listOf(scalar, 'a value or a list of values'), {
  error: 'an object (key: value)',
});

export const expectSchema = object({
  status: statusPatterns
    .meta({ description: 'Expected status: a number, a class such as 2xx, or a list of them.' })
    .optional(),
  required: paths
    .meta({ description: 'Dotted paths; a value that is absent, null or empty is missing data.' })
    .optional(),
  recommended: paths
    .meta({
      description: 'Dotted paths; a value that is absent, null or empty is a warning and missing data.',
    })
    .optional(),
  match: jsonObject
    .meta({
      description: 'What the response must contain: objects as a subset, lists completely, scalars exactly.',
    })
    .optional(),
  schema: jsonSchemaOrBoolean
    .meta({
      description:
        "A JSON Schema for the response's body. Its patterns run in linear time (RE2): no look-around, no back-references.",
    })
    .optional(),
  headers: headers
    .meta({
      description:
        'Header name and its exact value, or a /regular expression/ (RE2: no look-around, no back-references).',
    })
    .optional(),
  contentType: z
    .string({ error: 'a media type such as application/json' })
    .regex(/^[^\s/;]+\/[^\s/;]+$/, { error: 'a media type such as application/json' })
    .meta({ description: 'Media type of the response, without parameters.' })
    .optional(),
  degradedDuration: duration().meta({ description: 'A slower response is a warning.' }).optional(),
  maxDuration: duration().meta({ description: 'A slower response is an error.' }).optional(),
  refuse: values
    .meta({
      description:
        'Dotted path and the values (case-insensitive) that mean "refused" even if the status is as expected.',
    })
    .optional(),
  suspect: values
    .meta({
      description: 'Dotted path and the values (case-insensitive) that cause a warning, such as a duplicate.',
    })
    .optional(),
}).meta({ id: 'expect' });

export type ExpectConfig = z.output<typeof expectSchema>;
