/** Judges a body by a JSON Schema, with ajv. */
import type { ValidateFunction } from 'ajv';
import { messageOf, ProdE2eError } from '../errors.ts';
import { writeJson } from '../json/text.ts';
import type { Finding } from '../model/finding.ts';
import type { Json, JsonObject } from '../model/json.ts';
import type { AjvInstance, Dialect } from './ajv.ts';

/** More problems than this are counted, not listed. */
const PROBLEMS_SHOWN = 5;

export type Schema = JsonObject | boolean;
export type SchemaCheck = (body: Json, schema: Schema) => readonly Finding[];

export interface SchemaError {
  readonly instancePath: string;
  readonly keyword?: string;
  readonly message?: string;
  readonly params: Record<string, unknown>;
}

/**
 * Compiles the schemas of a plan once. ajv is loaded only where there is a schema.
 * @throws ProdE2eError `SCHEMA_INVALID`
 */
export async function compileSchemas(schemas: readonly Schema[]): Promise<SchemaCheck> {
  if (schemas.length === 0) return () => [];
  const compile = await loadAjv();
  const compiled = new Map(schemas.map((schema) => [schema, compile(schema, 'expect.schema')] as const));
  return (body, schema) => {
    const check = compiled.get(schema);
    // A schema that is skipped in silence would look like one that holds.
    if (check === undefined) throw new Error('This schema was not compiled beforehand.');
    const problems = check(body);
    const shown = problems.slice(0, PROBLEMS_SHOWN).map((error) => finding(describe(error)));
    const more = problems.length - shown.length;
    return more > 0
      ? [...shown, finding(`Response breaks its schema in ${more} more ${more === 1 ? 'place' : 'places'}`)]
      : shown;
  };
}

/** Loads ajv. @throws ProdE2eError `SCHEMA_INVALID`, naming the place of the schema; the loaded function does */
export async function loadAjv(): Promise<
  (schema: Schema, place: string) => (body: Json) => readonly SchemaError[]
> {
  const { createAjv } = await import('./ajv.ts');
  const { inNumbers } = await import('./exact-keywords.ts');
  const instances = new Map<Dialect, AjvInstance>();
  const instanceFor = (dialect: Dialect): AjvInstance => {
    const instance = instances.get(dialect) ?? createAjv(dialect);
    instances.set(dialect, instance);
    return instance;
  };
  return (schema, place) => {
    try {
      const instance = instanceFor(dialectOf(schema));
      const validate = instance.compile(inNumbers(schema) as Schema);
      // Scenarios may carry copies of one schema, with the same $id.
      instance.removeSchema();
      if ('$async' in validate) throw new Error('$async is not supported');
      return (body) => problemsOf(inNumbers([body]) as Json[], validate);
    } catch (thrown) {
      throw new ProdE2eError(`${place} is not a usable JSON Schema: ${messageOf(thrown)}.`, {
        code: 'SCHEMA_INVALID',
        hints: ['Drafts 07, 2019-09 and 2020-12 are supported; $ref must stay within the schema.'],
        cause: thrown,
      });
    }
  };
}

/** A schema that refers to itself without end exhausts the stack. */
function problemsOf(holder: Json[], validate: ValidateFunction): readonly SchemaError[] {
  const [body] = holder;
  // A body may be a number itself: its place is that of an item.
  const place = {
    instancePath: '',
    parentData: holder,
    parentDataProperty: 0,
    rootData: holder,
    dynamicAnchors: {},
  };
  try {
    return validate(body, place) ? [] : (validate.errors ?? []);
  } catch (thrown) {
    return [
      { instancePath: '', message: `cannot be checked by the schema: ${messageOf(thrown)}`, params: {} },
    ];
  }
}

function dialectOf(schema: Schema): Dialect {
  const named = typeof schema === 'object' ? schema.$schema : undefined;
  if (typeof named === 'string' && named.includes('draft-07')) return 'draft-07';
  return typeof named === 'string' && named.includes('2019-09') ? '2019-09' : '2020-12';
}

function describe(error: SchemaError): string {
  const place = error.instancePath === '' ? 'Response' : dotted(error.instancePath);
  const extra = error.params.additionalProperty ?? error.params.allowedValues ?? error.params.allowedValue;
  return `${place} ${error.message ?? 'is not allowed'}${extra === undefined ? '' : `: ${writeJson(extra)}`}`;
}

/** A JSON Pointer (RFC 6901) as a dotted path. */
export function dotted(pointer: string): string {
  const keys = pointer.slice(1).split('/');
  return keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')).join('.');
}

function finding(message: string): Finding {
  return { severity: 'error', code: 'schema', message, hint: null };
}
