/** What the build generates from the sources: the command manifest, the published JSON Schemas, the keys. Not part of the CLI. */
import { Plugin } from '@oclif/core';
import * as z from 'zod';
import type { RunOption } from './lib/config/keys/key.ts';
import { RUN_OPTIONS } from './lib/config/keys/table.ts';
import { jsonSchema as configJsonSchema, configSchema, programSchema } from './lib/config/schema/schema.ts';
import { SENTRY_VARIABLES } from './lib/config/sources/sentry-sources.ts';
import { reportJsonSchema } from './lib/report/schema/json-schema.ts';

/** oclif's manifest, made from the built command classes themselves. */
export async function commandManifest(root: string): Promise<unknown> {
  const plugin = new Plugin({
    root,
    type: 'core',
    ignoreManifest: true,
    errorOnManifestCreate: true,
    respectNoCacheDefault: true,
  });
  await plugin.load();
  return plugin.manifest;
}

/** The schema of a configuration from a program. */
export const programConfigSchema = programSchema;

/** File name → schema. */
export function jsonSchemas(): Readonly<Record<string, unknown>> {
  return { 'config.schema.json': configJsonSchema(), 'report.schema.json': reportJsonSchema() };
}

export interface ConfigurationKeys {
  /** As JSON Schema; `allowed` of each node is the text that errors use for it. */
  readonly schema: unknown;
  readonly options: readonly RunOption[];
  /** By key of `sentry`: the variables that Sentry's own tools read. */
  readonly sentryVariables: Readonly<Record<string, string>>;
}

/** The data for the configuration reference. */
export function configurationKeys(): ConfigurationKeys {
  const schema = z.toJSONSchema(configSchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const allowed = allowedBy(zodSchema);
      if (allowed !== null) jsonSchema.allowed = allowed;
    },
  });
  return { schema, options: RUN_OPTIONS, sentryVariables: SENTRY_VARIABLES };
}

/** A symbol is always invalid, so the schema's error names what is allowed; null where that is zod's own wording. */
function allowedBy(schema: z.core.$ZodType): string | null {
  const { error } = z.safeParse(schema, Symbol('nothing'));
  const message = error?.issues[0]?.message ?? '';
  return message === '' || message.startsWith('Invalid input') ? null : message;
}
