/** What the build derives from the sources: the command manifest and the published JSON Schemas. Not part of the CLI. */
import { Plugin } from '@oclif/core';
import { jsonSchema as configJsonSchema } from './lib/config/schema.ts';
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

/** File name → schema. */
export function jsonSchemas(): Readonly<Record<string, unknown>> {
  return { 'config.schema.json': configJsonSchema(), 'report.schema.json': reportJsonSchema() };
}
