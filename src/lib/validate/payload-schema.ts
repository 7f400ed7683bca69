/** Finds where a payload violates its JSON Schema: what was expected there, and what was found. ajv is loaded only if there is a schema. */

import { valueAt } from '../json/path.ts';
import { writeJson } from '../json/text.ts';
import { isJsonObject, type Json } from '../model/json.ts';
import { cut } from './cut.ts';
import { dotted, loadAjv, type Schema, type SchemaError } from './schema.ts';

/** More problems of one payload than this are counted, not listed. */
const PROBLEMS_SHOWN = 5;
const VALUE_SHOWN = 60;
const VALUES_SHOWN = 20;

/** The problems of a payload, in words; none if it is valid. */
export type PayloadCheck = (payload: Json) => readonly string[];

/**
 * @param schemas with the place of each, for messages: `payloadSchema of scenario CHOP`
 * @throws ProdE2eError `SCHEMA_INVALID`
 */
export async function compilePayloadSchemas(
  schemas: ReadonlyMap<string, Schema>,
): Promise<ReadonlyMap<string, PayloadCheck>> {
  if (schemas.size === 0) return new Map();
  const compile = await loadAjv();
  return new Map(
    [...schemas].map(([place, schema]) => {
      const problemsOf = compile(schema, place);
      return [place, (payload: Json) => words(payload, problemsOf(payload))] as const;
    }),
  );
}

function words(payload: Json, problems: readonly SchemaError[]): readonly string[] {
  const distinct = [...new Set(problems.map((error) => describe(payload, error)))];
  const more = distinct.length - PROBLEMS_SHOWN;
  return more > 0 ? [...distinct.slice(0, PROBLEMS_SHOWN), `and ${more} more`] : distinct;
}

/** `direction: expected "long", "short" (got "sideways")` */
function describe(payload: Json, error: SchemaError): string {
  const { instancePath, keyword, params } = error;
  const path = instancePath === '' ? '' : dotted(instancePath);
  const within = (key: unknown) => (path === '' ? String(key) : `${path}.${String(key)}`);
  if (keyword === 'required') return `${within(params.missingProperty)}: required`;
  if (keyword === 'additionalProperties') return `${within(params.additionalProperty)}: unknown key`;
  if (keyword === 'unevaluatedProperties') return `${within(params.unevaluatedProperty)}: unknown key`;
  const found = path === '' ? payload : valueAt(payload, path);
  return `${path === '' ? 'the payload' : path}: expected ${expected(error)} (got ${shown(found)})`;
}

function expected({ keyword, params, message }: Omit<SchemaError, 'instancePath'>): string {
  switch (keyword) {
    case 'enum':
      return listed(params.allowedValues);
    case 'const':
      return writeJson(params.allowedValue);
    case 'type':
      return [params.type].flat().join(' or ');
    case 'not':
      return 'a value that does not match its "not" schema';
    case 'false schema':
      return 'nothing';
    default:
      // ajv's words: "must be >= 0", "must NOT have more than 3 characters".
      return (message ?? 'another value').replace(
        /^must (NOT )?(?:be |have |match )?/,
        (_all, negated?: string) => (negated === undefined ? '' : 'not '),
      );
  }
}

function listed(values: unknown): string {
  const all = Array.isArray(values) ? values.map((value) => writeJson(value)) : [];
  return all.length > VALUES_SHOWN
    ? `${all.slice(0, VALUES_SHOWN).join(', ')} and ${all.length - VALUES_SHOWN} more`
    : all.join(', ');
}

function shown(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (isJsonObject(value)) return 'an object';
  return cut(writeJson(value), VALUE_SHOWN);
}
