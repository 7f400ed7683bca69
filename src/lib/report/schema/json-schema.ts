/** The report's schema as JSON Schema (draft 2020-12), which is published and from which the build writes the types and the reader. */
import * as z from 'zod';
import * as finding from './finding.ts';
import * as report from './report.ts';
import * as result from './result.ts';
import * as specimen from './specimen.ts';
import * as stage from './stage.ts';

/** schemas/report.schema.json: the JSON report, version 1. */
export function reportJsonSchema(): Readonly<Record<string, unknown>> {
  const { id, ...description } = report.report.meta() ?? {};
  return z.toJSONSchema(
    z.strictObject(report.report.shape).meta({ ...description, title: 'prod-e2e report' }),
    {
      override: ({ jsonSchema }) => {
        // zod limits integers to JavaScript's safe range, which is no property of a report.
        if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
        if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
        delete jsonSchema.open;
      },
    },
  );
}

export interface ReportTypes {
  /** File in src/lib/model → its types, in order. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** Name → JSON Schema; `open` marks an enum that later versions may extend. */
  readonly schemas: Readonly<Record<string, unknown>>;
}

export function reportTypes(): ReportTypes {
  const modules = Object.entries({ finding, stage, specimen, result, report });
  const named = modules.map(([file, module]) => [file, Object.values(module)] as const);
  const all = named.flatMap(([, schemas]) => schemas);
  const { $defs = {} } = z.toJSONSchema(z.tuple([all[0] ?? z.never(), ...all.slice(1)]));
  return {
    files: Object.fromEntries(named.map(([file, schemas]) => [file, schemas.map(nameOf)])),
    schemas: $defs,
  };
}

function nameOf(schema: z.ZodType): string {
  const id = schema.meta()?.id;
  if (id === undefined) throw new Error('A schema of the report has no id.');
  return id;
}
