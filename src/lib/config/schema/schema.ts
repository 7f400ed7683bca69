/** The schema of the config file: its types, its messages and the published JSON Schema come from here. */

import * as z from 'zod';
import { parseHostPattern } from '../../http/host-pattern.ts';
import { expectSchema } from './expect.ts';
import { forEditors, type JsonSchemaNode } from './json-schema.ts';
import { monitorKeys, notifySchema } from './notify.ts';
import { monitorOptions, optionKeys, replayOptions, sentryOptions } from './option.ts';
import { bytes, duration, jsonPath, listOf, method, object, payload, payloadSchema, text } from './parts.ts';
import { cleanupSchema } from './probe.ts';
import { quietHoursSchema } from './quiet-hours.ts';
import { repeatSchema } from './repeat.ts';
import { replayKeys } from './replay.ts';
import { dimensionsSchema, scenariosSchema } from './scenario.ts';
import { signingSchema } from './signing.ts';
import { stagesSchema, traceSchema } from './trace.ts';

const HOST = 'a host such as hooks.example.com, *.example.com or 10.0.0.7:8443';

const keys = {
  url: optionKeys.url,
  headers: optionKeys.headers,
  tls: optionKeys.tls,
  method: method.meta({ description: 'Request method.', default: 'POST' }).optional(),
  sender: optionKeys.sender,
  signing: signingSchema.meta({ description: 'How webhooks are signed.' }).optional(),
  count: optionKeys.count,
  scenario: optionKeys.scenario,
  tag: optionKeys.tag,
  exclude: optionKeys.exclude,
  set: optionKeys.set,
  seed: optionKeys.seed,
  shard: optionKeys.shard,
  concurrency: optionKeys.concurrency,
  rate: optionKeys.rate,
  timeout: optionKeys.timeout,
  connectTimeout: optionKeys.connectTimeout,
  retries: optionKeys.retries,
  sentry: object({
    ...sentryOptions,
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
  environment: optionKeys.environment,
  trace: traceSchema,
  stages: stagesSchema,
  reporter: optionKeys.reporter,
  threshold: optionKeys.threshold,
  failOn: optionKeys.failOn,
  baseline: optionKeys.baseline,
  strict: optionKeys.strict,
  requireStages: optionKeys.requireStages,
  maxFailures: optionKeys.maxFailures,
  bail: optionKeys.bail,
  maxBody: bytes().meta({ description: 'How much of an answer is read.', default: '1MiB' }).optional(),
  keep: optionKeys.keep,
  dataDir: text('a folder name').meta({ description: 'Where runs are kept.' }).optional(),
  redact: listOf(jsonPath({ each: true }), 'a path such as user.email, or a list of them')
    .meta({
      description: 'Paths in payloads and responses that are masked in reports, such as items[].email.',
    })
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
  monitor: object({ ...monitorOptions, ...monitorKeys })
    .meta({ description: 'The Sentry cron monitor that runs check in with, by the DSN.' })
    .optional(),
  notify: notifySchema,
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
    ...replayOptions,
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

/**
 * What a program may give as a configuration, for the types of the library: no profiles, no `${env:…}` in place of numbers,
 * and functions, which JSON has not, as `tsType`.
 */
export function programSchema(): JsonSchemaNode {
  return z.toJSONSchema(layerSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema: node }) => {
      if (zodSchema._zod.def.type === 'custom' && node.type === undefined)
        Object.assign(node, { tsType: 'PayloadFunction' });
    },
  });
}

/** The published JSON Schema (draft 2020-12) of a config file, as a plain object. */
export function jsonSchema(): JsonSchemaNode {
  published ??= forEditors({
    title: 'prod-e2e configuration',
    ...z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }),
  });
  return published;
}
