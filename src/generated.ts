/** What the build derives from the sources: the command manifest and the published JSON Schemas. Not part of the CLI. */
import { Plugin } from '@oclif/core';
import { jsonSchema as configJsonSchema, programSchema } from './lib/config/schema.ts';
import { reportJsonSchema } from './lib/report/report-schema.ts';

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

/** Of what a program may give as a configuration. */
export const programConfigSchema = programSchema;

/** File name → schema. */
export function jsonSchemas(): Readonly<Record<string, unknown>> {
  return { 'config.schema.json': configJsonSchema(), 'report.schema.json': reportJsonSchema() };
}
