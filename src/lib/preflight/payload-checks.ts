/** Payloads that break their JSON Schema are not sent. */

import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, ProdE2eError } from '../errors.ts';
import { parseJson, writeJson } from '../json/text.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import type { PayloadSchema, Scenario } from '../model/scenario.ts';
import type { Redact } from '../secrets/redact.ts';
import { maskingOf } from '../secrets/redact-paths.ts';
import { compilePayloadSchemas, type PayloadCheck } from '../validate/payload-schema.ts';
import type { Schema } from '../validate/schema.ts';

/** Maximum size of a schema file, in bytes: none written by hand is larger. */
const MAX_SCHEMA_BYTES = 5 * 1024 ** 2;

export interface PayloadChecks {
  /** No scenario has a schema. */
  readonly none: boolean;
  /** Errors of a payload of this scenario, with secrets masked. */
  readonly problems: (payload: Json, scenario: Scenario) => readonly string[];
  /** The same as an error. @throws ProdE2eError `PAYLOAD_INVALID` */
  readonly check: (payload: Json, scenario: Scenario) => void;
}

/** @throws ProdE2eError `SCHEMA_INVALID`, `SCHEMA_FILE` */
export async function preparePayloadChecks(
  scenarios: readonly Scenario[],
  masking: { readonly redact: Redact; readonly redactPaths: readonly string[] },
): Promise<PayloadChecks> {
  const schemas = new Map<string, Schema>();
  const places = new Map<Source, string>();
  for (const { payloadSchema } of scenarios) {
    if (payloadSchema === null || places.has(sourceOf(payloadSchema))) continue;
    const isFile = payloadSchema.kind === 'file';
    const number = schemas.size === 0 ? '' : ` ${schemas.size + 1}`;
    const place = `${isFile ? path.basename(payloadSchema.path) : 'payloadSchema'}${number}`;
    places.set(sourceOf(payloadSchema), place);
    schemas.set(place, isFile ? await readSchema(payloadSchema.path) : payloadSchema.schema);
  }
  const compiled = await compilePayloadSchemas(schemas);
  const checkOf = ({ payloadSchema }: Scenario): PayloadCheck | undefined =>
    payloadSchema === null ? undefined : compiled.get(places.get(sourceOf(payloadSchema)) ?? '');
  const problems = (payload: Json, scenario: Scenario) => {
    const found = checkOf(scenario)?.(payload) ?? [];
    if (found.length === 0) return found;
    const { text } = maskingOf([writeJson(payload)], masking);
    return found.map((each) => text(each, 'sentence'));
  };
  return {
    none: schemas.size === 0,
    problems,
    check: (payload, scenario) => {
      const found = problems(payload, scenario);
      if (found.length > 0) throw payloadInvalid(scenario, found);
    },
  };
}

/** The path of a file, or the schema itself: scenarios share that of the config. */
type Source = string | Schema;

function sourceOf(schema: PayloadSchema): Source {
  return schema.kind === 'file' ? schema.path : schema.schema;
}

async function readSchema(file: string): Promise<Schema> {
  const problem = (message: string, cause?: unknown) =>
    new ProdE2eError(`The payloadSchema ${file} ${message}.`, {
      code: 'SCHEMA_FILE',
      hints: ['It must be a JSON Schema in JSON; in a config file, its path is relative to that file.'],
      cause,
    });
  let text: string;
  try {
    const stats = await stat(file);
    // Reading a pipe may never end.
    if (!stats.isFile()) throw new Error('it is not a regular file');
    if (stats.size > MAX_SCHEMA_BYTES) throw new Error('it is larger than 5 MiB');
    text = await readFile(file, 'utf8');
  } catch (thrown) {
    throw problem(`cannot be read: ${messageOf(thrown)}`, thrown);
  }
  let schema: Json;
  try {
    schema = parseJson(text.replace(/^\uFEFF/, ''));
  } catch (thrown) {
    throw problem('is not JSON', thrown);
  }
  if (typeof schema === 'boolean') return schema;
  if (!isJsonObject(schema)) throw problem('is not a JSON Schema: expected an object, true or false');
  return schema;
}

function payloadInvalid({ name }: Scenario, problems: readonly string[]): ProdE2eError {
  const lines = problems.map((each) => `  ${each}`);
  return new ProdE2eError([`A payload of ${name} does not match its payloadSchema:`, ...lines].join('\n'), {
    code: 'PAYLOAD_INVALID',
    hints: [
      'Fix the payload or the schema; the payload was not sent.',
      'If a scenario is invalid on purpose, tag it "negative" or give it its own payloadSchema.',
    ],
  });
}
