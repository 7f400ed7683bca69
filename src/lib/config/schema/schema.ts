/** The schema of the config file: its types, its messages and the published JSON Schema come from here. */

import * as z from 'zod';
import { parseHostPattern } from '../../http/host-pattern.ts';
import { expectSchema } from './expect.ts';
import { shapeOf } from './from-table.ts';
import { forEditors, type JsonSchemaNode } from './json-schema.ts';
import { monitorMinutes, monitorSchedule, monitorTimeZone, notifySchema } from './notify.ts';
import { headerName, jsonPath, listOf, object, payload, payloadSchema } from './parts.ts';
import { cleanupSchema } from './probe.ts';
import { quietHoursSchema } from './quiet-hours.ts';
import { dimensionsSchema, repeatSchema, rulesSchema, scenariosSchema } from './scenario.ts';
import { signingSchema } from './signing.ts';
import { stagesSchema, traceChecks, traceExpect, traceFollow } from './trace.ts';

const HOST = 'a host such as hooks.example.com, *.example.com or 10.0.0.7:8443';

const allowedHost = z
  .string({ error: HOST })
  .regex(/^[^\s/]+$/, { error: HOST })
  .refine((value) => parseHostPattern(value) !== null, { error: HOST });

/** Keys whose value has a custom shape; the table of keys describes the others. */
const OWN = {
  signing: signingSchema,
  'trace.checks': traceChecks,
  'trace.expect': traceExpect,
  'trace.follow': traceFollow,
  stages: stagesSchema,
  redact: listOf(jsonPath({ each: true }), 'a path such as user.email, or a list of them'),
  allowHosts: listOf(allowedHost, `${HOST}, or a list of them`),
  quietHours: quietHoursSchema,
  'monitor.schedule': monitorSchedule,
  'monitor.timezone': monitorTimeZone,
  'monitor.checkinMargin': monitorMinutes,
  'monitor.maxRuntime': monitorMinutes,
  notify: notifySchema,
  dimensions: dimensionsSchema,
  payload,
  payloadSchema,
  expect: expectSchema,
  repeat: repeatSchema,
  expectRepeat: expectSchema,
  'replay.scenario': jsonPath(),
  'replay.rules': rulesSchema,
  'replay.harHeaders': listOf(headerName, 'a header name or a list of them'),
  scenarios: scenariosSchema,
  cleanup: cleanupSchema,
};

const keys = shapeOf(OWN);

/** One layer of the configuration: a profile, or the keys set by flags or by the environment. */
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
export type TraceConfig = NonNullable<LayerConfig['trace']>;
export type MonitorConfig = NonNullable<LayerConfig['monitor']>;

let published: JsonSchemaNode | undefined;

/**
 * The configuration that a program may pass, for the types of the library: no profiles, no `${env:…}` in place of numbers,
 * and functions, which JSON does not have, as `tsType`.
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
