/** The schema of the config file: its types, its messages and the published JSON Schema come from here. */

import * as z from 'zod';
import { numberText } from '../terminal/quantities.ts';
import { expectSchema } from './expect-schema.ts';
import { parseHostPattern } from './host-pattern.ts';
import { forEditors, type JsonSchemaNode } from './json-schema.ts';
import { MAX_CONCURRENCY, MAX_COUNT, MAX_KEEP, MAX_RATE, MAX_RETRIES } from './limits.ts';
import { FAIL_ON, RUN_OPTIONS } from './options.ts';
import { cleanupSchema } from './probe-schema.ts';
import { quietHoursSchema } from './quiet-hours-schema.ts';
import { repeatSchema } from './repeat-schema.ts';
import { replayKeys } from './replay-schema.ts';
import { dimensionsSchema, scenariosSchema, setSchema } from './scenario-schema.ts';
import {
  bytes,
  duration,
  flag,
  headers,
  httpUrl,
  listOf,
  method,
  object,
  payload,
  payloadSchema,
  text,
  wholeNumber,
} from './schema-parts.ts';
import { senderSchema, signingSchema } from './signing-schema.ts';
import { stagesSchema, traceSchema } from './trace-schema.ts';

// Code made for a schema pays from some hundred values on; a configuration is one.
z.config({ jitless: true });

const HOST = 'a host such as hooks.example.com, *.example.com or 10.0.0.7:8443';
const RATE = `a number above 0, up to ${numberText(MAX_RATE)}`;

/** Adds what the options table says about a key, so that help and editors tell the same. */
function option<Schema extends z.ZodType>(key: string, schema: Schema, defaultValue?: unknown) {
  const spec = RUN_OPTIONS.find((candidate) => candidate.key === key);
  const description = spec?.summary.replace(/; repeatable\./, '.') ?? '';
  return schema
    .meta({ description, ...(defaultValue === undefined ? {} : { default: defaultValue }) })
    .optional();
}

const keys = {
  url: option('url', httpUrl()),
  headers: option('headers', headers),
  tls: object({
    ca: option('tls.ca', text('a file name')),
    cert: option('tls.cert', text('a file name')),
    key: option('tls.key', text('a file name')),
    insecure: option('tls.insecure', flag(), false),
  })
    .meta({ description: 'Certificates for the target.' })
    .optional(),
  method: method.meta({ description: 'Request method.', default: 'POST' }).optional(),
  sender: option('sender', senderSchema),
  signing: signingSchema.meta({ description: 'How webhooks are signed.' }).optional(),
  count: option('count', wholeNumber({ min: 1, max: MAX_COUNT }), 5),
  scenario: option('scenario', listOf(text(), 'a scenario name or a list of them')),
  tag: option('tag', listOf(text(), 'a tag or a list of tags')),
  exclude: option('exclude', listOf(text(), 'a scenario name or a list of them')),
  set: option('set', setSchema),
  seed: option('seed', z.union([text(), z.int()], { error: 'a text or a whole number' })),
  shard: option('shard', text()),
  concurrency: option('concurrency', wholeNumber({ min: 1, max: MAX_CONCURRENCY }), 1),
  rate: option('rate', z.number({ error: RATE }).gt(0, { error: RATE }).max(MAX_RATE, { error: RATE })),
  timeout: option('timeout', duration(), '10s'),
  connectTimeout: option('connectTimeout', duration(), '5s'),
  retries: option('retries', wholeNumber({ min: 0, max: MAX_RETRIES }), 0),
  sentry: object({
    dsn: option('sentry.dsn', text('a Sentry DSN')),
    org: text('an organisation slug')
      .meta({ description: 'Organisation slug, for links to traces.' })
      .optional(),
    project: text('a project slug').meta({ description: 'Project slug.' }).optional(),
    url: httpUrl().meta({ description: 'Base URL of Sentry.', default: 'https://sentry.io' }).optional(),
    token: text('a Sentry auth token')
      .meta({ description: 'Auth token for reading traces; best as ${env:SENTRY_AUTH_TOKEN}.' })
      .optional(),
    traceLifecycle: z
      .enum(['stream', 'static'], { error: 'stream or static' })
      .meta({ description: 'static serves self-hosted Sentry older than 26.4.2.', default: 'stream' })
      .optional(),
    orgId: z
      .union([text(), z.int()], { error: 'a number or a text' })
      .meta({ description: "The organisation's number, when the DSN does not tell it." })
      .optional(),
    flushTimeout: duration()
      .meta({ description: 'How long to wait for Sentry to take the last traces.', default: '5s' })
      .optional(),
  })
    .meta({ description: 'Where traces go and where they are read.' })
    .optional(),
  environment: option('environment', text(), 'production-e2e-test'),
  trace: traceSchema,
  stages: stagesSchema,
  reporter: option(
    'reporter',
    listOf(
      z
        .string({ error: 'NAME or NAME=PATH' })
        .regex(/^[a-z][a-z0-9-]*(=.+)?$/, { error: 'NAME or NAME=PATH' }),
      'NAME or NAME=PATH, or a list of them',
    ),
    ['pretty'],
  ),
  threshold: option('threshold', listOf(text(), 'an expression such as p95<800ms, or a list of them')),
  failOn: option(
    'failOn',
    listOf(z.enum(FAIL_ON, { error: FAIL_ON.join(', ') }), `${FAIL_ON.join(', ')}, or a list of them`),
    ['failed'],
  ),
  baseline: option('baseline', text()),
  strict: option('strict', flag(), false),
  maxFailures: option('maxFailures', wholeNumber({ min: 1, max: MAX_COUNT })),
  bail: option('bail', flag(), true),
  maxBody: bytes().meta({ description: 'How much of an answer is read.', default: '1MiB' }).optional(),
  keep: wholeNumber({ min: 0, max: MAX_KEEP })
    .meta({ description: 'How many runs are kept.', default: 50 })
    .optional(),
  dataDir: text('a folder name').meta({ description: 'Where runs are kept.' }).optional(),
  redact: listOf(text('a dotted path'), 'a dotted path or a list of them')
    .meta({ description: 'Dotted paths of payloads and answers that are masked in reports.' })
    .optional(),
  allowHosts: listOf(
    z
      .string({ error: HOST })
      .regex(/^[^\s/]+$/, { error: HOST })
      .refine((value) => parseHostPattern(value) !== null, { error: HOST }),
    `${HOST}, or a list of them`,
  )
    .meta({ description: 'The only hosts webhooks may be sent to.' })
    .optional(),
  quietHours: quietHoursSchema,
  dimensions: dimensionsSchema
    .meta({ description: 'What varies from test to test: name and the values it takes.' })
    .optional(),
  payload: payload.meta({ description: 'Payload template of all scenarios.' }).optional(),
  payloadSchema: payloadSchema
    .meta({ description: 'A JSON Schema, or a file with one: a payload that breaks it is not sent.' })
    .optional(),
  expect: expectSchema.meta({ description: 'What an answer has to look like.' }).optional(),
  repeat: repeatSchema
    .meta({ description: 'Send every webhook again, the very same: the duplicate probe.' })
    .optional(),
  expectRepeat: expectSchema
    .meta({ description: 'What the answer to a webhook that is sent again has to look like.' })
    .optional(),
  replay: object({
    from: option('replay.from', text('a file name, or - for stdin')),
    mark: option('replay.mark', flag(), true),
    ...replayKeys,
  })
    .meta({ description: 'Payloads to send in place of the scenarios.' })
    .optional(),
  scenarios: scenariosSchema.meta({ description: 'Replaces the built-in scenarios.' }).optional(),
  cleanup: cleanupSchema.optional(),
};

/** One layer of the configuration: a profile, or the keys given by flags or by the environment. */
export const layerSchema = object(keys);

export const configSchema = object({
  $schema: z.string().meta({ description: 'The JSON Schema of this file, for editors.' }).optional(),
  ...keys,
  profiles: z
    .record(z.string(), layerSchema, { error: 'an object (profile name: settings)' })
    .meta({ description: 'Named overlays, chosen with --profile.' })
    .optional(),
});

export type LayerConfig = z.output<typeof layerSchema>;

let published: JsonSchemaNode | undefined;

/** The published JSON Schema (draft 2020-12) of a config file, as a plain object. */
export function jsonSchema(): JsonSchemaNode {
  published ??= forEditors({
    title: 'prod-e2e configuration',
    ...z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }),
  });
  return published;
}
