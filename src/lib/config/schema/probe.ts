/** The schema of stage probes and cleanup calls. */
import * as z from 'zod';
import { canParseUrl, urlProblem } from '../../http/url.ts';
import { numberText } from '../../terminal/quantities.ts';
import { METHODS } from '../keys/request-keys.ts';
import { paths, statusPatterns } from './expect.ts';
import {
  duration,
  headers,
  json,
  jsonObject,
  jsonPath,
  jsonSchemaOrBoolean,
  listOf,
  object,
  scalar,
  text,
} from './parts.ts';

/** Further rows are not counted. */
export const MAX_ROWS = 1_000;
/** Limit of cleanup calls per webhook. */
const MAX_CALLS = 5;
/** PostgreSQL accepts more; a probe has no use for them. */
const MAX_PARAMS = 50;

const URL_ERROR =
  'a URL that starts with {{origin}}/ or http(s)://; placeholders are allowed only after the host';
/** The host is a literal: a response must not decide which host is called, with which headers. */
const CALL_URL = /^(?:\{\{origin\}\}|https?:\/\/[^\s/?#}{\\]+)(?:[/?](?:\{\{[^}{]*\}\}|[^\s}{])*)?$/i;
const callUrl = z
  .string({ error: URL_ERROR })
  .regex(CALL_URL, { error: URL_ERROR })
  .refine((value) => canParseUrl(value.replace('{{origin}}', 'http://origin')), { error: URL_ERROR })
  .superRefine((value, context) => {
    const sample = value.replace('{{origin}}', 'http://origin').replaceAll(/\{\{[^}{]*\}\}/g, 'x');
    const problem = canParseUrl(sample) ? urlProblem(sample) : null;
    if (problem !== null) context.addIssue({ code: 'custom', message: `${URL_ERROR}; this one ${problem}` });
  })
  .meta({
    description:
      '{{origin}} is the origin of the target; placeholders such as {{response.signal_id}} are allowed after the host.',
  });

const METHOD_ERROR = [...METHODS, 'HEAD'].join(', ');
const callMethod = z.enum([...METHODS, 'HEAD'], { error: METHOD_ERROR });

const callBody = z
  .union([jsonObject, z.array(json, { error: 'an object, a list or a string' }), text()], {
    error: 'an object, a list or a string',
  })
  .meta({ description: 'Sent as JSON; a string is sent as is.' });

const within = duration()
  .meta({ description: 'Time limit, counted from the response to the webhook.', default: '10s' })
  .optional();

const STOP = 'fields with their final values, such as { status: [rejected, failed] }';
const stop = z
  .record(jsonPath(), listOf(scalar, STOP), { error: 'an object (key: value)' })
  .meta({ description: 'Final values that mean that the stage failed; they end the polling.' })
  .optional();

export const httpProbeSchema = object({
  url: callUrl,
  method: callMethod.meta({ description: 'Request method.', default: 'GET' }).optional(),
  headers: headers.meta({ description: 'Request headers; those of the webhook are not sent.' }).optional(),
  body: callBody.optional(),
  status: statusPatterns.meta({ description: 'Expected status.', default: '2xx' }).optional(),
  required: paths.meta({ description: 'Dotted paths; absent, null or empty is missing.' }).optional(),
  match: jsonObject.meta({ description: 'What the response must contain.' }).optional(),
  stop,
  schema: jsonSchemaOrBoolean.meta({ description: 'A JSON Schema for the response.' }).optional(),
  within,
});

const SQL_URL = 'a postgres:// URL, preferably as ${env:DATABASE_URL}';
const ROWS = `an integer up to ${numberText(MAX_ROWS)}, or { min, max }`;
const rowCount = z.int({ error: ROWS }).min(0, { error: ROWS }).max(MAX_ROWS, { error: ROWS });
const QUERY = 'one SELECT, with $1, $2 for the values in params';

export const sqlProbeSchema = object({
  url: z
    .string({ error: SQL_URL })
    .regex(/^postgres(ql)?:\/\/\S+$/i, { error: SQL_URL })
    .refine((value) => canParseUrl(value), { error: SQL_URL })
    .meta({ description: 'PostgreSQL URL; a read-only user is enough.' }),
  query: text(QUERY)
    // A value inserted into the text of a query could change the query.
    .refine((value) => !value.includes('{{'), { error: QUERY })
    .meta({ description: 'One SELECT; runs read-only.' }),
  params: z
    .array(z.union([scalar, z.null()], { error: 'a value, such as "{{response.signal_id}}"' }), {
      error: 'a list of values, such as ["{{response.signal_id}}"]',
    })
    .max(MAX_PARAMS, { error: `up to ${MAX_PARAMS} values` })
    .meta({ description: 'Values of $1, $2; may contain placeholders.' })
    .optional(),
  rows: z
    .union(
      [
        rowCount,
        object({
          min: rowCount.meta({ description: 'Minimum.' }).optional(),
          max: rowCount.meta({ description: 'Maximum.' }).optional(),
        }),
      ],
      { error: ROWS },
    )
    .meta({ description: 'Expected number of rows; at least one by default.' })
    .optional(),
  match: jsonObject.meta({ description: 'What the first row must contain.' }).optional(),
  stop,
  within,
});

const cleanupCall = object({
  url: callUrl,
  method: callMethod.meta({ description: 'Request method.', default: 'DELETE' }).optional(),
  headers: headers.meta({ description: 'Request headers; those of the webhook are not sent.' }).optional(),
  body: callBody.optional(),
  status: statusPatterns
    .meta({ description: 'Statuses that mean that the data is gone.', default: ['2xx', 404, 410] })
    .optional(),
});

export const cleanupSchema = z
  .union(
    [
      cleanupCall,
      z
        .array(cleanupCall, { error: 'a list of calls' })
        .max(MAX_CALLS, { error: `up to ${MAX_CALLS} calls` }),
    ],
    { error: 'a call { url, method, headers, body, status }, or a list of them' },
  )
  .meta({
    id: 'cleanup',
    description: 'Calls that remove what a webhook created at the target, made after it is judged.',
  });

export type HttpProbeConfig = z.output<typeof httpProbeSchema>;
export type SqlProbeConfig = z.output<typeof sqlProbeSchema>;
export type CleanupConfig = z.output<typeof cleanupSchema>;
